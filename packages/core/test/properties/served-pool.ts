/* eslint-disable @typescript-eslint/no-base-to-string -- names and ids are texts in every request and answer */
import type { Simulator } from 'cognito-vault-simulator'
import { type JsonObject, type JsonValue, sameJson } from '../../src/model/canonical.js'
import { identityPoolsOf } from './seed-identity-pools.js'

const NO_TAGS = { UseDefaults: false, PrincipalTags: {} }

/**
 * What the service itself has of a pool, past everything that is tested: by kind and name, as the records of a snapshot
 * are. A member that a backup lost is seen here.
 */
export function servedPool(simulator: Simulator, UserPoolId: string): ReadonlyMap<string, JsonObject> {
  const { seed, inspect } = simulator
  const found = inspect.pool(UserPoolId)
  const records = new Map<string, JsonObject>()
  const call = (operation: string, request: JsonObject, member: string): JsonObject =>
    (seed.call(operation, { UserPoolId, ...request }) as Record<string, JsonObject>)[member]!

  records.set('pool/', { ...(found.pool as JsonObject), EstimatedNumberOfUsers: 0 })
  records.set('mfa/', seed.call('GetUserPoolMfaConfig', { UserPoolId }) as JsonObject)
  for (const client of found.clients)
    records.set(`client/${String(client['ClientId'])}`, client as JsonObject)
  for (const { ProviderName = '' } of found.identityProviders) {
    const provider = call(
      'DescribeIdentityProvider',
      { ProviderName: ProviderName as string },
      'IdentityProvider',
    )
    records.set(`identity-provider/${String(ProviderName)}`, provider)
  }
  for (const server of found.resourceServers)
    records.set(`resource-server/${String(server['Identifier'])}`, server as JsonObject)
  for (const { Domain = '' } of found.domains)
    records.set(
      `domain/${String(Domain)}`,
      call('DescribeUserPoolDomain', { Domain: Domain as string }, 'DomainDescription'),
    )
  records.set('log-delivery/', call('GetLogDeliveryConfiguration', {}, 'LogDeliveryConfiguration'))
  records.set('session/', seed.call('GetUserPoolSessionConfiguration', { UserPoolId }) as JsonObject)
  for (const { ClientId = '' } of found.clients) {
    const sessions = seed.call('GetUserPoolClientSessionConfiguration', { UserPoolId, ClientId })
    records.set(`client-session/${String(ClientId)}`, sessions as JsonObject)
  }
  // A setting's key is its kind, and the client's id where it is a client's own.
  for (const setting of found.settings) {
    const [kind = '', clientId = ''] = String(setting['kind']).split(' ')
    if (kind === 'risk' || kind === 'ui') records.set(`${kind}/${clientId}`, setting as JsonObject)
  }
  for (const style of found.brandings)
    records.set(`branding/${String(style['clientId'])}`, style as JsonObject)
  for (const terms of found.terms)
    records.set(`terms/${String(terms['clientId'])}/${String(terms['TermsName'])}`, terms as JsonObject)
  for (const group of found.groups) records.set(`group/${String(group['GroupName'])}`, group as JsonObject)
  for (const id of identityPoolsOf(simulator, UserPoolId)) {
    const { pool, roles, principalTags } = inspect.identityPool(id)
    // What nobody has set and what was set to nothing is the same, of roles and of tags.
    const set = { Roles: {}, RoleMappings: {}, ...roles }
    const maps = Object.entries(principalTags).filter(([, map]) => !sameJson(map as JsonValue, NO_TAGS))
    const served = { ...pool, roles: set, principalTags: Object.fromEntries(maps) }
    records.set(`identity-pool/${id}`, served as unknown as JsonObject)
  }
  return records
}
