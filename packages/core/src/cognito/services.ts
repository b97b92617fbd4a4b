/** The two services of Cognito, by the name that their permissions begin with. */
export type CognitoService = 'cognito-idp' | 'cognito-identity'

/** Operations on identity pools. None of those that both services have, by the same name, is called on one. */
const OF_IDENTITY_POOLS = new Set([
  'CreateIdentityPool',
  'DeleteIdentityPool',
  'DescribeIdentityPool',
  'GetIdentityPoolRoles',
  'GetPrincipalTagAttributeMap',
  'ListIdentityPools',
  'SetIdentityPoolRoles',
  'SetPrincipalTagAttributeMap',
  'UpdateIdentityPool',
])

/** The service that has an operation: identity pools', or user pools' for all others. */
export function serviceOf(operation: string): CognitoService {
  return OF_IDENTITY_POOLS.has(operation) ? 'cognito-identity' : 'cognito-idp'
}

/** The permission that an operation needs, as a policy names it. */
export function permissionFor(operation: string): string {
  return `${serviceOf(operation)}:${operation}`
}
