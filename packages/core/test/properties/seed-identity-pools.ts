import type { Simulator } from 'cognito-vault-simulator'
import { isObject, type JsonObject } from '../../src/model/canonical.js'
import { providerNames } from '../../src/cognito/resources/identity-pool-providers.js'
import { callIdentity, providerOf } from '../support/identity-pool.js'
import type { GeneratedIdentityPool } from './generated-identity-pool.js'

type Call = (operation: string, request: JsonObject) => JsonObject

/** Makes the identity pools of a user pool, whose tokens they take of some of its clients; of a pool without clients, none. */
export function seedIdentityPools(
  call: Call,
  userPoolId: string,
  clientIds: readonly string[],
  generated: readonly GeneratedIdentityPool[],
): void {
  if (clientIds.length === 0) return
  const ProviderName = providerOf(userPoolId)
  for (const { create, clients, roles, tags } of generated) {
    const CognitoIdentityProviders = clients
      .slice(0, clientIds.length)
      .map((settings, place) => ({ ...settings, ProviderName, ClientId: clientIds[place]! }))
    const made = call('cognito-identity:CreateIdentityPool', { ...create, CognitoIdentityProviders })
    const { IdentityPoolId } = made as { IdentityPoolId: string }
    const names = providerNames(made)
    const others = names.filter((name) => name !== ProviderName)
    const forRoles = [...clients.keys()]
      .slice(0, clientIds.length)
      .map((place) => `${ProviderName}:${clientIds[place]!}`)
    const set = (operation: string, request: JsonObject): unknown =>
      call(`cognito-identity:${operation}`, { ...request, IdentityPoolId })
    if (roles !== undefined)
      set('SetIdentityPoolRoles', withNames(roles, 'RoleMappings', [...forRoles, ...others]))
    for (const [place, map] of tags.entries()) {
      const IdentityProviderName = names[place]
      if (IdentityProviderName !== undefined)
        set('SetPrincipalTagAttributeMap', { ...map, IdentityProviderName })
    }
  }
}

/** A request whose member goes by provider, with the providers' names for their places. */
function withNames(request: JsonObject, member: string, names: readonly string[]): JsonObject {
  const byPlace = request[member]
  if (!isObject(byPlace)) return request
  const byName = Object.entries(byPlace).flatMap(([place, value]) => {
    const name = names[Number(place)]
    return name === undefined ? [] : [[name, value]]
  })
  return { ...request, [member]: Object.fromEntries(byName) as JsonObject }
}

/** The identity pools that take a user pool's tokens. */
export function identityPoolsOf(simulator: Simulator, userPoolId: string): string[] {
  const { inspect } = simulator
  return inspect.identityPoolIds().filter((id) => {
    const { CognitoIdentityProviders } = inspect.identityPool(id).pool
    return JSON.stringify(CognitoIdentityProviders ?? []).includes(`/${userPoolId}"`)
  })
}

export function deleteIdentityPools(simulator: Simulator, userPoolId: string): void {
  for (const IdentityPoolId of identityPoolsOf(simulator, userPoolId))
    callIdentity(simulator, 'DeleteIdentityPool', { IdentityPoolId })
}
