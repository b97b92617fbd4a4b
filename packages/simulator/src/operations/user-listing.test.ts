import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, errorOf, failureOf, listAll } from '../../test/sdk-client.js'
import type { SubPrefixFilter } from '../options.js'
import { startSimulator, type Simulator } from '../simulator.js'
import { parseFilter } from '../users/user-filter.js'

let simulator: Simulator
let UserPoolId: string

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false, subShape: 'mixed', pages: 'full' })
  UserPoolId = simulator.seed.pool()
  simulator.seed.users(UserPoolId, 500)
  simulator.seed.users(UserPoolId, [
    { username: 'Zoe', attributes: { name: 'Zoe "Z" O\'Neil\\x', email: 'zoe@example.com' }, enabled: false },
    { username: 'zoe', attributes: { name: 'Zoe' }, status: 'FORCE_CHANGE_PASSWORD' },
  ])
})
afterAll(() => simulator.close())

test('parses the documented grammar and nothing else', () => {
  expect(parseFilter('family_name = "Reddy"')).toEqual({
    attribute: 'family_name',
    match: 'equal',
    value: 'Reddy',
  })
  expect(parseFilter('given_name^="Jon"')).toEqual({ attribute: 'given_name', match: 'prefix', value: 'Jon' })
  expect(parseFilter('name = "say \\"hi\\" \\\\ now"')?.value).toBe('say "hi" \\ now')
  expect(parseFilter('')).toBeUndefined()
  for (const text of [
    'name',
    'name = Jon',
    'name == "x"',
    'name = "x" and email = "y"',
    'name = "a"b"',
    'custom:x = "y"',
    'locale = "en"',
    'name > "a"',
  ]) {
    expect(() => parseFilter(text), text).toThrow()
  }
})

test('sub prefixes partition the pool, each in ascending order', async () => {
  const client = connect(simulator)
  let total = 0
  for (const digit of '0123456789abcdef') {
    const { usernames } = await listAll(client, UserPoolId, `sub ^= "${digit}"`)
    const subs = usernames.map((username) => simulator.inspect.user(UserPoolId, username).sub)
    expect(subs).toEqual([...subs].sort())
    expect(subs.every((sub) => sub.startsWith(digit))).toBe(true)
    total += subs.length
  }
  expect(total).toBe(502)
})

test('finds by each kind of attribute', async () => {
  const client = connect(simulator)
  const find = async (filter: string): Promise<string[]> =>
    (await listAll(client, UserPoolId, filter)).usernames
  const { sub } = simulator.inspect.user(UserPoolId, 'user7')
  expect(await find(`sub = "${sub}"`)).toEqual(['user7'])
  expect(await find('email = "user7@example.com"')).toEqual(['user7'])
  expect(await find('username = "Zoe"')).toEqual(['Zoe'])
  expect(await find('name = "Zoe \\"Z\\" O\'Neil\\\\x"')).toEqual(['Zoe'])
  expect(await find('name ^= "Zoe"')).toEqual(['zoe', 'Zoe'])
  expect(await find('status = "Disabled"')).toEqual(['Zoe'])
  expect(await find('status = "disabled"')).toEqual([])
  expect(await find('cognito:user_status = "force_change_password"')).toEqual(['zoe'])
  expect(await find('phone_number ^= "+1"')).toEqual([])
})

test('sorts by the attribute searched, and follows changes', async () => {
  const client = connect(simulator)
  const before = (await listAll(client, UserPoolId, 'email ^= "user49"')).usernames
  expect(before).toEqual(
    ['user49', ...Array.from({ length: 10 }, (_, index) => `user49${index}`)].sort(byEmail),
  )
  simulator.seed.attributes(UserPoolId, 'user499', { email: 'moved@example.com' })
  expect((await listAll(client, UserPoolId, 'email ^= "user49"')).usernames).toEqual(
    before.filter((name) => name !== 'user499'),
  )
  expect((await listAll(client, UserPoolId, 'email ^= "moved"')).usernames).toEqual(['user499'])
})

test('users with the same value of the attribute searched are each found once, over all pages', async () => {
  const { usernames, pages } = await listAll(connect(simulator), UserPoolId, 'status = "Enabled"')
  expect(pages.length).toBeGreaterThan(8)
  expect(usernames).toHaveLength(501)
  expect(new Set(usernames).size).toBe(501)
})

function byEmail(left: string, right: string): number {
  return `${left}@example.com` < `${right}@example.com` ? -1 : 1
}

test('AttributesToGet fails when a user lacks one of them', async () => {
  const client = connect(simulator)
  const request = { UserPoolId, Filter: 'username = "user1"' }
  const page = await client.listUsers({ ...request, AttributesToGet: ['email', 'sub'] })
  expect(page.Users?.[0]?.Attributes?.map(({ Name }) => Name)).toEqual(['email', 'sub'])
  const failure = await failureOf(
    client.listUsers({ UserPoolId, Filter: 'username = "zoe"', AttributesToGet: ['email'] }),
  )
  expect(failure.name).toBe('InvalidParameterException')
  expect(await errorOf(client.listUsers({ UserPoolId, AttributesToGet: ['custom:none'] }))).toBe(
    'InvalidParameterException',
  )
})

test.each([
  ['ignored', 40],
  ['nobody', 0],
] as [SubPrefixFilter, number][])(
  'a sub prefix can be %s, as emulators do',
  async (subPrefixFilter, found) => {
    const other = await startSimulator({ quotas: false, subPrefixFilter })
    const pool = other.seed.pool()
    other.seed.users(pool, 40)
    expect((await listAll(connect(other), pool, 'sub ^= "a"')).usernames).toHaveLength(found)
    await other.close()
  },
)

test('a sub prefix can be refused', async () => {
  const other = await startSimulator({ quotas: false, subPrefixFilter: 'refused' })
  const client = connect(other)
  expect(await errorOf(client.listUsers({ UserPoolId: other.seed.pool(), Filter: 'sub ^= "a"' }))).toBe(
    'InvalidParameterException',
  )
  await other.close()
})

test('listing makes nobody a monthly active user', () => {
  expect(simulator.ledger.mau.count()).toBe(0)
  expect(simulator.ledger.requests.count('ListUsers')).toBeGreaterThan(16)
})

test('regional subs share every second digit of the first group', async () => {
  const regional = await startSimulator({ subShape: 'regional' })
  const pool = regional.seed.pool()
  const subs = regional.seed.users(pool, 50)
  expect(new Set(subs.map((sub) => [1, 3, 5, 7].map((index) => sub.charAt(index)).join(''))).size).toBe(1)
  expect(new Set(subs.map((sub) => sub.charAt(0))).size).toBeGreaterThan(5)
  for (const sub of subs)
    expect(sub).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  await regional.close()
})
