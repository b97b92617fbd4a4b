import type {
  AdminDeleteUserRequest,
  AdminDisableUserRequest,
  AdminEnableUserRequest,
  AdminGetUserRequest,
  AdminResetUserPasswordRequest,
  AdminSetUserPasswordRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { epochSeconds } from '../clock.js'
import { groupOf, leave } from '../pools/groups.js'
import type { Pool } from '../pools/pool.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { userOf } from '../users/find-user.js'
import { sendMessage } from '../users/notices.js'
import { checkPassword, passwordDigest } from '../users/password-policy.js'
import { mfaSettings } from '../users/user-answer.js'
import { attributeOf, type UserRecord } from '../users/user-record.js'
import type { Operation, Operations } from './operation.js'

const adminGetUser: Operation<AdminGetUserRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  account.ledger.active(pool.id, record.sub, 'AdminGetUser')
  const shownMfa = JSON.stringify(mfaSettings(record)).slice(1, -1)
  return {
    rawJson:
      `{"Username":${JSON.stringify(record.username)},"UserAttributes":${record.attributesJson},` +
      `"UserCreateDate":${epochSeconds(record.createdAt)},"UserLastModifiedDate":${epochSeconds(record.modifiedAt)},` +
      `"Enabled":${record.enabled},"UserStatus":${JSON.stringify(record.status)}${shownMfa === '' ? '' : `,${shownMfa}`}}`,
  }
}

const adminSetUserPassword: Operation<AdminSetUserPasswordRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  const password = request.Password ?? ''
  checkPassword(pool, password)
  pool.users.change(record, () => {
    // This holds for EXTERNAL_PROVIDER too: a password set on a federated profile makes it a local one.
    record.status = request.Permanent === true ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD'
    record.extras = { ...record.extras, passwordDigest: passwordDigest(record.sub, password) }
    delete record.extras.passwordHash
    record.modifiedAt = account.clock.now()
  })
  account.ledger.active(pool.id, record.sub, 'AdminSetUserPassword')
  return {}
}

const adminResetUserPassword: Operation<AdminResetUserPasswordRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  if (record.status !== 'CONFIRMED' && record.status !== 'RESET_REQUIRED') {
    throw new ServiceError('NotAuthorizedException', 'User password cannot be reset in the current state.')
  }
  const reachable = (attribute: string): boolean =>
    attributeOf(record, attribute) !== undefined && attributeOf(record, `${attribute}_verified`) === 'true'
  const medium = reachable('phone_number') ? 'SMS' : reachable('email') ? 'EMAIL' : undefined
  if (medium === undefined) {
    throw invalidParameter(
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    )
  }
  pool.users.change(record, () => {
    record.status = 'RESET_REQUIRED'
    record.modifiedAt = account.clock.now()
  })
  sendMessage(account, pool, record, medium, 'ResetPassword', request.ClientMetadata)
  account.ledger.active(pool.id, record.sub, 'AdminResetUserPassword')
  return {}
}

function setEnabled(account: Account, pool: Pool, record: UserRecord, enabled: boolean): void {
  pool.users.change(record, () => {
    record.enabled = enabled
    record.modifiedAt = account.clock.now()
  })
}

const adminEnableUser: Operation<AdminEnableUserRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  setEnabled(account, pool, userOf(pool, request.Username), true)
  return {}
}

const adminDisableUser: Operation<AdminDisableUserRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  setEnabled(account, pool, userOf(pool, request.Username), false)
  return {}
}

const adminDeleteUser: Operation<AdminDeleteUserRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  removeUser(pool, userOf(pool, request.Username))
  return undefined
}

/** Removes a user with their memberships. */
export function removeUser(pool: Pool, record: UserRecord): void {
  for (const name of record.groups) leave(groupOf(pool, name), record)
  pool.users.remove(record)
}

/** Operations of an administrator on one user, apart from attributes and links. */
export const userAdministrationOperations: Operations = {
  AdminGetUser: adminGetUser,
  AdminSetUserPassword: adminSetUserPassword,
  AdminResetUserPassword: adminResetUserPassword,
  AdminEnableUser: adminEnableUser,
  AdminDisableUser: adminDisableUser,
  AdminDeleteUser: adminDeleteUser,
}
