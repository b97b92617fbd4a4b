import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, failureOf } from '../../test/sdk-client.js'
import { createManualClock } from '../clock.js'
import { allOperations } from '../operations/all.js'
import { startSimulator, type Simulator } from '../simulator.js'
import { quotaCategoryOf } from './quota-categories.js'

const clock = createManualClock()
let simulator: Simulator
let UserPoolId: string

beforeEach(async () => {
  simulator = await startSimulator({ clock })
  UserPoolId = simulator.seed.pool()
})
afterEach(() => simulator.close())

/** How many of so many calls were let through, and why the others were not. */
async function admitted(
  calls: number,
  call: () => Promise<unknown>,
): Promise<{ passed: number; errors: string[] }> {
  const results = await Promise.allSettled(Array.from({ length: calls }, call))
  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as Error).name] : [],
  )
  return { passed: calls - errors.length, errors: [...new Set(errors)] }
}

test('a category lets its quota through in each second and refuses the rest', async () => {
  const client = connect(simulator)
  const list = (): Promise<unknown> => client.listUsers({ UserPoolId })
  expect(await admitted(35, list)).toEqual({ passed: 30, errors: ['TooManyRequestsException'] })
  expect((await failureOf(list())).message).toBe('Rate exceeded')
  expect(simulator.ledger.requests.throttled()).toEqual({ ListUsers: 6 })
  clock.advance(1000)
  expect((await admitted(10, list)).passed).toBe(10)
})

test('operations of a category share it, also over pools', async () => {
  const client = connect(simulator)
  const other = simulator.seed.pool()
  simulator.seed.groups(other, ['staff'])
  expect((await admitted(20, () => client.listUsers({ UserPoolId }))).passed).toBe(20)
  const members = (): Promise<unknown> => client.listUsersInGroup({ UserPoolId: other, GroupName: 'staff' })
  expect((await admitted(20, members)).passed).toBe(10)
})

test('one operation on one pool has five a second where that holds', async () => {
  const client = connect(simulator)
  expect((await admitted(8, () => client.listGroups({ UserPoolId }))).passed).toBe(5)
  expect((await admitted(5, () => client.listGroups({ UserPoolId: simulator.seed.pool() }))).passed).toBe(5)
  expect((await admitted(5, () => client.getUserPoolMfaConfig({ UserPoolId }))).passed).toBe(5)
  expect(simulator.quotas.peakOnPool('ListGroups', UserPoolId)).toBe(8)
})

test('the peak shows a crowd across the edge of two windows', async () => {
  const client = connect(simulator)
  clock.set(Math.ceil(clock.now() / 1000) * 1000 + 900)
  await admitted(25, () => client.listUsers({ UserPoolId }))
  clock.advance(200)
  expect((await admitted(25, () => client.listUsers({ UserPoolId }))).passed).toBe(25)
  expect(simulator.quotas.peak('UserList')).toBe(50)
  simulator.quotas.clear()
  expect(simulator.quotas.peak('UserList')).toBe(0)
})

test('a category can be changed, and all of them lifted', async () => {
  const client = connect(simulator)
  simulator.quotas.set({ UserList: 3 })
  expect((await admitted(5, () => client.listUsers({ UserPoolId }))).passed).toBe(3)
  simulator.quotas.enforced = false
  expect((await admitted(40, () => client.listUsers({ UserPoolId }))).passed).toBe(40)
})

test('every operation that is simulated counts against a quota', () => {
  expect(Object.keys(allOperations).filter((operation) => quotaCategoryOf(operation) === undefined)).toEqual(
    [],
  )
})
