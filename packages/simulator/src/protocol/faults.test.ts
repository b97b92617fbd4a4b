import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, errorOf, failureOf } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let UserPoolId: string

beforeEach(async () => {
  simulator = await startSimulator({ quotas: false, pages: 'full' })
  UserPoolId = simulator.seed.pool()
})
afterEach(() => simulator.close())

test('throttles the n-th call only, and counts it as throttled', async () => {
  const client = connect(simulator)
  simulator.faults.add({ operation: 'ListUsers', nth: 2, kind: 'throttle' })
  await client.listUsers({ UserPoolId })
  expect(await errorOf(client.listUsers({ UserPoolId }))).toBe('TooManyRequestsException')
  await client.listUsers({ UserPoolId })
  expect(simulator.ledger.requests.throttled()).toEqual({ ListUsers: 1 })
})

test('gives any error every few calls, a limited number of times', async () => {
  const client = connect(simulator)
  simulator.faults.add({ every: 2, times: 2, kind: 'error', code: 'InternalErrorException', status: 500 })
  const outcomes: string[] = []
  for (let call = 0; call < 6; call++) {
    outcomes.push(
      await client.listUsers({ UserPoolId }).then(
        () => 'ok',
        (error: unknown) => (error as Error).name,
      ),
    )
  }
  expect(outcomes).toEqual(['ok', 'InternalErrorException', 'ok', 'InternalErrorException', 'ok', 'ok'])
})

test('drops the connection before or after the effect', async () => {
  const client = connect(simulator)
  simulator.faults.add({ operation: 'CreateGroup', nth: 1, kind: 'drop-before' })
  simulator.faults.add({ operation: 'CreateGroup', nth: 2, kind: 'drop-after' })
  await failureOf(client.createGroup({ UserPoolId, GroupName: 'first' }))
  await failureOf(client.createGroup({ UserPoolId, GroupName: 'second' }))
  expect(simulator.inspect.pool(UserPoolId).groups.map(({ GroupName }) => GroupName)).toEqual(['second'])
})

test('hangs until the client gives up, without or with the effect', async () => {
  const client = connect(simulator)
  simulator.faults.add({ operation: 'CreateGroup', nth: 1, kind: 'hang-before' })
  simulator.faults.add({ operation: 'CreateGroup', nth: 2, kind: 'hang-after' })
  const limit = (): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(150) })
  expect(await errorOf(client.createGroup({ UserPoolId, GroupName: 'first' }, limit()))).toBe('AbortError')
  expect(await errorOf(client.createGroup({ UserPoolId, GroupName: 'second' }, limit()))).toBe('AbortError')
  expect(simulator.inspect.pool(UserPoolId).groups.map(({ GroupName }) => GroupName)).toEqual(['second'])
})

test('closing ends a call that hangs', async () => {
  const short = await startSimulator()
  short.faults.add({ kind: 'hang-before' })
  const hanging = failureOf(connect(short).listUserPools({ MaxResults: 1 }))
  await expect.poll(() => short.ledger.requests.count()).toBe(1)
  await short.close()
  expect(await hanging).toBeInstanceOf(Error)
})

test('answers late', async () => {
  const started = performance.now()
  simulator.faults.add({ kind: 'slow', milliseconds: 120 })
  await connect(simulator).listUsers({ UserPoolId })
  expect(performance.now() - started).toBeGreaterThan(110)
})

test('hooks run before the effect and before the answer, and can change the pool', async () => {
  const client = connect(simulator)
  simulator.seed.users(UserPoolId, 1)
  const seen: string[] = []
  simulator.faults.before({ operation: 'ListUsers', nth: 2 }, ({ operation, number }) => {
    seen.push(`${operation} ${number}`)
    simulator.seed.users(UserPoolId, [{ username: 'latecomer' }])
  })
  const takeBack = simulator.faults.after({ operation: 'ListUsers' }, () => void seen.push('after'))
  expect((await client.listUsers({ UserPoolId })).Users).toHaveLength(1)
  expect((await client.listUsers({ UserPoolId })).Users).toHaveLength(2)
  takeBack()
  await client.listUsers({ UserPoolId })
  expect(seen).toEqual(['after', 'ListUsers 2', 'after'])
})
