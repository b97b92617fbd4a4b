import type { QuotaCategoryName, SimulatorOptions } from 'cognito-vault-simulator'
import { afterEach, describe, expect, it } from 'vitest'
import type { CognitoContext } from '../../src/actions/context.js'
import { classifyFailure, withBudget } from '../../src/cognito/budgeted-api.js'
import { createSdkApi } from '../../src/cognito/sdk-api.js'
import { createSdkClient } from '../../src/cognito/sdk-client.js'
import { createBudget } from '../../src/limiter/budget.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'
import { createVirtualTime, type VirtualTime } from '../support/virtual-time.js'
import { countsAsCalled } from '../support/simulated-operation.js'

const USERS = 900
const CLIENTS = 12
const GROUPS = ['one', 'two', 'three']

describe('a backup under the quotas of an account that bought nothing', () => {
  let time: VirtualTime
  let lab: Lab
  let context: CognitoContext
  let poolId: string

  async function open(share: number, options: SimulatorOptions = {}): Promise<void> {
    time = createVirtualTime(Date.parse('2026-11-23T00:00:00Z'))
    lab = await openLab({ clock: time.clock, quotas: true, pages: 'full', ...options })
    const { seed, region, url } = lab.simulator
    poolId = seed.pool()
    seed.groups(poolId, GROUPS)
    seed.users(
      poolId,
      Array.from({ length: USERS }, (_, i) => ({ username: `user${i}`, groups: [GROUPS[i % 3]!] })),
    )
    for (let i = 0; i < CLIENTS; i++)
      seed.call('CreateUserPoolClient', { UserPoolId: poolId, ClientName: `client ${i}` })
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }
    const client = createSdkClient({ region, endpoint: url, credentials })
    const budget = createBudget({ clock: time.clock, random: Math.random, classify: classifyFailure, share })
    const api = withBudget(time.watch(createSdkApi(client, region, time.clock)), budget)
    context = lab.again({ clock: time.clock, budget, api })
  }
  afterEach(() => lab.close())

  it('starts in no second more than half of what a category allows, plus one, and uses that half', async () => {
    await open(0.5)
    const report = await time.during(backUp(context, poolId))
    expect(report).toMatchObject({ complete: true, counts: { users: USERS, memberships: USERS } })
    const { quotas, ledger } = lab.simulator
    expect(ledger.requests.throttled()).toEqual({})
    for (const category of [
      'UserList',
      'UserPoolRead',
      'UserPoolResourceRead',
      'UserPoolClientRead',
    ] as const)
      expect(quotas.peak(category), category).toBeLessThanOrEqual(half(category))
    // Five a second are allowed to one operation on one pool.
    for (const operation of Object.keys(ledger.requests.all()))
      if (/Client|Group|Provider|Server|Mfa/.test(operation) && operation !== 'ListUsersInGroup')
        expect(quotas.peakOnPool(operation, poolId), operation).toBeLessThanOrEqual(Math.floor(5 / 2) + 1)
    expect(quotas.peak('UserList')).toBeGreaterThanOrEqual(30 / 2)
    expect(quotas.peakOnPool('DescribeUserPoolClient', poolId)).toBeGreaterThanOrEqual(2)

    function half(category: QuotaCategoryName): number {
      return Math.floor(quotas.limit(category) / 2) + 1
    }
  })

  it('loses nothing where others leave it less than its share, and gives way to them', async () => {
    await open(1, { quotas: { UserList: 4, UserPoolResourceRead: 3, UserPoolClientRead: 2 } })
    const report = await time.during(backUp(context, poolId))
    expect(report).toMatchObject({
      complete: true,
      counts: { users: USERS, memberships: USERS, clients: CLIENTS, groups: GROUPS.length },
    })
    const { requests } = lab.simulator.ledger
    expect(requests.throttled()['ListUsers']).toBeGreaterThan(0)
    expect(context.budget.ratePerSecond('UserList')).toBeLessThan(30)
    // Every request that was sent is accounted for, those that were refused too.
    expect(Object.fromEntries(context.budget.requests)).toEqual(countsAsCalled(requests.all()))
    expect(Object.fromEntries(context.budget.throttled)).toEqual(countsAsCalled(requests.throttled()))
  })
})
