import type { Simulator } from 'cognito-vault-simulator'
import type { JsonObject } from '../../src/model/canonical.js'
import type { GeneratedPool } from './generated-pool.js'
import { membersSet } from './from-model.js'
import { seedIdentityPools } from './seed-identity-pools.js'

/** Members that were set in any pool of a run, by path. */
export type Coverage = Set<string>

/** Sends the requests of a generated pool, and answers its id. `number` keeps domains apart, which are unique in a Region. */
export function seedPool(
  { seed }: Simulator,
  generated: GeneratedPool,
  number: number,
  coverage: Coverage,
): string {
  const call = (operation: string, request: JsonObject): JsonObject => {
    for (const member of membersSet(operation, request)) coverage.add(member)
    return seed.call(operation, request) as JsonObject
  }
  const made = call('CreateUserPool', generated.pool)
  const UserPoolId = (made['UserPool'] as JsonObject)['Id'] as string
  const within = (operation: string, request: JsonObject | undefined): JsonObject =>
    request === undefined ? {} : call(operation, { ...request, UserPoolId })

  within('SetUserPoolMfaConfig', generated.mfa)
  for (const provider of generated.providers) within('CreateIdentityProvider', provider)
  for (const server of generated.resourceServers) within('CreateResourceServer', server)
  within('SetUserPoolSessionConfiguration', generated.sessions)
  within('SetRiskConfiguration', generated.risk)
  within('SetLogDeliveryConfiguration', generated.logs)
  for (const [name, request] of [
    [`shop-${number}`, generated.domain],
    [`login-${number}.example.com`, generated.customDomain],
  ] as const) {
    within('CreateUserPoolDomain', request && { ...request, Domain: name })
  }
  within('SetUICustomization', generated.ui)
  const clientIds: string[] = []
  for (const client of generated.clients) {
    const { UserPoolClient } = within('CreateUserPoolClient', client.create)
    const { ClientId, ClientSecret } = UserPoolClient as { ClientId: string; ClientSecret?: string }
    clientIds.push(ClientId)
    const of = (operation: string, request: JsonObject | undefined): JsonObject =>
      within(operation, request && { ...request, ClientId })
    if (client.secondSecret && ClientSecret !== undefined) of('AddUserPoolClientSecret', {})
    of('SetUserPoolClientSessionConfiguration', client.sessions)
    of('SetRiskConfiguration', client.risk)
    of('SetUICustomization', client.ui)
    of('CreateManagedLoginBranding', client.branding)
    for (const terms of client.terms) of('CreateTerms', terms)
  }
  for (const group of generated.groups) within('CreateGroup', group)
  seedIdentityPools(call, UserPoolId, clientIds, generated.identityPools)
  seed.users(
    UserPoolId,
    generated.users.map(({ username, attributes, status, enabled, linked, groups }) => ({
      username,
      attributes,
      status,
      enabled,
      ...(linked || status === 'EXTERNAL_PROVIDER' ? { identities: [identityOf(username)] } : {}),
      groups: groups.map((place) => generated.groups[place]!['GroupName'] as string),
    })),
  )
  return UserPoolId
}

/** An identity as the attribute `identities` has it. */
function identityOf(userId: string): JsonObject {
  return {
    userId,
    providerName: 'Partner',
    providerType: 'SAML',
    issuer: null,
    primary: 'false',
    dateCreated: '1700000000000',
  }
}

/** Deletes a pool with all that keeps it from being deleted. */
export function deletePool({ seed, inspect }: Simulator, UserPoolId: string): void {
  for (const { Domain } of inspect.pool(UserPoolId).domains)
    seed.call('DeleteUserPoolDomain', { UserPoolId, Domain: Domain })
  const { pool } = inspect.pool(UserPoolId)
  if (pool['DeletionProtection'] === 'ACTIVE')
    seed.call('UpdateUserPool', { UserPoolId, DeletionProtection: 'INACTIVE' })
  seed.call('DeleteUserPool', { UserPoolId })
}
