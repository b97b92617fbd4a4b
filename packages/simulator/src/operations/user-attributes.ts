import type {
  AdminDeleteUserAttributesRequest,
  AdminUpdateUserAttributesRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { configured, type Pool } from '../pools/pool.js'
import { invalidParameter } from '../service-error.js'
import { checkAttributes } from '../users/attribute-values.js'
import { aliasConflicts, checkVerifiable, refuseConflicts } from '../users/create-user.js'
import { userOf } from '../users/find-user.js'
import { sendMessage } from '../users/notices.js'
import { attributesOf, writeAttributes, type UserRecord } from '../users/user-record.js'
import type { Operation, Operations } from './operation.js'

/** Attributes that carry messages, and how. */
const media = { email: 'EMAIL', phone_number: 'SMS' } as const

const adminUpdateUserAttributes: Operation<AdminUpdateUserAttributesRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  const changes = checkAttributes(pool.schema, request.UserAttributes ?? [], 'update')
  checkVerifiable(changes, record)
  const after = attributesOf(record)
  const pending = new Map(Object.entries(record.extras?.pending ?? {}))
  const unverified: (keyof typeof media)[] = []
  const deferred = configured(pool, 'UserAttributeUpdateSettings').AttributesRequireVerificationBeforeUpdate

  for (const [name, value] of changes) {
    if (value === undefined) {
      after.delete(name)
      if (name in media) after.delete(`${name}_verified`)
      continue
    }
    const messaged = name === 'email' || name === 'phone_number' ? name : undefined
    if (messaged === undefined || changes.get(`${messaged}_verified`) === 'true') {
      after.set(name, value)
      pending.delete(name)
      continue
    }
    unverified.push(messaged)
    if (Array.isArray(deferred) && deferred.includes(messaged)) {
      // The old address stays, verified as it was, until the user proves the new one.
      pending.set(messaged, value)
      continue
    }
    after.set(messaged, value)
    after.set(`${messaged}_verified`, 'false')
  }
  if (record.status !== 'EXTERNAL_PROVIDER') refuseConflicts(aliasConflicts(pool, after, record))

  pool.users.change(record, () => {
    record.attributesJson = writeAttributes(after)
    record.modifiedAt = account.clock.now()
    if (pending.size > 0 || record.extras !== undefined)
      record.extras = { ...record.extras, pending: Object.fromEntries(pending) }
  })
  for (const attribute of unverified) {
    const destination = changes.get(attribute)
    sendMessage(
      account,
      pool,
      record,
      media[attribute],
      'VerifyUserAttribute',
      request.ClientMetadata,
      destination,
    )
  }
  account.ledger.active(pool.id, record.sub, 'AdminUpdateUserAttributes')
  return {}
}

const adminDeleteUserAttributes: Operation<AdminDeleteUserAttributesRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  const names = request.UserAttributeNames ?? []
  for (const name of names) checkDeletable(pool, name)
  deleteAttributes(account, pool, record, names)
  account.ledger.active(pool.id, record.sub, 'AdminDeleteUserAttributes')
  return {}
}

function checkDeletable(pool: Pool, name: string): void {
  const declared = pool.schema.get(name)
  const problem =
    declared === undefined
      ? 'Attribute does not exist in the schema.'
      : name === 'sub' || name === 'identities' || !declared.Mutable
        ? 'Attribute cannot be updated.'
        : declared.Required
          ? 'Required attributes cannot be deleted.'
          : undefined
  if (problem !== undefined) throw invalidParameter(`${name}: ${problem}`)
}

function deleteAttributes(account: Account, pool: Pool, record: UserRecord, names: readonly string[]): void {
  pool.users.change(record, () => {
    const attributes = attributesOf(record)
    for (const name of names) {
      attributes.delete(name)
      if (name in media) attributes.delete(`${name}_verified`)
    }
    record.attributesJson = writeAttributes(attributes)
    record.modifiedAt = account.clock.now()
  })
}

/** Operations of an administrator on a user's attributes. */
export const userAttributeOperations: Operations = {
  AdminUpdateUserAttributes: adminUpdateUserAttributes,
  AdminDeleteUserAttributes: adminDeleteUserAttributes,
}
