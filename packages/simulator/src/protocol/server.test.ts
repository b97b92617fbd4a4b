import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, errorOf, failureOf, post } from '../../test/sdk-client.js'
import { createManualClock } from '../clock.js'
import type { JsonObject } from '../json.js'
import { startSimulator, type Simulator } from '../simulator.js'
import { apiModel } from './api-model.js'
import { compilePattern } from './request-validation.js'

let simulator: Simulator
const clock = createManualClock(Date.UTC(2026, 0, 2, 3, 4, 5))

beforeAll(async () => {
  simulator = await startSimulator({ clock, quotas: false })
})
afterAll(() => simulator.close())

test('every pattern of the model compiles', () => {
  for (const { pattern } of Object.values(apiModel.shapes)) {
    if (pattern !== undefined) expect(() => compilePattern(pattern)).not.toThrow()
  }
})

test('an error has its name in the body and in a header, and status 400', async () => {
  const answer = await post(simulator, 'DescribeUserPool', { UserPoolId: 'eu-west-1_nowhere' })
  expect(answer.status).toBe(400)
  expect(answer.body.__type).toBe('ResourceNotFoundException')
  expect(answer.body.message).toContain('eu-west-1_nowhere')
  expect(answer.headers.get('x-amzn-errortype')).toContain('ResourceNotFoundException')
})

test('dates, the Date header included, come from the clock', async () => {
  const answer = await post(simulator, 'CreateUserPool', { PoolName: 'dated' })
  expect(answer.headers.get('date')).toBe('Fri, 02 Jan 2026 03:04:05 GMT')
  expect(answer.body.UserPool).toMatchObject({ CreationDate: clock.now() / 1000 })
})

test('an operation of the API that is not simulated says so by name', async () => {
  const answer = await post(simulator, 'AdminListDevices', { UserPoolId: 'eu-west-1_x', Username: 'ann' })
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({
    __type: 'UnknownOperationException',
    message: 'AdminListDevices is not simulated.',
  })
})

test('an operation outside the API, an unsigned request and a body that is not JSON are refused', async () => {
  expect((await post(simulator, 'Nonsense', {})).body.__type).toBe('UnknownOperationException')
  expect((await post(simulator, 'ListUserPools', { MaxResults: 1 }, {})).body.__type).toBe(
    'MissingAuthenticationTokenException',
  )
  expect((await post(simulator, 'ListUserPools', '{')).body.__type).toBe('SerializationException')
  expect((await post(simulator, 'ListUserPools', { MaxResults: 'ten' })).body.__type).toBe(
    'SerializationException',
  )
})

test('a violated constraint is named, the value is not', async () => {
  const client = connect(simulator)
  const Password = 'hunter2'.repeat(40)
  const failure = await failureOf(
    client.adminSetUserPassword({ UserPoolId: 'eu-west-1_x', Username: 'ann', Password }),
  )
  expect(failure.name).toBe('InvalidParameterException')
  expect(failure.message).toBe(
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256",
  )
  const listing = await failureOf(client.listUsers({ UserPoolId: 'not a pool', Limit: 61 }))
  expect(listing.message).toMatch(
    /^2 validation errors detected: .*'userPoolId'.*pattern.*; .*'limit'.*equal to 60$/,
  )
})

test('a null member is an absent one', async () => {
  const answer = await post(simulator, 'CreateUserPool', {
    PoolName: 'nulls',
    Policies: null,
    UserPoolTags: { a: null },
  })
  expect(answer.status).toBe(200)
  expect((answer.body.UserPool as JsonObject).UserPoolTags).toEqual({})
})

test('a request on a closed simulator fails as the network does', async () => {
  const short = await startSimulator()
  const client = connect(short)
  await short.close()
  expect(await errorOf(client.listUserPools({ MaxResults: 1 }))).not.toBe('')
})
