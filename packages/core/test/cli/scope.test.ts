import type { Simulator } from 'cognito-vault-simulator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { person, seedSmallPool } from '../support/small-pool.js'
import { type CliLab, onlySnapshot, openCliLab } from './cli-lab.js'

let lab: CliLab
let simulator: Simulator
let poolId: string
let snapshot: string

beforeAll(async () => {
  lab = await openCliLab()
  simulator = lab.simulator
  await lab.run(['init', '--no-encryption'])
  poolId = seedSmallPool(simulator)
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
  const call = (operation: string, input: object): unknown =>
    simulator.seed.call(operation, { UserPoolId: poolId, ...input })
  call('CreateGroup', { GroupName: 'newcomers' })
  call('CreateUserPoolClient', { ClientName: 'new' })
  simulator.seed.users(poolId, [person('mallory', { groups: ['admins', 'newcomers'] })])
  call('AdminDisableUser', { Username: 'ann' })
})
afterAll(() => lab.close())

interface Done {
  readonly done: Record<string, number>
  readonly notes: Record<string, number>
  readonly runId: string
}

async function repair(...args: readonly string[]): Promise<Done> {
  const { code, json } = await lab.run(['restore', snapshot, '--in-place', ...args, '--yes', '--json'])
  expect(code).toBe(0)
  return json as unknown as Done
}

const groupsOf = (name: string): readonly string[] =>
  simulator.inspect.pool(poolId).users.find(({ username }) => username === name)!.groups

it('deletes nothing extra beyond what a restore is limited to', async () => {
  const { done } = await repair('--users', 'ann', '--delete-extra', '--delete-newer')
  expect(done).toEqual({ AdminEnableUser: 1 })
  const { groups, clients, users } = simulator.inspect.pool(poolId)
  expect(groups.map((group) => group['GroupName'])).toContain('newcomers')
  expect(clients.map((client) => client['ClientName'])).toContain('new')
  expect(users.map(({ username }) => username)).toContain('mallory')
})

it('tells of whoever is in a named group and was not, and takes them out when asked to', async () => {
  const told = await repair('--groups', 'admins')
  expect([told.done, told.notes]).toEqual([{}, { 'group-left': 1 }])
  expect(groupsOf('mallory')).toContain('admins')
  const { done } = await repair('--groups', 'admins', '--delete-extra')
  expect(done).toEqual({ AdminRemoveUserFromGroup: 1 })
  expect(groupsOf('mallory')).toEqual(['newcomers'])
})

it('leaves, when it is taken back, a group that it made and somebody has joined since', async () => {
  simulator.seed.call('DeleteGroup', { UserPoolId: poolId, GroupName: 'buyers' })
  const { runId } = await repair('--groups', 'buyers')
  simulator.seed.call('AdminAddUserToGroup', { UserPoolId: poolId, Username: 'mallory', GroupName: 'buyers' })
  const { code, json } = await lab.run(['undo', runId, '--yes', '--json'])
  expect(code).toBe(0)
  const undone = json as unknown as Done
  expect(undone.notes['changed-since-run']).toBe(1)
  expect(undone.done).toEqual({ AdminRemoveUserFromGroup: 3 })
  expect(groupsOf('mallory')).toContain('buyers')
})
