import type { Simulator } from 'cognito-vault-simulator'
import type { JsonObject } from '../../src/model/canonical.js'

export const SAML = 'arn:aws:iam::123456789012:saml-provider/company'
export const ROLE = 'arn:aws:iam::123456789012:role/signed-in'
export const ADMIN = 'arn:aws:iam::123456789012:role/admin'

/** How an identity pool names a user pool. */
export const providerOf = (userPoolId: string): string => `cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`

/** What an operation of identity pools does in the simulator, without a request. */
export function callIdentity(
  { seed }: Pick<Simulator, 'seed'>,
  operation: string,
  input: JsonObject,
): JsonObject {
  return seed.call(`cognito-identity:${operation}`, input) as JsonObject
}

/**
 * An identity pool that has one of everything: it takes the tokens of the pool's first two clients (by the simulator's
 * order) and others', gives roles by a rule, and turns attributes into tags. Returns its id.
 */
export function seedIdentityPool(simulator: Simulator, userPoolId: string, more: JsonObject = {}): string {
  const ProviderName = providerOf(userPoolId)
  const clients = simulator.inspect.pool(userPoolId).clients.map((client) => client['ClientId'] as string)
  const [first = '', second = first] = clients
  const made = callIdentity(simulator, 'CreateIdentityPool', {
    IdentityPoolName: 'people',
    AllowUnauthenticatedIdentities: false,
    AllowClassicFlow: true,
    DeveloperProviderName: 'login.company',
    SamlProviderARNs: [SAML],
    SupportedLoginProviders: { 'graph.facebook.com': '7346241598935552' },
    CognitoIdentityProviders: [
      { ProviderName, ClientId: first, ServerSideTokenCheck: true, Later: { checked: 'often' } },
      { ProviderName, ClientId: second, ServerSideTokenCheck: false },
    ],
    IdentityPoolTags: { team: 'identity' },
    NewerThanTheSdk: { kept: ['as', 'it', 'is'] },
    ...more,
  })
  const IdentityPoolId = made['IdentityPoolId'] as string
  const rule = { Claim: 'custom:plan', MatchType: 'Equals', Value: 'gold', RoleARN: ADMIN }
  callIdentity(simulator, 'SetIdentityPoolRoles', {
    IdentityPoolId,
    Roles: { authenticated: ROLE },
    RoleMappings: {
      [`${ProviderName}:${first}`]: {
        Type: 'Rules',
        AmbiguousRoleResolution: 'Deny',
        RulesConfiguration: { Rules: [rule] },
        NewerToo: 1,
      },
    },
  })
  const tags = (IdentityProviderName: string, map: JsonObject): unknown =>
    callIdentity(simulator, 'SetPrincipalTagAttributeMap', { IdentityPoolId, IdentityProviderName, ...map })
  tags(ProviderName, { UseDefaults: false, PrincipalTags: { plan: 'custom:plan' } })
  tags(SAML, { UseDefaults: true })
  return IdentityPoolId
}
