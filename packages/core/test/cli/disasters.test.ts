import type { Simulator } from 'cognito-vault-simulator'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
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
})

beforeEach(async () => {
  poolId = seedSmallPool(simulator, undefined, domainOf())
  simulator.seed.users(
    poolId,
    ['eve', 'fay', 'gil'].map((name) => person(name, { groups: ['buyers'] })),
  )
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
  simulator.ledger.clear()
})

afterEach(() => {
  expect(simulator.ledger.messages.all()).toEqual([])
})
afterAll(() => lab.close())

let pools = 0
/** A domain is unique in its Region, and every test makes a pool. */
function domainOf(): string {
  return `shop-login-${++pools}`
}

interface Compared {
  readonly users: Record<
    'added' | 'removed' | 'changed',
    readonly { fields: readonly string[]; username: string }[]
  >
  readonly resources: readonly { kind: string; name: string }[]
  readonly same: boolean
}

async function compared(): Promise<Compared> {
  return (await lab.run(['diff', snapshot, 'live', '--json'])).json as unknown as Compared
}

/** One command undoes it; `done` is all that it called. */
async function undone(args: readonly string[]): Promise<Record<string, number>> {
  const { code, json } = await lab.run([
    'restore',
    `latest:${poolId}`,
    '--in-place',
    ...args,
    '--yes',
    '--json',
  ])
  expect(code).toBe(0)
  return (json as unknown as { done: Record<string, number> }).done
}

it('a user deleted', async () => {
  simulator.seed.call('AdminDeleteUser', { UserPoolId: poolId, Username: 'ann' })
  simulator.seed.call('AdminDisableUser', { UserPoolId: poolId, Username: 'eve' })
  const done = await undone(['--users', 'ann@example.com'])
  expect(done).toEqual({ AdminCreateUser: 1, AdminSetUserPassword: 1, AdminAddUserToGroup: 2 })
  const { users, resources } = await compared()
  // Ann is known again by the identity map; what was not asked for stays as it is.
  expect(users).toEqual({ added: [], removed: [], changed: [expect.objectContaining({ username: 'eve' })] })
  expect(resources).toEqual([])
})

it('the attributes of users overwritten by a script', async () => {
  for (const Username of ['ann', 'eve', 'fay']) {
    simulator.seed.call('AdminUpdateUserAttributes', {
      UserPoolId: poolId,
      Username,
      UserAttributes: [
        { Name: 'custom:plan', Value: '' },
        { Name: 'nickname', Value: `${Username}, honestly` },
      ],
    })
  }
  expect(await undone(['--attributes', 'custom:plan'])).toEqual({ AdminUpdateUserAttributes: 3 })
  const { users } = await compared()
  expect(users.changed.map(({ fields }) => fields)).toEqual([['nickname'], ['nickname'], ['nickname']])
})

it('a group emptied', async () => {
  for (const Username of ['ann', 'bob', 'dee', 'eve', 'fay', 'gil'])
    simulator.seed.call('AdminRemoveUserFromGroup', { UserPoolId: poolId, Username, GroupName: 'buyers' })
  simulator.seed.call('AdminDisableUser', { UserPoolId: poolId, Username: 'eve' })
  expect(await undone(['--groups', 'buyers'])).toEqual({ AdminAddUserToGroup: 6 })
  expect((await compared()).users.changed).toEqual([
    expect.objectContaining({ username: 'eve', fields: ['Enabled'] }),
  ])
})

it('a group deleted', async () => {
  simulator.seed.call('DeleteGroup', { UserPoolId: poolId, GroupName: 'buyers' })
  simulator.seed.call('AdminDisableUser', { UserPoolId: poolId, Username: 'eve' })
  expect(await undone(['--only-deleted'])).toEqual({ CreateGroup: 1, AdminAddUserToGroup: 6 })
  expect((await compared()).users.changed).toEqual([
    expect.objectContaining({ username: 'eve', fields: ['Enabled'] }),
  ])
})

it('the callback URLs of a client lost', async () => {
  const web = simulator.inspect.pool(poolId).clients.find((client) => client['ClientName'] === 'web')!
  simulator.seed.call('UpdateUserPoolClient', {
    UserPoolId: poolId,
    ClientId: web['ClientId'],
    ClientName: 'web',
    RefreshTokenValidity: 3,
  })
  simulator.seed.call('AdminDisableUser', { UserPoolId: poolId, Username: 'eve' })
  expect(await undone(['--only', 'client'])).toEqual({ UpdateUserPoolClient: 1 })
  const { users, resources } = await compared()
  expect(resources).toEqual([])
  expect(users.changed).toHaveLength(1)
})

it('a whole pool deleted', async () => {
  simulator.seed.call('UpdateUserPool', { UserPoolId: poolId, DeletionProtection: 'INACTIVE' })
  for (const { Domain } of simulator.inspect.pool(poolId).domains)
    simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: poolId, Domain })
  simulator.seed.call('DeleteUserPool', { UserPoolId: poolId })
  const { code, json } = await lab.run([
    'restore',
    `latest:${poolId}`,
    '--to-new-pool',
    'shop',
    '--yes',
    '--json',
  ])
  expect(code).toBe(0)
  const difference = await lab.run(['diff', snapshot, 'live', '--pool', json.poolId, '--json'])
  const { users, resources } = difference.json as unknown as Compared
  expect(resources).toEqual([])
  expect(users.added).toEqual([])
  expect(users.removed).toEqual([])
  // Announced as reset-required-became-confirmed; nothing else differs.
  expect(users.changed).toEqual([expect.objectContaining({ username: 'dee', fields: ['UserStatus'] })])
})
