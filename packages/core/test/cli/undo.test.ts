import type { Simulator } from 'cognito-vault-simulator'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { comparable, person, seedSmallPool } from '../support/small-pool.js'
import { type CliLab, onlySnapshot, openCliLab } from './cli-lab.js'

let lab: CliLab
let simulator: Simulator
let poolId: string
let snapshot: string
let pools = 0

beforeAll(async () => {
  lab = await openCliLab()
  simulator = lab.simulator
  await lab.run(['init', '--no-encryption'])
})
afterAll(() => lab.close())

beforeEach(async () => {
  poolId = seedSmallPool(simulator, undefined, `undone-${++pools}`)
  simulator.seed.users(
    poolId,
    ['eve', 'fay', 'gil'].map((name) => person(name, { groups: ['buyers'] })),
  )
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
  damage()
  simulator.ledger.clear()
})

const about = (operation: string, Username: string, more: object = {}): unknown =>
  simulator.seed.call(operation, { UserPoolId: poolId, Username, ...more })

const set = (Username: string, attributes: Record<string, string>): unknown =>
  about('AdminUpdateUserAttributes', Username, {
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  })

const clientNamed = (name: string): Record<string, unknown> | undefined =>
  simulator.inspect.pool(poolId).clients.find((client) => client['ClientName'] === name)

/** Everything that a repair can put back, lost or changed. */
function damage(): void {
  about('AdminDeleteUser', 'ann')
  set('eve', { 'custom:plan': 'none', nickname: 'eve' })
  set('fay', { 'custom:plan': 'none' })
  about('AdminRemoveUserFromGroup', 'gil', { GroupName: 'buyers' })
  about('AdminDisableUser', 'gil')
  about('AdminAddUserToGroup', 'fay', { GroupName: 'admins' })
  simulator.seed.users(poolId, [person('new', { groups: ['buyers'] })])
  const call = (operation: string, input: object): unknown =>
    simulator.seed.call(operation, { UserPoolId: poolId, ...input })
  call('DeleteUserPoolClient', { ClientId: clientNamed('mobile')!['ClientId'] })
  call('UpdateUserPoolClient', {
    ClientId: clientNamed('web')!['ClientId'],
    ClientName: 'web',
    RefreshTokenValidity: 3,
  })
  call('UpdateGroup', { GroupName: 'buyers', Description: 'nobody' })
  call('DeleteResourceServer', { Identifier: 'orders' })
  call('CreateGroup', { GroupName: 'extra' })
}

const REPAIR = ['--in-place', '--delete-extra', '--delete-newer', '--yes', '--json']

interface Result {
  readonly runId: string
  readonly done: Record<string, number>
  readonly notes: Record<string, number>
  readonly plan: Record<string, number>
}

async function ran(args: readonly string[], code = 0): Promise<Result> {
  const result = await lab.run(args)
  expect(result.code).toBe(code)
  return result.json as unknown as Result
}

/** The moment as it can be compared with another: who is made again has another sub, and what is made again another id. */
function moment(): unknown {
  return comparable(simulator, poolId)
}

it('brings back the moment before, and can itself be taken back', async () => {
  const before = moment()
  const { runId } = await ran(['restore', snapshot, ...REPAIR])
  const after = moment()
  expect(after).not.toEqual(before)
  const undone = await ran(['undo', runId, '--yes', '--json'])
  expect(moment()).toEqual(before)
  expect(undone.done).toMatchObject({ AdminDeleteUser: 1, DeleteUserPoolClient: 1, DeleteResourceServer: 1 })
  await ran(['undo', undone.runId, '--yes', '--json'])
  expect(moment()).toEqual(after)
  expect(simulator.ledger.messages.all()).toEqual([])
})

it('leaves what somebody has changed since, and what the run did not write', async () => {
  const { runId } = await ran(['restore', snapshot, ...REPAIR])
  set('eve', { 'custom:plan': 'platinum' })
  set('bob', { nickname: 'bobby' })
  about('AdminDisableUser', 'gil')
  const { notes } = await ran(['undo', runId, '--yes', '--json'])
  const users = new Map(simulator.inspect.pool(poolId).users.map((user) => [user.username, user]))
  expect(users.get('eve')!.attributes).toMatchObject({ 'custom:plan': 'platinum', nickname: 'eve' })
  expect(users.get('bob')!.attributes).toMatchObject({ nickname: 'bobby' })
  expect(users.get('fay')!.attributes).toMatchObject({ 'custom:plan': 'none' })
  expect(notes['changed-since-run']).toBe(1)
})

it('shows its plan, and says what it is about', async () => {
  const { runId } = await ran(['restore', snapshot, ...REPAIR])
  const requests = simulator.ledger.requests.all()
  const { code, stdout } = await lab.run(['undo', runId, '--dry-run'], { columns: 80 })
  expect(code).toBe(0)
  expect(stdout).toContain('Limited to')
  expect(stdout).toContain(`what ${runId} wrote`)
  expect(stdout).toMatch(/AdminDeleteUser +1\n/)
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(
    Object.keys(simulator.ledger.requests.all()).filter((name) => !/^(List|Describe|Get)/.test(name)),
  ).toEqual(Object.keys(requests).filter((name) => !/^(List|Describe|Get)/.test(name)))
})

it('refuses what cannot be taken back', async () => {
  const dry = await ran(['restore', snapshot, '--in-place', '--dry-run', '--json'])
  const refused = await lab.run(['undo', dry.runId, '--yes', '--json'])
  expect(refused.json.error.code).toBe('RUN_NOT_APPROVED')
  const made = await ran(['restore', snapshot, '--to-new-pool', 'copy', '--yes', '--json'])
  const { json, code } = await lab.run(['undo', made.runId, '--yes', '--json'])
  expect([code, json.error.code]).toEqual([1, 'RUN_NOT_UNDOABLE'])
  expect((await lab.run(['undo', 'run-nothing', '--yes', '--json'])).code).toBe(10)
  expect((await lab.run(['undo', made.runId, '--json'])).json.error.code).toBe('CONFIRMATION_NEEDED')
})
