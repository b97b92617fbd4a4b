import { object, text } from '../cognito/canonical-body.js'
import type { JsonObject } from '../model/canonical.js'

/** The factors that an administrator can turn on: the member of AdminSetUserMFAPreference, and where the codes go. */
export const SETTABLE = {
  SMS_MFA: { member: 'SMSMfaSettings', address: 'phone_number' },
  EMAIL_OTP: { member: 'EmailMfaSettings', address: 'email' },
} as const satisfies Record<string, { member: string; address: string }>
export type SettableFactor = keyof typeof SETTABLE

/** An authenticator app: only the user can enrol one, and an administrator can prefer it while it is on. */
export const TOTP = 'SOFTWARE_TOKEN_MFA'
const TOTP_MEMBER = 'SoftwareTokenMfaSettings'
export const PASSKEY = 'WEB_AUTHN'

/** The members of AdminGetUser and AdminGetUserAuthFactors that say which second factors and passkeys a user has. */
export const MFA_MEMBERS = ['ConfiguredUserAuthFactors', 'PreferredMfaSetting', 'UserMFASettingList']

/** The second factors of a user. */
export interface Factors {
  /** Those that are on, as AdminGetUser names them. */
  readonly on: readonly string[]
  readonly preferred: string | null
  /** Other ways to sign in that only the user can set up: a passkey. */
  readonly registered: readonly string[]
}

/** What AdminGetUser says, and where it was asked AdminGetUserAuthFactors. */
export function factorsIn(mfa: JsonObject): Factors {
  return {
    on: texts(mfa['UserMFASettingList']),
    preferred: text(mfa, 'PreferredMfaSetting') || null,
    registered: texts(mfa['ConfiguredUserAuthFactors']),
  }
}

function texts(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : []
}

/** Whether a factor is one that an administrator can turn on. */
export function isSettable(factor: string): factor is SettableFactor {
  return factor in SETTABLE
}

/** What is to be set of one factor. */
export interface FactorSetting {
  readonly factor: string
  readonly enabled: boolean
  readonly preferred: boolean
}

/** The members of a request of AdminSetUserMFAPreference. */
export function settingMembers(settings: readonly FactorSetting[]): JsonObject {
  return Object.fromEntries(
    settings.map(({ factor, enabled, preferred }) => [
      isSettable(factor) ? SETTABLE[factor].member : TOTP_MEMBER,
      { Enabled: enabled, PreferredMfa: preferred },
    ]),
  )
}

/** What a request of AdminSetUserMFAPreference sets. */
export function settingsIn(input: JsonObject): FactorSetting[] {
  const members = [
    ...Object.entries(SETTABLE).map(([factor, { member }]) => [factor, member]),
    [TOTP, TOTP_MEMBER],
  ]
  return members.flatMap(([factor = '', member = '']) => {
    const setting = object(input, member)
    if (setting === undefined) return []
    return [{ factor, enabled: setting['Enabled'] === true, preferred: setting['PreferredMfa'] === true }]
  })
}

/** A state of second factors as an operation expects it, and as AdminGetUser shows it: what is on, and what is preferred. */
export function mfaState({ on, preferred }: Pick<Factors, 'on' | 'preferred'>): JsonObject {
  return { UserMFASettingList: [...on].sort(), PreferredMfaSetting: preferred }
}

/** The state that is expected of a user who has none, as one who was just made. */
export const NO_FACTORS = mfaState({ on: [], preferred: null })

/** The state that a request leaves, from the one before it. */
export function stateAfter(before: JsonObject, input: JsonObject): JsonObject {
  const settings = settingsIn(input)
  const { on, preferred } = factorsIn(before)
  const isSet = (factor: string): boolean => settings.some((setting) => setting.factor === factor)
  const newlyPreferred = settings.find((setting) => setting.preferred)?.factor
  return mfaState({
    on: [
      ...on.filter((factor) => !isSet(factor)),
      ...settings.filter(({ enabled }) => enabled).map(({ factor }) => factor),
    ],
    preferred: newlyPreferred ?? (preferred !== null && isSet(preferred) ? null : preferred),
  })
}
