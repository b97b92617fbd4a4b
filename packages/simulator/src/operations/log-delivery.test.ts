import type { CognitoIdentityProvider, LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, errorOf, post } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
const group = { LogGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:cognito' }
const bucket = { BucketArn: 'arn:aws:s3:::logs' }
const messages: LogConfigurationType = {
  LogLevel: 'ERROR',
  EventSource: 'userNotification',
  CloudWatchLogsConfiguration: group,
}
const activity: LogConfigurationType = {
  LogLevel: 'INFO',
  EventSource: 'userAuthEvents',
  S3Configuration: bucket,
}

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
  UserPoolId = simulator.seed.pool({ UserPoolTier: 'PLUS' })
})
afterAll(() => simulator.close())

const set = (...LogConfigurations: LogConfigurationType[]): Promise<unknown> =>
  client.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations })
const logs = async (): Promise<LogConfigurationType[] | undefined> => {
  const answer = await client.getLogDeliveryConfiguration({ UserPoolId })
  return answer.LogDeliveryConfiguration?.LogConfigurations
}

test('the configuration is replaced as a whole; an empty one is none', async () => {
  expect(await logs()).toEqual([])
  await set(messages, activity)
  expect(await logs()).toEqual([messages, activity])
  await set(activity)
  expect(await logs()).toEqual([activity])
  await set()
  expect(await logs()).toEqual([])
})

test('the log of user activity needs the PLUS tier', async () => {
  const call = client.setLogDeliveryConfiguration({
    UserPoolId: simulator.seed.pool(),
    LogConfigurations: [activity],
  })
  expect(await errorOf(call)).toBe('FeatureUnavailableInTierException')
})

test.each<[string, LogConfigurationType[]]>([
  ['three logs', [messages, activity, activity]],
  ['one source twice', [messages, messages]],
  ['messages that go elsewhere', [{ ...messages, S3Configuration: bucket }]],
  ['messages at the wrong level', [{ ...messages, LogLevel: 'INFO' }]],
  ['activity that goes to two places', [{ ...activity, CloudWatchLogsConfiguration: group }]],
  ['activity that goes nowhere', [{ LogLevel: 'INFO', EventSource: 'userAuthEvents' }]],
])('refuses %s', async (_, configurations) => {
  expect(await errorOf(set(...configurations))).toBe('InvalidParameterException')
})

test('fields of later versions are kept', async () => {
  await post(simulator, 'SetLogDeliveryConfiguration', {
    UserPoolId,
    LogConfigurations: [{ ...messages, Later: 1 }],
  })
  expect(simulator.inspect.pool(UserPoolId).settings).toEqual([
    { kind: 'logs', LogConfigurations: [{ ...messages, Later: 1 }] },
  ])
})
