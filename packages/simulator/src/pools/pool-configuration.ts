import { copyJson, isJsonObject, omit, type JsonObject } from '../json.js'
import { invalidParameter, ServiceError } from '../service-error.js'

/** What a request names beside configuration, or what can be set at creation only. */
const NOT_CONFIGURATION = [
  'PoolName',
  'UserPoolId',
  'Schema',
  'AliasAttributes',
  'UsernameAttributes',
  'UsernameConfiguration',
  'UserPoolTags',
]

/** What UpdateUserPool keeps when it is left out; everything else falls back to its default. */
const KEPT_WHEN_OMITTED = ['DcrConfiguration']

/** A request's configuration with the service's defaults filled in. Members unknown to the model are kept. */
export function completeConfiguration(request: JsonObject, before: JsonObject = {}): JsonObject {
  const given = copyJson(omit(request, NOT_CONFIGURATION))
  for (const name of KEPT_WHEN_OMITTED) {
    if (given[name] === undefined && before[name] !== undefined) given[name] = before[name]
  }
  if (isJsonObject(given.DcrConfiguration)) {
    given.DcrConfiguration = { EnableStatus: 'Enabled', ...given.DcrConfiguration }
  }
  const policies = section(given, 'Policies')
  const adminCreate = section(given, 'AdminCreateUserConfig')
  checkTemporaryPasswordValidity(given, adminCreate)
  const { UnusedAccountValidityDays: validity } = adminCreate
  const passwordPolicy: JsonObject = {
    ...DEFAULT_PASSWORD_POLICY,
    // One setting under two names: whichever was given is shown under both.
    ...(validity === undefined ? {} : { TemporaryPasswordValidityDays: validity }),
    ...section(policies, 'PasswordPolicy'),
  }
  const emailSubject = given.EmailVerificationSubject
  return {
    ...given,
    Policies: {
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
      ...policies,
      PasswordPolicy: passwordPolicy,
    },
    DeletionProtection: given.DeletionProtection ?? 'INACTIVE',
    LambdaConfig: section(given, 'LambdaConfig'),
    MfaConfiguration: given.MfaConfiguration ?? 'OFF',
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ...section(given, 'EmailConfiguration') },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: false,
      ...adminCreate,
      UnusedAccountValidityDays: passwordPolicy.TemporaryPasswordValidityDays ?? 7,
    },
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_CODE',
      ...(emailSubject === undefined ? {} : { EmailSubject: emailSubject }),
      ...(given.EmailVerificationMessage === undefined
        ? {}
        : { EmailMessage: given.EmailVerificationMessage }),
      ...(given.SmsVerificationMessage === undefined ? {} : { SmsMessage: given.SmsVerificationMessage }),
      ...section(given, 'VerificationMessageTemplate'),
    },
    UserAttributeUpdateSettings: {
      AttributesRequireVerificationBeforeUpdate: [],
      ...section(given, 'UserAttributeUpdateSettings'),
    },
    UserPoolTier: given.UserPoolTier ?? 'ESSENTIALS',
  }
}

const DEFAULT_PASSWORD_POLICY: JsonObject = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 7,
}

/** An object within a body; empty if it is absent. */
export function section(body: JsonObject, name: string): JsonObject {
  const value = body[name]
  return isJsonObject(value) ? value : {}
}

/** The newer setting replaced the older; a request that has both is refused, though a description shows both. */
function checkTemporaryPasswordValidity(request: JsonObject, adminCreate: JsonObject): void {
  const newer = section(section(request, 'Policies'), 'PasswordPolicy').TemporaryPasswordValidityDays
  if (newer !== undefined && adminCreate.UnusedAccountValidityDays !== undefined) {
    throw invalidParameter(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    )
  }
}

/** Checks what the model's constraints on single members do not say. */
export function checkConfiguration(configuration: JsonObject): void {
  const tier = configuration.UserPoolTier
  const addOns = section(configuration, 'UserPoolAddOns')
  if (
    tier !== 'PLUS' &&
    (addOns.AdvancedSecurityMode === 'AUDIT' || addOns.AdvancedSecurityMode === 'ENFORCED')
  ) {
    throw unavailableInTier('Threat protection', tier)
  }
  const policies = section(configuration, 'Policies')
  const factors = section(policies, 'SignInPolicy').AllowedFirstAuthFactors
  if (tier === 'LITE' && Array.isArray(factors) && factors.some((factor) => factor !== 'PASSWORD')) {
    throw unavailableInTier('Choice-based sign-in', tier)
  }
  if (Array.isArray(factors) && !factors.includes('PASSWORD')) {
    throw invalidParameter('PASSWORD must be one of the AllowedFirstAuthFactors.')
  }
  if (tier === 'LITE' && section(policies, 'PasswordPolicy').PasswordHistorySize !== undefined) {
    throw unavailableInTier('Password history', tier)
  }
  const preToken = section(section(configuration, 'LambdaConfig'), 'PreTokenGenerationConfig')
  if (tier === 'LITE' && (preToken.LambdaVersion === 'V2_0' || preToken.LambdaVersion === 'V3_0')) {
    throw unavailableInTier('Access token customization', tier)
  }
  const lambda = section(configuration, 'LambdaConfig')
  if ((lambda.CustomEmailSender ?? lambda.CustomSMSSender) !== undefined && lambda.KMSKeyID === undefined) {
    throw invalidParameter('KMSKeyID is required when a custom sender is configured.')
  }
  checkMfa(configuration)
}

function checkMfa(configuration: JsonObject): void {
  const recovery = section(configuration, 'AccountRecoverySetting').RecoveryMechanisms
  if (Array.isArray(recovery)) {
    const names = recovery.map((mechanism) => (isJsonObject(mechanism) ? mechanism.Name : undefined))
    if (names.includes('admin_only') && names.length > 1) {
      throw invalidParameter(
        'Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.',
      )
    }
  }
  const deferred = section(
    configuration,
    'UserAttributeUpdateSettings',
  ).AttributesRequireVerificationBeforeUpdate
  const verified = configuration.AutoVerifiedAttributes
  for (const attribute of Array.isArray(deferred) ? deferred : []) {
    if (!Array.isArray(verified) || !verified.includes(attribute)) {
      throw invalidParameter(
        'AttributesRequireVerificationBeforeUpdate can only contain attributes of AutoVerifiedAttributes.',
      )
    }
  }
}

/** A feature that the pool's plan does not include. */
export function unavailableInTier(feature: string, tier: unknown): ServiceError {
  return new ServiceError(
    'FeatureUnavailableInTierException',
    `${feature} is not available in the ${String(tier)} tier.`,
  )
}
