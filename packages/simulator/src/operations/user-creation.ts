import type {
  AdminConfirmSignUpRequest,
  AdminCreateUserRequest,
  SignUpRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { configured, type Client, type Pool } from '../pools/pool.js'
import { notFound, ServiceError } from '../service-error.js'
import { checkAttributes, checkRequired } from '../users/attribute-values.js'
import {
  aliasConflicts,
  checkUsernameFree,
  checkVerifiable,
  nameUser,
  refuseConflicts,
  storeUser,
  takeAliases,
} from '../users/create-user.js'
import { userOf } from '../users/find-user.js'
import { runTrigger, sendMessage } from '../users/notices.js'
import {
  checkPassword,
  generatePassword,
  passwordDigest,
  takesPasswordlessUsers,
} from '../users/password-policy.js'
import { checkSecretHash } from '../users/secret-hash.js'
import { userJson } from '../users/user-answer.js'
import { attributeOf, type UserRecord } from '../users/user-record.js'
import type { Answer, Operation, Operations } from './operation.js'

const adminCreateUser: Operation<AdminCreateUserRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  if (request.MessageAction === 'RESEND') return resendInvitation(request, account, pool)
  const given = checkAttributes(pool.schema, request.UserAttributes ?? [], 'create')
  const user = nameUser(pool, request.Username ?? '', given)
  checkVerifiable(user.attributes)
  checkUsernameFree(pool, user)
  const conflicts = aliasConflicts(pool, user.attributes)
  if (request.ForceAliasCreation !== true) refuseConflicts(conflicts)
  if (request.TemporaryPassword !== undefined) checkPassword(pool, request.TemporaryPassword)

  takeAliases(account, pool, conflicts)
  const passwordless = request.TemporaryPassword === undefined && takesPasswordlessUsers(pool)
  const record = storeUser(account, pool, user, passwordless ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD')
  if (!passwordless) {
    const password = request.TemporaryPassword ?? generatePassword(account.random)
    record.extras = { passwordDigest: passwordDigest(record.sub, password) }
  }
  runTrigger(account, pool, record, 'PreSignUp_AdminCreateUser', request.ClientMetadata)
  if (request.MessageAction !== 'SUPPRESS') invite(request, account, pool, record, 'AdminCreateUser')
  account.ledger.active(pool.id, record.sub, 'AdminCreateUser')
  return { rawJson: `{"User":${userJson(record)}}` }
}

function resendInvitation(request: AdminCreateUserRequest, account: Account, pool: Pool): Answer {
  const record = userOf(pool, request.Username)
  if (record.status !== 'FORCE_CHANGE_PASSWORD') {
    throw new ServiceError(
      'UnsupportedUserStateException',
      `Resend not possible. ${record.status} is not in a state that allows it.`,
    )
  }
  record.modifiedAt = account.clock.now()
  invite(request, account, pool, record, 'ResendInvitation')
  account.ledger.active(pool.id, record.sub, 'AdminCreateUser')
  return { rawJson: `{"User":${userJson(record)}}` }
}

/** SMS is the documented default; without a phone number the invitation goes to the email address, if any. */
function invite(
  request: AdminCreateUserRequest,
  account: Account,
  pool: Pool,
  record: UserRecord,
  reason: 'AdminCreateUser' | 'ResendInvitation',
): void {
  const fallback = attributeOf(record, 'phone_number') === undefined ? 'EMAIL' : 'SMS'
  for (const medium of request.DesiredDeliveryMediums ?? [fallback]) {
    sendMessage(account, pool, record, medium, reason, request.ClientMetadata)
  }
}

const signUp: Operation<SignUpRequest> = (request, account) => {
  const [pool, client] = clientOf(account, request.ClientId ?? '')
  checkSecretHash(client, request.Username ?? '', request.SecretHash)
  if (configured(pool, 'AdminCreateUserConfig').AllowAdminCreateUserOnly === true) {
    throw new ServiceError('NotAuthorizedException', 'SignUp is not permitted for this user pool')
  }
  const writable = client.body.WriteAttributes
  for (const { Name: name } of request.UserAttributes ?? []) {
    const developerOnly = pool.schema.get(name ?? '')?.DeveloperOnlyAttribute === true
    const verified = name === 'email_verified' || name === 'phone_number_verified'
    if (developerOnly || verified || (Array.isArray(writable) && !writable.includes(name ?? ''))) {
      throw new ServiceError('NotAuthorizedException', 'A client attempted to write unauthorized attribute')
    }
  }
  const given = checkAttributes(pool.schema, request.UserAttributes ?? [], 'create')
  const user = nameUser(pool, request.Username ?? '', given)
  checkRequired(pool.schema, user.attributes)
  if (request.Password !== undefined) checkPassword(pool, request.Password)
  checkUsernameFree(pool, user)
  refuseConflicts(aliasConflicts(pool, user.attributes))

  const verified = pool.configuration.AutoVerifiedAttributes
  const record = storeUser(account, pool, user, 'UNCONFIRMED')
  if (request.Password !== undefined) {
    record.extras = { passwordDigest: passwordDigest(record.sub, request.Password) }
  }
  runTrigger(account, pool, record, 'PreSignUp_SignUp', request.ClientMetadata)
  if (Array.isArray(verified)) {
    const medium = verified.includes('phone_number') && user.attributes.has('phone_number') ? 'SMS' : 'EMAIL'
    sendMessage(account, pool, record, medium, 'SignUp', request.ClientMetadata)
  }
  account.ledger.active(pool.id, record.sub, 'SignUp')
  return { UserConfirmed: false, UserSub: record.sub }
}

function clientOf(account: Account, clientId: string): [Pool, Client] {
  for (const pool of account.pools.values()) {
    const client = pool.clients.get(clientId)
    if (client !== undefined) return [pool, client]
  }
  throw notFound('User pool client does not exist.')
}

const adminConfirmSignUp: Operation<AdminConfirmSignUpRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  if (record.status !== 'UNCONFIRMED') {
    throw new ServiceError(
      'NotAuthorizedException',
      `User cannot be confirmed. Current status is ${record.status}`,
    )
  }
  pool.users.change(record, () => {
    record.status = 'CONFIRMED'
    record.modifiedAt = account.clock.now()
  })
  runTrigger(account, pool, record, 'PostConfirmation_ConfirmSignUp', request.ClientMetadata)
  account.ledger.active(pool.id, record.sub, 'AdminConfirmSignUp')
  return {}
}

/** Operations that make users. */
export const userCreationOperations: Operations = {
  AdminCreateUser: adminCreateUser,
  SignUp: signUp,
  AdminConfirmSignUp: adminConfirmSignUp,
}
