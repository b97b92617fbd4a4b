import { object, text } from '../cognito/canonical-body.js'
import type { JsonObject } from '../model/canonical.js'

/** What of second factors the target will take when users are made. */
export interface MfaPlanning {
  /** The factors that it has on. */
  readonly factors: readonly string[]
  /** Whether everybody has to have one: then none is turned off. */
  readonly isRequired: boolean
}

/**
 * The factors that users of a pool may have turned on, as AdminGetUser and AdminGetUserAuthFactors name them. Which of
 * them a user has is in no listing: only these calls tell, and AdminGetUser makes its user monthly active.
 *
 * @param mfa the answer of GetUserPoolMfaConfig
 * @param pool the answer of DescribeUserPool
 */
export function factorsAllowedBy(mfa: JsonObject, pool: JsonObject): string[] {
  const isOn = ['ON', 'OPTIONAL'].includes(text(mfa, 'MfaConfiguration'))
  const policy = object(object(pool, 'Policies') ?? {}, 'SignInPolicy') ?? {}
  const { AllowedFirstAuthFactors: first } = policy
  return [
    ...(isOn && object(mfa, 'SmsMfaConfiguration') !== undefined ? ['SMS_MFA'] : []),
    ...(isOn && object(mfa, 'EmailMfaConfiguration') !== undefined ? ['EMAIL_OTP'] : []),
    ...(isOn && object(mfa, 'SoftwareTokenMfaConfiguration')?.['Enabled'] === true
      ? ['SOFTWARE_TOKEN_MFA']
      : []),
    ...(Array.isArray(first) && first.includes('WEB_AUTHN') ? ['WEB_AUTHN'] : []),
  ]
}
