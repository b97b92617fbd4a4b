import { createManualClock, type Simulator } from 'cognito-vault-simulator'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { classifyFailure, withBudget } from '../../src/cognito/budgeted-api.js'
import { createImageFetcher } from '../../src/cognito/fetch-image.js'
import { createSdkApi } from '../../src/cognito/sdk-api.js'
import { createSdkClient } from '../../src/cognito/sdk-client.js'
import { createBudget } from '../../src/limiter/budget.js'
import { backUp, digestsOf, recordsOf } from '../support/backed-up.js'
import { firstTime } from '../support/fail-first.js'
import { hastyClock, type Lab, openLab, unlimited } from '../support/lab.js'
import { some } from '../support/sweep.js'
import { MANY, seedLargeConfiguration, USERS } from '../support/large-configuration.js'

const TOKEN_LIFETIME_MS = 3_600_000
const LISTINGS = [
  'ListGroups',
  'ListIdentityProviders',
  'ListUserPoolClients',
  'ListUsers',
  'ListUsersInGroup',
]

function hasToken(body: Readonly<Record<string, unknown>>): boolean {
  return body['NextToken'] !== undefined || body['PaginationToken'] !== undefined
}

describe('a backup', () => {
  const clock = createManualClock()
  const start = clock.now()
  let lab: Lab
  let poolId: string
  let undisturbed: Record<string, string>

  /** The same seed at the same moment makes the same pool, to the ids. */
  async function openPool(options: Parameters<typeof openLab>[0] = {}): Promise<void> {
    clock.set(start)
    lab = await openLab({ clock, ...options })
    poolId = seedLargeConfiguration(lab.simulator)
  }

  beforeAll(async () => {
    await openPool({ pages: 'full' })
    undisturbed = await digestsOf(lab.context, (await backUp(lab.context, poolId)).id)
    await lab.close()
  })
  afterEach(() => lab.close())

  async function expectEverything(context = lab.context): Promise<void> {
    const report = await backUp(context, poolId)
    expect(report).toMatchObject({ complete: true, missing: [] })
    expect(await digestsOf(context, report.id)).toEqual(undisturbed)
  }

  it('reads every page of every listing, where pages are short or empty', async () => {
    await openPool()
    const report = await backUp(lab.context, poolId)
    expect(report).toMatchObject({
      complete: true,
      counts: {
        users: USERS,
        memberships: USERS * 2,
        groups: MANY + 1,
        clients: MANY,
        identityProviders: MANY,
      },
    })
    expect(await digestsOf(lab.context, report.id)).toEqual(undisturbed)
    const users = await recordsOf(lab.context, report.id, 'users')
    expect([...users.keys()].sort()).toEqual(subs(lab.simulator, poolId))
  })

  it('reads on behind empty pages, however many', async () => {
    await openPool({ pages: { short: 0.4, empty: 0.5 } })
    await expectEverything()
  })

  it.each(
    some(
      [
        ['is throttled', { kind: 'throttle' }],
        ['is answered by an internal error', { kind: 'error', code: 'InternalErrorException', status: 500 }],
        ['loses its connection before its answer', { kind: 'drop-after' }],
      ] as const,
      2,
    ),
  )('loses nothing when every request %s the first time', async (_, fault) => {
    await openPool()
    lab.simulator.faults.add({ ...fault, matching: firstTime() })
    await expectEverything()
  })

  it('loses nothing when answers do not come', async () => {
    await openPool()
    for (const operation of ['ListUsers', 'ListUsersInGroup', 'ListGroups', 'DescribeUserPoolClient']) {
      lab.simulator.faults.add({ kind: 'hang-before', operation, nth: 1 })
      lab.simulator.faults.add({ kind: 'hang-after', operation, nth: 2 })
    }
    await expectEverything(impatient(lab))
  })

  it('begins each listing again when its token has expired', async () => {
    await openPool()
    const expired = new Set<string>()
    for (const operation of LISTINGS) {
      lab.simulator.faults.before({ operation, matching: hasToken, nth: 1 }, () => {
        expired.add(operation)
        clock.advance(TOKEN_LIFETIME_MS + 1)
      })
    }
    await expectEverything()
    expect([...expired].sort()).toEqual(LISTINGS)
  })

  it('begins one stream of all users again when its token has expired', async () => {
    await openPool({ subPrefixFilter: 'refused' })
    const isUnfiltered = (body: Readonly<Record<string, unknown>>): boolean =>
      body['Filter'] === undefined && body['PaginationToken'] !== undefined
    // The first of them is of the page that is read to know whom to ask the filter for.
    lab.simulator.faults.before({ operation: 'ListUsers', matching: isUnfiltered, nth: 2 }, () =>
      clock.advance(TOKEN_LIFETIME_MS + 1),
    )
    await expectEverything()
  })

  it('says so when a listing cannot be brought to its end', async () => {
    await openPool()
    lab.simulator.faults.before({ operation: 'ListGroups', matching: hasToken }, () =>
      clock.advance(TOKEN_LIFETIME_MS + 1),
    )
    const report = await backUp(lab.context, poolId)
    expect(report.complete).toBe(false)
    expect(report.missing).toMatchObject([{ resource: 'groups', operation: 'ListGroups' }])
  })
})

function subs(simulator: Simulator, poolId: string): string[] {
  return simulator.inspect
    .pool(poolId)
    .users.map(({ sub }) => sub)
    .sort()
}

/** The same vault and pool, by a client that waits for an answer for a moment only. */
function impatient(lab: Lab): Lab['context'] {
  const client = createSdkClient({
    region: lab.simulator.region,
    endpoint: lab.simulator.url,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  })
  for (const { config } of [client.userPools, client.identityPools]) {
    const handler = config.requestHandler as unknown as {
      updateHttpClientConfig(key: string, value: number): void
    }
    handler.updateHttpClientConfig('requestTimeout', 300)
  }
  const budget = createBudget({
    clock: hastyClock,
    random: Math.random,
    classify: classifyFailure,
    share: 1,
    quotas: unlimited,
  })
  return lab.again({
    budget,
    fetchImage: createImageFetcher(hastyClock),
    api: withBudget(createSdkApi(client, lab.simulator.region, hastyClock), budget),
  })
}
