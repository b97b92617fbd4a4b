import type {
  AdminDisableProviderForUserRequest,
  AdminLinkProviderForUserRequest,
  ProviderUserIdentifierType,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { isJsonObject, type JsonObject } from '../json.js'
import type { Pool } from '../pools/pool.js'
import { invalidParameter, notFound, ServiceError } from '../service-error.js'
import { userOf } from '../users/find-user.js'
import { attributesOf, writeAttributes, type UserRecord } from '../users/user-record.js'
import type { Operation, Operations } from './operation.js'

const LINKS_LIMIT = 5

/** Who a ProviderUserIdentifier means: the provider and the user's name there. */
function identityOf(user: ProviderUserIdentifierType | undefined): { provider: string; value: string } {
  const { ProviderName: provider = '', ProviderAttributeValue: value = '' } = user ?? {}
  if (provider === '' || value === '')
    throw invalidParameter('ProviderName and ProviderAttributeValue are required.')
  return { provider, value }
}

function identitiesOf(record: UserRecord): JsonObject[] {
  const text = attributesOf(record).get('identities')
  return text === undefined ? [] : (JSON.parse(text) as JsonObject[]).filter(isJsonObject)
}

function setIdentities(
  account: Account,
  pool: Pool,
  record: UserRecord,
  identities: readonly JsonObject[],
): void {
  pool.users.change(record, () => {
    const attributes = attributesOf(record)
    if (identities.length === 0) attributes.delete('identities')
    else attributes.set('identities', JSON.stringify(identities))
    record.attributesJson = writeAttributes(attributes)
    record.modifiedAt = account.clock.now()
  })
}

const adminLinkProviderForUser: Operation<AdminLinkProviderForUserRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const destination = identityOf(request.DestinationUser)
  const source = identityOf(request.SourceUser)
  const provider = pool.identityProviders.get(source.provider)
  if (provider === undefined) throw notFound(`Identity provider ${source.provider} does not exist.`)
  const record =
    destination.provider === 'Cognito'
      ? userOf(pool, destination.value)
      : userOf(pool, `${destination.provider}_${destination.value}`)
  const linked = pool.users.byIdentity(source.provider, source.value)
  if (linked === record) throw invalidParameter('SourceUser is already linked to DestinationUser')
  if (
    linked?.status === 'EXTERNAL_PROVIDER' ||
    pool.users.resolve(`${source.provider}_${source.value}`) !== undefined
  ) {
    throw invalidParameter(
      'Merging is not currently supported, provide a SourceUser that has not been signed up in order to link',
    )
  }
  if (linked !== undefined) {
    throw new ServiceError('AliasExistsException', 'SourceUser is already linked to another user.')
  }
  const identities = identitiesOf(record)
  if (identities.length >= LINKS_LIMIT) {
    throw new ServiceError(
      'LimitExceededException',
      `A user can be linked to at most ${LINKS_LIMIT} identities.`,
    )
  }
  setIdentities(account, pool, record, [
    ...identities,
    {
      dateCreated: String(account.clock.now()),
      userId: source.value,
      providerName: source.provider,
      providerType: provider.type,
      issuer: null,
      primary: 'false',
    },
  ])
  account.ledger.active(pool.id, record.sub, 'AdminLinkProviderForUser')
  return {}
}

const adminDisableProviderForUser: Operation<AdminDisableProviderForUserRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const { provider, value } = identityOf(request.User)
  const record = provider === 'Cognito' ? userOf(pool, value) : pool.users.byIdentity(provider, value)
  if (record === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.')
  if (provider === 'Cognito') {
    // A local user keeps their profile and links but has no password to sign in with any more.
    record.extras = { ...record.extras }
    delete record.extras.passwordDigest
    delete record.extras.passwordHash
  } else {
    const rest = identitiesOf(record).filter(
      (entry) => entry.providerName !== provider || entry.userId !== value,
    )
    setIdentities(account, pool, record, rest)
  }
  account.ledger.active(pool.id, record.sub, 'AdminDisableProviderForUser')
  return {}
}

/** Operations that link users to identities of other providers. */
export const userLinkOperations: Operations = {
  AdminLinkProviderForUser: adminLinkProviderForUser,
  AdminDisableProviderForUser: adminDisableProviderForUser,
}
