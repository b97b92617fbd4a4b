import { copyJson, omit, type JsonObject } from '../json.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { section } from './pool-configuration.js'
import type { Pool } from './pool.js'

/** The MFA settings as GetUserPoolMfaConfig shows them. */
export function shownMfa(pool: Pool): JsonObject {
  const { configuration, mfa } = pool
  const { SmsAuthenticationMessage, SmsConfiguration } = configuration
  return {
    SoftwareTokenMfaConfiguration: { Enabled: false },
    ...copyJson(mfa),
    ...(mfa.SmsMfaConfiguration === undefined
      ? {}
      : {
          SmsMfaConfiguration: {
            ...copyJson(section(mfa, 'SmsMfaConfiguration')),
            ...(SmsAuthenticationMessage === undefined ? {} : { SmsAuthenticationMessage }),
            ...(SmsConfiguration === undefined ? {} : { SmsConfiguration }),
          },
        }),
    MfaConfiguration: configuration.MfaConfiguration,
  }
}

/** Replaces all MFA settings: a factor that the request leaves out is off afterwards. */
export function replaceMfa(pool: Pool, request: JsonObject): void {
  const mfa = copyJson(omit(request, ['UserPoolId', 'MfaConfiguration']))
  const level = request.MfaConfiguration ?? 'OFF'
  const tier = pool.configuration.UserPoolTier
  for (const member of ['EmailMfaConfiguration', 'WebAuthnConfiguration']) {
    if (mfa[member] !== undefined && tier === 'LITE') {
      throw new ServiceError(
        'FeatureUnavailableInTierException',
        `${member} is not available in the LITE tier.`,
      )
    }
  }
  const account = section(pool.configuration, 'EmailConfiguration').EmailSendingAccount
  if (mfa.EmailMfaConfiguration !== undefined && account !== 'DEVELOPER') {
    throw invalidParameter('Email MFA needs an EmailConfiguration with EmailSendingAccount DEVELOPER.')
  }
  const sms = section(mfa, 'SmsMfaConfiguration')
  const smsConfiguration = sms.SmsConfiguration ?? pool.configuration.SmsConfiguration
  if (mfa.SmsMfaConfiguration !== undefined && smsConfiguration === undefined) {
    throw invalidParameter('SMS configuration is required for SMS MFA.')
  }
  if (level !== 'OFF' && !hasFactor(mfa)) {
    throw invalidParameter('Invalid MFA configuration given, can not enable MFA without an MFA factor.')
  }
  if (level === 'OFF' && hasFactor(mfa)) {
    throw invalidParameter(
      "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    )
  }
  pool.mfa = mfa
  pool.configuration = {
    ...pool.configuration,
    MfaConfiguration: level,
    ...(smsConfiguration === undefined ? {} : { SmsConfiguration: smsConfiguration }),
    ...(sms.SmsAuthenticationMessage === undefined
      ? {}
      : { SmsAuthenticationMessage: sms.SmsAuthenticationMessage }),
  }
}

function hasFactor(mfa: JsonObject): boolean {
  return (
    mfa.SmsMfaConfiguration !== undefined ||
    mfa.EmailMfaConfiguration !== undefined ||
    section(mfa, 'SoftwareTokenMfaConfiguration').Enabled === true
  )
}

/**
 * What CreateUserPool and UpdateUserPool mean for MFA: with an SMS configuration they turn SMS MFA on; a pool
 * that has another factor already may stay optional or required without.
 */
export function mfaAfterUpdate(configuration: JsonObject, before: JsonObject): JsonObject {
  if (configuration.MfaConfiguration === 'OFF') return before
  if (configuration.SmsConfiguration !== undefined && !hasFactor(before))
    return { ...before, SmsMfaConfiguration: {} }
  if (configuration.SmsConfiguration === undefined && !hasFactor(omit(before, ['SmsMfaConfiguration']))) {
    throw invalidParameter(
      'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
    )
  }
  return before
}
