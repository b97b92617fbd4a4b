import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf, post } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
let ClientId: string
const ON = { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 5 } } as const

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
})
beforeEach(async () => {
  UserPoolId = simulator.seed.pool()
  const made = await client.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  ClientId = made.UserPoolClient?.ClientId ?? ''
})
afterAll(() => simulator.close())

test('a pool and a client that were never configured show the defaults', async () => {
  expect(await client.getUserPoolSessionConfiguration({ UserPoolId })).toMatchObject({
    UserPoolId,
    UserSessionTracking: 'DISABLED',
    TokenSession: { MaxPerUser: 20 },
  })
  expect(await client.getUserPoolClientSessionConfiguration({ UserPoolId, ClientId })).toMatchObject({
    UserPoolId,
    ClientId,
    SSOSession: { MaxValidityMinutes: 60 },
  })
  const unknown = client.getUserPoolClientSessionConfiguration({ UserPoolId, ClientId: 'none' })
  expect(await errorOf(unknown)).toBe('ResourceNotFoundException')
})

test('what is set replaces what was, with fields of later versions', async () => {
  await post(simulator, 'SetUserPoolSessionConfiguration', { UserPoolId, ...ON, Later: { x: 1 } })
  expect(simulator.inspect.pool(UserPoolId).settings).toEqual([{ kind: 'sessions', ...ON, Later: { x: 1 } }])
  expect(await client.setUserPoolSessionConfiguration({ UserPoolId, ...ON })).toMatchObject(ON)
  expect(simulator.inspect.pool(UserPoolId).settings).toEqual([{ kind: 'sessions', ...ON }])
  const half = await post(simulator, 'SetUserPoolSessionConfiguration', {
    UserPoolId,
    UserSessionTracking: 'ENABLED',
  })
  expect(half.body).toMatchObject({ __type: 'InvalidParameterException' })
})

test('a client is set only while the pool tracks sessions, and keeps it afterwards', async () => {
  const setting = { UserPoolId, ClientId, SSOSession: { MaxValidityMinutes: 0 } }
  const early = client.setUserPoolClientSessionConfiguration(setting)
  expect(await errorOf(early)).toBe('InvalidParameterException')
  await client.setUserPoolSessionConfiguration({ UserPoolId, ...ON })
  await client.setUserPoolClientSessionConfiguration(setting)
  await client.setUserPoolSessionConfiguration({ UserPoolId, ...ON, UserSessionTracking: 'DISABLED' })
  expect(await client.getUserPoolClientSessionConfiguration({ UserPoolId, ClientId })).toMatchObject(setting)
  await client.deleteUserPoolClient({ UserPoolId, ClientId })
  expect(simulator.inspect.pool(UserPoolId).settings).toHaveLength(1)
})

test.each([0, 101])('%i sessions a user are out of range', async (MaxPerUser) => {
  const call = client.setUserPoolSessionConfiguration({ UserPoolId, ...ON, TokenSession: { MaxPerUser } })
  expect(await errorOf(call)).toBe('InvalidParameterException')
})

test('the LITE tier cannot track sessions', async () => {
  UserPoolId = simulator.seed.pool({ UserPoolTier: 'LITE' })
  const call = client.setUserPoolSessionConfiguration({ UserPoolId, ...ON })
  expect(await errorOf(call)).toBe('FeatureUnavailableInTierException')
})
