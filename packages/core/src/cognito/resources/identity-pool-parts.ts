import type { JsonObject } from '../../model/canonical.js'
import { object, only, without } from '../canonical-body.js'
import type { CognitoApi } from '../cognito-api.js'
import { unlessGone } from './of-each-client.js'
import type { ResourceKind } from './resource-kind.js'

/** A part of an identity pool that has operations of its own, which replace it as a whole. */
export interface IdentityPoolPart extends Pick<ResourceKind, 'settable' | 'find' | 'updateRequest'> {
  /** The part as a request names it, by the API's answer; fails where there is no such pool or provider. */
  read(api: CognitoApi, input: JsonObject): Promise<JsonObject>
}

/** Roles by default and by provider: GetIdentityPoolRoles, SetIdentityPoolRoles. */
export const identityPoolRoles: IdentityPoolPart = part(
  'GetIdentityPoolRoles',
  ['IdentityPoolId'],
  // What is left out may be kept: no roles are said by an empty list.
  (answer) => ({ Roles: {}, RoleMappings: {}, ...answer }),
)

/** What of a provider's attributes becomes a principal tag: GetPrincipalTagAttributeMap, SetPrincipalTagAttributeMap. */
export const principalTags: IdentityPoolPart = part(
  'GetPrincipalTagAttributeMap',
  ['IdentityPoolId', 'IdentityProviderName'],
  (answer) =>
    // The service's own mapping is shown, and not to be set.
    answer['UseDefaults'] === true
      ? without(answer, ['PrincipalTags'])
      : { UseDefaults: false, ...answer, PrincipalTags: object(answer, 'PrincipalTags') ?? {} },
)

/** Whether a provider's tags are as nobody has set them. */
export function hasNoTags(map: JsonObject): boolean {
  const isEmpty = (part: JsonObject): boolean => Object.keys(part).length === 0
  const tags = object(map, 'PrincipalTags') ?? {}
  return (
    map['UseDefaults'] !== true && isEmpty(tags) && isEmpty(without(map, ['UseDefaults', 'PrincipalTags']))
  )
}

function part(
  operation: string,
  identifying: readonly string[],
  explicit: (answer: JsonObject) => JsonObject,
): IdentityPoolPart {
  const read = (api: CognitoApi, input: JsonObject): Promise<JsonObject> =>
    api.call(operation, only(input, identifying))
  const settable = (answer: JsonObject): JsonObject => explicit(without(answer, identifying))
  return {
    read,
    settable,
    find: (api, input) => unlessGone(read(api, input)),
    updateRequest: settable,
  }
}
