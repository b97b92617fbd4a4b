import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
let ClientId: string

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false, pages: 'full' })
  client = connect(simulator)
})
beforeEach(async () => {
  UserPoolId = simulator.seed.pool()
  const made = await client.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
  })
  ClientId = made.UserPoolClient?.ClientId ?? ''
})
afterAll(() => simulator.close())

test('risk settings need threat protection, and differ by client', async () => {
  expect(await errorOf(client.describeRiskConfiguration({ UserPoolId }))).toBe(
    'UserPoolAddOnNotEnabledException',
  )
  const UserPoolAddOns = { AdvancedSecurityMode: 'ENFORCED' } as const
  await client.updateUserPool({ UserPoolId, UserPoolTier: 'PLUS', UserPoolAddOns })
  const RiskExceptionConfiguration = { BlockedIPRangeList: ['10.0.0.0/8'] }
  await client.setRiskConfiguration({ UserPoolId, RiskExceptionConfiguration })
  expect((await client.describeRiskConfiguration({ UserPoolId })).RiskConfiguration).toMatchObject({
    RiskExceptionConfiguration,
  })
  const { RiskConfiguration } = await client.describeRiskConfiguration({ UserPoolId, ClientId })
  expect(RiskConfiguration).toEqual({ UserPoolId, ClientId })
})

test('log delivery is replaced as a whole', async () => {
  const log = { LogLevel: 'ERROR', EventSource: 'userNotification' } as const
  await client.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations: [log] })
  const { LogDeliveryConfiguration } = await client.getLogDeliveryConfiguration({ UserPoolId })
  expect(LogDeliveryConfiguration).toEqual({ UserPoolId, LogConfigurations: [log] })
  const events = { LogLevel: 'INFO', EventSource: 'userAuthEvents' } as const
  const call = client.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations: [events] })
  expect(await errorOf(call)).toBe('FeatureUnavailableInTierException')
})

test('factors of MFA need what they are sent to, and an enrolment that only the user can make', async () => {
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
