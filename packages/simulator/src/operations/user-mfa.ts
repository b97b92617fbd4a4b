import type { AdminSetUserMFAPreferenceRequest } from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { invalidParameter } from '../service-error.js'
import { userOf } from '../users/find-user.js'
import { attributeOf } from '../users/user-record.js'
import type { Operation, Operations } from './operation.js'

/**
 * Turns factors of a user on and off. SMS and email need somewhere to send the code; an authenticator app can
 * only be preferred or turned off here, because only the user can enrol one.
 */
const adminSetUserMfaPreference: Operation<AdminSetUserMFAPreferenceRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  const factors = [
    ['SMS_MFA', request.SMSMfaSettings],
    ['EMAIL_OTP', request.EmailMfaSettings],
    ['SOFTWARE_TOKEN_MFA', request.SoftwareTokenMfaSettings],
  ] as const
  const before = record.extras?.mfa ?? []
  let after = [...before]
  for (const [factor, settings] of factors) {
    if (settings === undefined) continue
    after = after.filter((other) => other !== factor)
    if (settings.Enabled !== true) {
      if (settings.PreferredMfa === true) throw invalidParameter('A factor that is off cannot be preferred.')
      continue
    }
    const missing =
      (factor === 'SMS_MFA' && attributeOf(record, 'phone_number') === undefined) ||
      (factor === 'EMAIL_OTP' && attributeOf(record, 'email') === undefined) ||
      (factor === 'SOFTWARE_TOKEN_MFA' && !before.includes(factor))
    if (missing) throw invalidParameter(`User has not set up ${factor}.`)
    after = settings.PreferredMfa === true ? [factor, ...after] : [...after, factor]
  }
  record.extras = { ...record.extras, mfa: after }
  record.modifiedAt = account.clock.now()
  account.ledger.active(pool.id, record.sub, 'AdminSetUserMFAPreference')
  return {}
}

/** Operations on the MFA factors of a user. */
export const userMfaOperations: Operations = { AdminSetUserMFAPreference: adminSetUserMfaPreference }
