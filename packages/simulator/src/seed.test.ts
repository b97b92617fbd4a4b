import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../test/sdk-client.js'
import { startSimulator, type Simulator } from './simulator.js'

let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 })
})
afterAll(() => simulator.close())

test('makes users in any state, with everything that a user has', async () => {
  const pool = simulator.seed.pool({ Schema: [{ Name: 'plan', AttributeDataType: 'String' }] })
  simulator.seed.groups(pool, ['staff', 'admins'])
  const identities = [{ userId: '1', providerName: 'Google', providerType: 'Google', primary: 'true' }]
  const sub = '11111111-2222-4333-8444-555555555555'
  simulator.seed.users(pool, [
    {
      username: 'ann',
      sub,
      attributes: { 'custom:plan': 'gold', name: 'Ann "A" Ünal\n\\"' },
      status: 'RESET_REQUIRED',
      enabled: false,
      groups: ['staff', 'admins'],
      password: 'p',
      createDate: new Date(1_600_000_000_123),
    },
    { username: 'Google_1', status: 'EXTERNAL_PROVIDER', identities },
    { username: 'odd', status: 'SOMETHING_NEW' },
  ])
  expect(simulator.inspect.user(pool, 'ann')).toEqual({
    username: 'ann',
    sub,
    attributes: { 'custom:plan': 'gold', name: 'Ann "A" Ünal\n\\"', sub },
    status: 'RESET_REQUIRED',
    enabled: false,
    createDate: '2020-09-13T12:26:40.123Z',
    modifiedDate: '2020-09-13T12:26:40.123Z',
    groups: ['admins', 'staff'],
    hasPassword: true,
    pending: {},
    mfa: [],
  })
  const { Users } = await connect(simulator).listUsers({
    UserPoolId: pool,
    Filter: 'name = "Ann \\"A\\" Ünal\n\\\\\\""',
  })
  expect(Users?.[0]?.UserCreateDate).toEqual(new Date(1_600_000_000_123))
  expect(simulator.inspect.pool(pool).users.map(({ status }) => status)).toEqual([
    'EXTERNAL_PROVIDER',
    'RESET_REQUIRED',
    'SOMETHING_NEW',
  ])
})

test('refuses what the pool could not hold', () => {
  const pool = simulator.seed.pool({ AliasAttributes: ['email'] })
  simulator.seed.users(pool, 1)
  const verified = { email: 'user0@example.com', email_verified: 'true' }
  for (const user of [
    { username: 'x', attributes: { 'custom:none': '1' } },
    { username: 'user0' },
    { username: 'x', attributes: verified },
    { username: 'x', groups: ['none'] },
  ]) {
    expect(() => simulator.seed.users(pool, [user]), JSON.stringify(user)).toThrow()
  }
  expect(simulator.inspect.userCount(pool)).toBe(1)
})

test('leaves no trace in the ledger or the quotas', () => {
  simulator.ledger.clear()
  const pool = simulator.seed.pool()
  simulator.seed.call('AdminCreateUser', {
    UserPoolId: pool,
    Username: 'ann',
    UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }],
  })
  simulator.seed.users(pool, 100)
  expect(simulator.ledger.requests.count()).toBe(0)
  expect(simulator.ledger.mau.count()).toBe(0)
  expect(simulator.ledger.messages.all()).toEqual([])
  expect(simulator.quotas.peak('UserCreation')).toBe(0)
})

test('the same seed makes the same ids and subs', async () => {
  const subs = []
  for (let round = 0; round < 2; round++) {
    const one = await startSimulator({ seed: 42 })
    const pool = one.seed.pool()
    subs.push([pool, ...one.seed.users(pool, 3)])
    await one.close()
  }
  expect(subs[0]).toEqual(subs[1])
})

test('a federated profile may have the address of a local user, who alone is found by it', () => {
  const pool = simulator.seed.pool({ UsernameAttributes: ['email'] })
  const attributes = { email: 'ann@example.com' }
  const [local] = simulator.seed.users(pool, [
    { attributes },
    { username: 'Google_1', status: 'EXTERNAL_PROVIDER', attributes },
  ])
  expect(simulator.inspect.user(pool, 'ann@example.com').sub).toBe(local)
  simulator.seed.change(pool, 'Google_1', { status: 'CONFIRMED' })
  expect(simulator.inspect.user(pool, 'ann@example.com').sub).toBe(local)
  simulator.seed.deleteUser(pool, 'Google_1')
  expect(simulator.inspect.user(pool, 'ann@example.com').sub).toBe(local)
})
