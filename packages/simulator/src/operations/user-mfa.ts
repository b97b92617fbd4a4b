import type {
  AdminGetUserAuthFactorsRequest,
  AdminSetUserMFAPreferenceRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { section } from '../pools/pool-configuration.js'
import type { Pool } from '../pools/pool.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { userOf } from '../users/find-user.js'
import { mfaSettings } from '../users/user-answer.js'
import { attributeOf, type UserRecord } from '../users/user-record.js'
import type { Operation, Operations } from './operation.js'

/**
 * Turns factors of a user on and off. SMS and email need somewhere to send the code; an authenticator app can
 * only be preferred or turned on and off here, because only the user can enrol one.
 */
const adminSetUserMfaPreference: Operation<AdminSetUserMFAPreferenceRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  checkState(record)
  if (request.WebAuthnMfaSettings !== undefined) throw invalidParameter('Passkey MFA is not simulated.')
  const factors = [
    ['SMS_MFA', request.SMSMfaSettings],
    ['EMAIL_OTP', request.EmailMfaSettings],
    ['SOFTWARE_TOKEN_MFA', request.SoftwareTokenMfaSettings],
  ] as const
  if (factors.filter(([, settings]) => settings?.PreferredMfa === true).length > 1)
    throw invalidParameter('Only one factor can be preferred.')
  let { mfa: on = [], preferredMfa: preferred } = record.extras ?? {}
  for (const [factor, settings] of factors) {
    if (settings === undefined) continue
    if (preferred === factor) preferred = undefined
    if (settings.Enabled !== true) {
      checkTurnedOff(pool, settings.PreferredMfa)
      on = on.filter((other) => other !== factor)
      continue
    }
    checkTurnedOn(pool, record, factor)
    if (!on.includes(factor)) on = [...on, factor]
    if (settings.PreferredMfa === true) preferred = factor
  }
  record.extras = { ...record.extras, mfa: on }
  if (preferred === undefined) delete record.extras.preferredMfa
  else record.extras.preferredMfa = preferred
  record.modifiedAt = account.clock.now()
  account.ledger.active(pool.id, record.sub, 'AdminSetUserMFAPreference')
  return {}
}

function checkState({ status }: UserRecord): void {
  if (status === 'UNCONFIRMED') throw new ServiceError('UserNotConfirmedException', 'User is not confirmed.')
  if (status === 'RESET_REQUIRED')
    throw new ServiceError('PasswordResetRequiredException', 'Password reset required for the user')
}

function checkTurnedOff(pool: Pool, preferred: boolean | undefined): void {
  if (preferred === true) throw invalidParameter('A factor that is off cannot be preferred.')
  if (pool.configuration.MfaConfiguration === 'ON')
    throw invalidParameter('A factor cannot be turned off where MFA is required.')
}

function checkTurnedOn(pool: Pool, record: UserRecord, factor: string): void {
  if (!isOffered(pool, factor)) throw invalidParameter(`${factor} is not available in the user pool.`)
  const missing =
    (factor === 'SMS_MFA' && attributeOf(record, 'phone_number') === undefined) ||
    (factor === 'EMAIL_OTP' && attributeOf(record, 'email') === undefined) ||
    (factor === 'SOFTWARE_TOKEN_MFA' && record.extras?.hasAuthenticator !== true)
  if (missing) throw invalidParameter(`User does not have delivery config set to turn on ${factor}`)
}

/** Whether a pool has what a factor is sent with. */
function isOffered({ mfa, configuration }: Pool, factor: string): boolean {
  if (factor === 'SMS_MFA')
    return mfa.SmsMfaConfiguration !== undefined || configuration.SmsConfiguration !== undefined
  if (factor !== 'EMAIL_OTP') return true
  const { EmailSendingAccount: account } = section(configuration, 'EmailConfiguration')
  return account === 'DEVELOPER' && configuration.UserPoolTier !== 'LITE'
}

/** What a user can sign in with: the profile's addresses and what the user has registered. */
const adminGetUserAuthFactors: Operation<AdminGetUserAuthFactorsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  account.ledger.active(pool.id, record.sub, 'AdminGetUserAuthFactors')
  const { extras } = record
  const factors = [
    ...(extras?.passwordDigest === undefined && extras?.passwordHash === undefined ? [] : ['PASSWORD']),
    ...(attributeOf(record, 'email_verified') === 'true' ? ['EMAIL_OTP'] : []),
    ...(attributeOf(record, 'phone_number_verified') === 'true' ? ['SMS_OTP'] : []),
    ...(extras?.hasPasskey === true ? ['WEB_AUTHN'] : []),
    ...(extras?.hasAuthenticator === true ? ['SOFTWARE_TOKEN'] : []),
  ]
  return { Username: record.username, ...mfaSettings(record), ConfiguredUserAuthFactors: factors }
}

/** Operations on the MFA factors of a user. */
export const userMfaOperations: Operations = {
  AdminSetUserMFAPreference: adminSetUserMfaPreference,
  AdminGetUserAuthFactors: adminGetUserAuthFactors,
}
