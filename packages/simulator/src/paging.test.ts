import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, errorOf, failureOf, listAll } from '../test/sdk-client.js'
import { createManualClock } from './clock.js'
import { startSimulator, type Simulator } from './simulator.js'

const clock = createManualClock()
let simulator: Simulator
let UserPoolId: string

beforeEach(async () => {
  simulator = await startSimulator({ clock, quotas: false, seed: 3 })
  UserPoolId = simulator.seed.pool()
})
afterEach(() => simulator.close())

test('pages may be short or empty while a token remains, and nobody is lost or repeated', async () => {
  simulator.seed.users(UserPoolId, 2000)
  const { usernames, pages } = await listAll(connect(simulator), UserPoolId)
  expect(new Set(usernames).size).toBe(2000)
  expect(usernames).toHaveLength(2000)
  expect(pages.slice(0, -1)).toContain(0)
  expect(pages.slice(0, -1).some((size) => size > 0 && size < 60)).toBe(true)
  expect(Math.max(...pages)).toBe(60)
})

test('full pages on request; a page that ends the listing exactly has no token', async () => {
  const full = await startSimulator({ quotas: false, pages: 'full' })
  const pool = full.seed.pool()
  full.seed.users(pool, 120)
  expect((await listAll(connect(full), pool)).pages).toEqual([60, 60])
  await full.close()
})

test('a listing is not sorted by sub or by name, and is the same each time', async () => {
  simulator.seed.users(UserPoolId, 200)
  const { usernames } = await listAll(connect(simulator), UserPoolId)
  expect(usernames).not.toEqual([...usernames].sort())
  expect((await listAll(connect(simulator), UserPoolId)).usernames).toEqual(usernames)
})

test('who is there throughout is listed once, whoever comes and goes between pages', async () => {
  const client = connect(simulator)
  simulator.seed.users(UserPoolId, 300)
  let calls = 0
  simulator.faults.before({ operation: 'ListUsers' }, () => {
    calls++
    simulator.seed.deleteUser(UserPoolId, `user${calls}`)
    simulator.seed.users(UserPoolId, [{ username: `latecomer${calls}` }])
  })
  const { usernames } = await listAll(client, UserPoolId)
  expect(new Set(usernames).size).toBe(usernames.length)
  for (let index = calls + 1; index < 300; index++) expect(usernames).toContain(`user${index}`)
})

test('a token fits the request that it came from only, and not when altered', async () => {
  const client = connect(simulator)
  simulator.seed.users(UserPoolId, 200)
  const { PaginationToken = '' } = await client.listUsers({ UserPoolId, Limit: 10 })
  const other = simulator.seed.pool()
  const failure = await failureOf(client.listUsers({ UserPoolId: other, PaginationToken }))
  expect(failure.name).toBe('InvalidParameterException')
  expect(failure.message).toBe('Invalid pagination token')
  for (const request of [
    { Filter: 'sub ^= "a"', PaginationToken },
    { AttributesToGet: ['email'], PaginationToken },
    { PaginationToken: `${PaginationToken}A` },
    { PaginationToken: 'nonsense' },
  ]) {
    expect(await errorOf(client.listUsers({ UserPoolId, ...request }))).toBe('InvalidParameterException')
  }
  expect((await client.listUsers({ UserPoolId, Limit: 20, PaginationToken })).$metadata.httpStatusCode).toBe(
    200,
  )
  expect(await errorOf(client.listGroups({ UserPoolId, NextToken: PaginationToken }))).toBe(
    'InvalidParameterException',
  )
})

test('a token is good for one hour', async () => {
  const client = connect(simulator)
  simulator.seed.users(UserPoolId, 200)
  const { PaginationToken = '' } = await client.listUsers({ UserPoolId })
  clock.advance(3_600_000)
  await client.listUsers({ UserPoolId, PaginationToken })
  clock.advance(1)
  expect(await errorOf(client.listUsers({ UserPoolId, PaginationToken }))).toBe('InvalidParameterException')
})

test('the other lists page the same way', async () => {
  const client = connect(simulator)
  const names = Array.from({ length: 150 }, (_, index) => `group${String(index).padStart(3, '0')}`)
  simulator.seed.groups(UserPoolId, names)
  const found: string[] = []
  let NextToken: string | undefined
  do {
    const page = await client.listGroups({ UserPoolId, NextToken, Limit: 7 })
    expect(page.Groups?.length).toBeLessThanOrEqual(7)
    found.push(...(page.Groups ?? []).map(({ GroupName = '' }) => GroupName))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(found).toEqual(names)
})
