import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf, post } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
let ClientId: string
const RiskExceptionConfiguration = {
  BlockedIPRangeList: ['10.0.0.0/8'],
  SkippedIPRangeList: ['2001:db8::/32'],
}

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
})
beforeEach(async () => {
  UserPoolId = simulator.seed.pool({
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
  })
  const made = await client.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  ClientId = made.UserPoolClient?.ClientId ?? ''
})
afterAll(() => simulator.close())

test('a pool without threat protection neither takes nor shows settings', async () => {
  const bare = { UserPoolId: simulator.seed.pool() }
  for (const call of [client.describeRiskConfiguration(bare), client.setRiskConfiguration(bare)]) {
    expect(await errorOf(call)).toBe('UserPoolAddOnNotEnabledException')
  }
})

test('pool and client are set apart; ids alone reset', async () => {
  await client.setRiskConfiguration({ UserPoolId, RiskExceptionConfiguration })
  const CompromisedCredentialsRiskConfiguration = { Actions: { EventAction: 'BLOCK' as const } }
  await client.setRiskConfiguration({ UserPoolId, ClientId, CompromisedCredentialsRiskConfiguration })
  const { RiskConfiguration: pool } = await client.describeRiskConfiguration({ UserPoolId })
  expect(pool).toMatchObject({ UserPoolId, RiskExceptionConfiguration })
  expect(pool).not.toHaveProperty('ClientId')
  const { RiskConfiguration: own } = await client.describeRiskConfiguration({ UserPoolId, ClientId })
  expect(own).toMatchObject({ ClientId, CompromisedCredentialsRiskConfiguration })
  expect(own).not.toHaveProperty('RiskExceptionConfiguration')
  const { RiskConfiguration: reset } = await client.setRiskConfiguration({ UserPoolId, ClientId })
  expect(reset).toEqual({ UserPoolId, ClientId })
  expect(simulator.inspect.pool(UserPoolId).settings).toEqual([{ kind: 'risk', RiskExceptionConfiguration }])
})

test('fields of later versions are kept', async () => {
  await post(simulator, 'SetRiskConfiguration', { UserPoolId, Later: { x: 1 } })
  expect(simulator.inspect.pool(UserPoolId).settings).toEqual([{ kind: 'risk', Later: { x: 1 } }])
})

test('an action that notifies needs to know how', async () => {
  const Actions = { HighAction: { Notify: true, EventAction: 'BLOCK' as const } }
  const AccountTakeoverRiskConfiguration = { Actions }
  const call = client.setRiskConfiguration({ UserPoolId, AccountTakeoverRiskConfiguration })
  expect(await errorOf(call)).toBe('InvalidParameterException')
  const NotifyConfiguration = { SourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/example.com' }
  await client.setRiskConfiguration({
    UserPoolId,
    AccountTakeoverRiskConfiguration: { Actions, NotifyConfiguration },
  })
})

test.each(['10.0.0.1', '10.0.0.0/33', '2001:db8::/129', 'example.com/8'])(
  '%s is no range of addresses',
  async (range) => {
    const call = client.setRiskConfiguration({
      UserPoolId,
      RiskExceptionConfiguration: { SkippedIPRangeList: [range] },
    })
    expect(await errorOf(call)).toBe('InvalidParameterException')
  },
)
