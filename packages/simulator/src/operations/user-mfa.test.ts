import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
})
afterAll(() => simulator.close())

test('factors of MFA need what they are sent to, and an enrolment that only the user can make', async () => {
  const client = connect(simulator)
  const UserPoolId = simulator.seed.pool()
  simulator.seed.users(UserPoolId, [
    { username: 'ann', attributes: { phone_number: '+15550100' } },
    { username: 'bob', mfa: ['SOFTWARE_TOKEN_MFA'] },
  ])
  const on = { Enabled: true, PreferredMfa: true }
  const prefer = (Username: string, settings: object): Promise<unknown> =>
    client.adminSetUserMFAPreference({ UserPoolId, Username, ...settings })
  await prefer('ann', { SMSMfaSettings: on })
  expect(await client.adminGetUser({ UserPoolId, Username: 'ann' })).toMatchObject({
    PreferredMfaSetting: 'SMS_MFA',
    UserMFASettingList: ['SMS_MFA'],
  })
  expect(await errorOf(prefer('ann', { SoftwareTokenMfaSettings: on }))).toBe('InvalidParameterException')
  expect(await errorOf(prefer('bob', { EmailMfaSettings: on }))).toBe('InvalidParameterException')
  await prefer('bob', { SoftwareTokenMfaSettings: on })
})
