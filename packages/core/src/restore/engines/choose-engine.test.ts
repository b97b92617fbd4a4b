import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../model/canonical.js'
import { chooseEngine, type NewUser } from './choose-engine.js'
import { type EngineOptions, engineRules } from './engine-planning.js'

const ROLE = 'arn:aws:iam::123456789012:role/import-logs'
const AUTO: EngineOptions = { kind: 'auto', roleArn: ROLE }

const pool = (more: JsonObject = {}): JsonObject => ({
  AutoVerifiedAttributes: ['email'],
  SchemaAttributes: [
    { Name: 'sub', Required: true },
    { Name: 'email', Required: true },
    { Name: 'custom:plan', Required: false },
  ],
  ...more,
})

const VERIFIED = { email: 'ann@example.com', email_verified: 'true' }

const newUser = (attributes: Record<string, string> = VERIFIED, more: Partial<NewUser> = {}): NewUser => ({
  creation: {
    Username: 'ann',
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  },
  isEnabled: true,
  status: 'CONFIRMED',
  ifCalled: [{ code: 'password-unknown' }],
  ...more,
})

describe('a user who can be imported', () => {
  it.each([
    ['CONFIRMED', ['reset-required-by-import']],
    ['COMPROMISED', ['reset-required-by-import']],
    ['RESET_REQUIRED', []],
    ['FORCE_CHANGE_PASSWORD', ['temporary-password-became-reset']],
  ])('and was %s has to reset the password, which the report says: %j', (status, codes) => {
    expect(chooseEngine(newUser(VERIFIED, { status }), engineRules(AUTO, [pool()]))).toEqual({
      kind: 'import',
      status: 'RESET_REQUIRED',
      ifImported: codes.map((code) => ({ code })),
      ifCalled: [{ code: 'password-unknown' }],
    })
  })

  it('is CONFIRMED without a password where one-time codes are a way in', () => {
    const Policies = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } }
    expect(chooseEngine(newUser(), engineRules(AUTO, [pool({ Policies })]))).toMatchObject({
      status: 'CONFIRMED',
      ifImported: [{ code: 'imported-without-password' }],
    })
  })

  it('may have the address that is verified as what people sign in with alone', () => {
    const creation = {
      Username: 'ann@example.com',
      UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
    }
    expect(chooseEngine(newUser({}, { creation }), engineRules(AUTO, [pool()])).kind).toBe('import')
  })
})

describe('a user is made by calls', () => {
  it.each([
    ['disabled', newUser(VERIFIED, { isEnabled: false })],
    ['not-verified', newUser({ email: 'ann@example.com' })],
    ['not-verified', newUser({ email: 'ann@example.com', email_verified: 'false' })],
    ['not-verified', newUser({ phone_number: '+4912345', phone_number_verified: 'true', email: 'a@x.org' })],
    ['newline', newUser({ ...VERIFIED, 'custom:plan': 'a\nb' })],
    ['no-column', newUser({ ...VERIFIED, 'custom:colour': 'red' })],
  ])('%s', (why, user) => {
    expect(chooseEngine(user, engineRules(AUTO, [pool()]))).toEqual({ kind: 'api', why })
  })

  it('without what the pool requires', () => {
    const required = pool({ AutoVerifiedAttributes: ['phone_number'] })
    const user = newUser({ phone_number: '+4912345', phone_number_verified: 'true' })
    expect(chooseEngine(user, engineRules(AUTO, [required]))).toEqual({ kind: 'api', why: 'lacks-required' })
  })

  it.each<[string, EngineOptions, JsonObject[]]>([
    ['asked-for', { kind: 'api', roleArn: ROLE }, [pool()]],
    ['no-role', { kind: 'auto' }, [pool()]],
    ['no-verified-attribute', AUTO, [pool({ AutoVerifiedAttributes: [] })]],
    ['no-verified-attribute', AUTO, [{}]],
    // Before or after a repair of the pool's settings, whichever it will be.
    ['no-verified-attribute', AUTO, [pool(), pool({ AutoVerifiedAttributes: ['phone_number'] })]],
  ])('all of them, because of %s', (why, options, [first, ...others]) => {
    expect(chooseEngine(newUser(), engineRules(options, [first!, ...others]))).toEqual({ kind: 'api', why })
  })
})
