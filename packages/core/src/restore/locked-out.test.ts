import { describe, expect, it } from 'vitest'
import { isLockedOut, obstacleToRecovery, recoveryRules } from './locked-out.js'

const pool = (...names: readonly string[]): object => ({
  AccountRecoverySetting: { RecoveryMechanisms: names.map((Name, at) => ({ Name, Priority: at + 1 })) },
})
const codes = (...AllowedFirstAuthFactors: readonly string[]): object => ({
  Policies: { SignInPolicy: { AllowedFirstAuthFactors } },
})
const email = { email: 'a@example.com', email_verified: 'true' }
const phone = { phone_number: '+15550100', phone_number_verified: 'true' }

describe('who has no known password and cannot get in without an administrator', () => {
  it.each<[pool: object, attributes: Record<string, string>, expected: string | undefined]>([
    [{}, email, undefined],
    [{}, phone, undefined],
    [{}, {}, 'no-way-in'],
    [{}, { email: 'a@example.com' }, 'no-way-in'],
    [{}, { ...email, email_verified: 'false' }, 'no-way-in'],
    [{}, { ...email, email_verified: 'True' }, undefined],
    [{}, { email_verified: 'true' }, 'no-way-in'],
    [pool('verified_email', 'verified_phone_number'), phone, undefined],
    [pool('verified_phone_number'), email, 'recovery-by-other-address'],
    [pool('verified_email'), phone, 'recovery-by-other-address'],
    [pool('verified_email'), { ...email, ...phone }, undefined],
    [pool('admin_only'), { ...email, ...phone }, 'recovery-by-administrator'],
    [pool('admin_only'), {}, 'recovery-by-administrator'],
    // Who signs in with a code to an address needs no password.
    [{ ...pool('admin_only'), ...codes('PASSWORD', 'EMAIL_OTP') }, email, undefined],
    [{ ...pool('admin_only'), ...codes('PASSWORD', 'EMAIL_OTP') }, phone, 'recovery-by-administrator'],
    [{ ...pool('verified_email'), ...codes('SMS_OTP') }, phone, undefined],
    // Passkeys do not come back.
    [{ ...pool('admin_only'), ...codes('WEB_AUTHN') }, email, 'recovery-by-administrator'],
  ])('in %j with %j: %s', (body, attributes, expected) => {
    const notes = obstacleToRecovery(new Map(Object.entries(attributes)), recoveryRules(body as never))
    expect(notes[0]?.code).toBe(expected)
    expect(isLockedOut([{ code: 'new-account' }, ...notes])).toBe(expected !== undefined)
  })

  // "Forgot password" never writes to where the codes of a second factor go; without a setting it does.
  it.each<
    [pool: object, attributes: Record<string, string>, codesTo: string[], expected: string | undefined]
  >([
    [pool('verified_email'), email, ['email'], 'recovery-by-second-factor'],
    [pool('verified_email'), email, ['phone_number'], undefined],
    [pool('verified_email', 'verified_phone_number'), { ...email, ...phone }, ['email'], undefined],
    [
      pool('verified_email', 'verified_phone_number'),
      email,
      ['email', 'phone_number'],
      'recovery-by-second-factor',
    ],
    [{}, phone, ['phone_number'], undefined],
    // Whoever has a second factor signs in with no one-time code alone.
    [{ ...pool('admin_only'), ...codes('EMAIL_OTP') }, email, ['phone_number'], 'recovery-by-second-factor'],
    [pool('admin_only'), email, ['email'], 'recovery-by-administrator'],
  ])('in %j with %j and second factors by %j: %s', (body, attributes, codesTo, expected) => {
    const rules = recoveryRules(body as never)
    const notes = obstacleToRecovery(new Map(Object.entries(attributes)), rules, codesTo)
    expect(notes[0]?.code).toBe(expected)
    expect(isLockedOut(notes)).toBe(expected !== undefined)
  })
})
