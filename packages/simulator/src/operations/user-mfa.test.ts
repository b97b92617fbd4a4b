import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: ReturnType<typeof connect>
let UserPoolId: string

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
})
afterAll(() => simulator.close())

const SNS = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sns', ExternalId: 'pool' }
const SES = {
  EmailSendingAccount: 'DEVELOPER',
  SourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/example.com',
} as const

beforeEach(() => {
  UserPoolId = simulator.seed.pool({ SmsConfiguration: SNS, EmailConfiguration: SES })
  simulator.seed.users(UserPoolId, [
    { username: 'ann', attributes: { phone_number: '+15550100', email: 'ann@example.com' } },
    { username: 'bob', mfa: ['SOFTWARE_TOKEN_MFA'], passkey: true },
  ])
  simulator.ledger.clear()
})

const on = { Enabled: true, PreferredMfa: true }
const off = { Enabled: false, PreferredMfa: false }

function prefer(Username: string, settings: object): Promise<unknown> {
  return client.adminSetUserMFAPreference({ UserPoolId, Username, ...settings })
}

async function factorsOf(Username: string): Promise<unknown> {
  const { UserMFASettingList, PreferredMfaSetting } = await client.adminGetUser({ UserPoolId, Username })
  return [UserMFASettingList, PreferredMfaSetting]
}

test('factors of MFA are turned on, preferred and turned off, each for itself', async () => {
  expect(await factorsOf('ann')).toEqual([undefined, undefined])
  await prefer('ann', { SMSMfaSettings: on, EmailMfaSettings: { Enabled: true } })
  expect(await factorsOf('ann')).toEqual([['SMS_MFA', 'EMAIL_OTP'], 'SMS_MFA'])
  await prefer('ann', { EmailMfaSettings: on })
  expect(await factorsOf('ann')).toEqual([['SMS_MFA', 'EMAIL_OTP'], 'EMAIL_OTP'])
  await prefer('ann', { EmailMfaSettings: off })
  expect(await factorsOf('ann')).toEqual([['SMS_MFA'], undefined])
  await prefer('ann', { SMSMfaSettings: off })
  expect(await factorsOf('ann')).toEqual([undefined, undefined])
})

test('an authenticator app is turned off and on again, but only the user can enrol one', async () => {
  await prefer('bob', { SoftwareTokenMfaSettings: off })
  expect(await factorsOf('bob')).toEqual([undefined, undefined])
  await prefer('bob', { SoftwareTokenMfaSettings: on })
  expect(await factorsOf('bob')).toEqual([['SOFTWARE_TOKEN_MFA'], 'SOFTWARE_TOKEN_MFA'])
  expect(await errorOf(prefer('ann', { SoftwareTokenMfaSettings: on }))).toBe('InvalidParameterException')
})

test('codes need an address, and a pool that sends them', async () => {
  expect(await errorOf(prefer('bob', { EmailMfaSettings: on }))).toBe('InvalidParameterException')
  expect(await errorOf(prefer('bob', { SMSMfaSettings: on }))).toBe('InvalidParameterException')
  UserPoolId = simulator.seed.pool()
  simulator.seed.users(UserPoolId, [
    { username: 'ann', attributes: { phone_number: '+15550100', email: 'ann@example.com' } },
  ])
  expect(await errorOf(prefer('ann', { EmailMfaSettings: on }))).toBe('InvalidParameterException')
  expect(await errorOf(prefer('ann', { SMSMfaSettings: on }))).toBe('InvalidParameterException')
})

test('two factors cannot be preferred, nor one that is off, and none is turned off where MFA is required', async () => {
  const refused = async (settings: object): Promise<void> =>
    expect(await errorOf(prefer('ann', settings))).toBe('InvalidParameterException')
  await refused({ SMSMfaSettings: on, EmailMfaSettings: on })
  await refused({ SMSMfaSettings: { Enabled: false, PreferredMfa: true } })
  await prefer('ann', { SMSMfaSettings: on })
  await client.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'ON', SmsMfaConfiguration: {} })
  await refused({ SMSMfaSettings: off })
  await prefer('ann', { EmailMfaSettings: on })
})

test.each([
  ['UNCONFIRMED', 'UserNotConfirmedException'],
  ['RESET_REQUIRED', 'PasswordResetRequiredException'],
] as const)('a preference of who is %s is refused', async (status, error) => {
  simulator.seed.change(UserPoolId, 'ann', { status })
  expect(await errorOf(prefer('ann', { SMSMfaSettings: on }))).toBe(error)
})

test('what a user can sign in with is told with passkeys, and puts the user on the bill', async () => {
  const answer = await client.adminGetUserAuthFactors({ UserPoolId, Username: 'bob' })
  expect(answer).toMatchObject({
    Username: 'bob',
    PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
    UserMFASettingList: ['SOFTWARE_TOKEN_MFA'],
    ConfiguredUserAuthFactors: ['WEB_AUTHN', 'SOFTWARE_TOKEN'],
  })
  expect(simulator.ledger.mau.byOperation(UserPoolId)).toEqual({ AdminGetUserAuthFactors: 1 })
})
