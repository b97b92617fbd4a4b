import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { createBudget } from './budget.js'
import { categoryOf, DEFAULT_QUOTAS, type QuotaCategory } from './quotas.js'

const OPERATIONS = [
  'ListUsers',
  'ListUsersInGroup',
  'AdminGetUser',
  'AdminCreateUser',
  'AdminAddUserToGroup',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'ListUserPoolClients',
  'ListGroups',
  'UnheardOf',
]
const REQUESTS = 1000
/** Less what the arithmetic rounds off. */
const SECOND = 1000 - 1e-6

interface Arrival {
  operation: string
  poolId: string
  at: number
  latency: number
  throttled: boolean
}

/** From a seed, so that a counterexample is short enough to read. */
function arrivalsFrom(seed: number): Arrival[] {
  let state = seed
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const within = [1, 500, 5000][draw(3)]!
  const latencies = [1, 300, 2000][draw(3)]!
  return Array.from({ length: REQUESTS }, () => ({
    operation: OPERATIONS[draw(OPERATIONS.length)]!,
    poolId: draw(2) === 0 ? 'pool-a' : 'pool-b',
    at: draw(within),
    latency: draw(latencies),
    throttled: draw(60) === 0,
  }))
}

const allowances = fc.record({
  share: fc.double({ min: 0.05, max: 1, noNaN: true }),
  tps: fc.option(fc.double({ min: 5, max: 100, noNaN: true }), { nil: undefined }),
  maxInFlight: fc.integer({ min: 1, max: 64 }),
})

interface Start {
  operation: string
  poolId: string
  at: number
}

function mostInASecond(starts: readonly Start[]): number {
  let most = 0
  let first = 0
  starts.forEach((start, index) => {
    while (start.at - starts[first]!.at >= SECOND) first++
    most = Math.max(most, index - first + 1)
  })
  return most
}

function expectNoSecondAbove(starts: readonly Start[], rate: number, keyOf: (start: Start) => string): void {
  for (const key of new Set(starts.map(keyOf))) {
    const group = starts.filter((start) => keyOf(start) === key)
    expect(mostInASecond(group)).toBeLessThanOrEqual(rate + 1)
  }
}

describe('request budget', () => {
  it('holds every limit in every second for 1,000 requests, whenever they come and however long they take', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), allowances, async (seed, { share, tps, maxInFlight }) => {
        const requests = arrivalsFrom(seed)
        const clock = createSimulatedClock()
        const budget = createBudget({
          clock,
          random: () => 0.5,
          share,
          tps,
          maxInFlight,
          classify: () => 'throttled',
        })
        const starts: Start[] = []
        let inFlight = 0
        let mostInFlight = 0

        const all = requests.map(async ({ operation, poolId, at, latency, throttled }) => {
          await clock.sleep(at)
          let refuse = throttled
          await budget.run({ operation, poolId, idempotent: false }, async () => {
            starts.push({ operation, poolId, at: clock.now() })
            mostInFlight = Math.max(mostInFlight, ++inFlight)
            await clock.sleep(latency)
            inFlight--
            if (refuse) {
              refuse = false
              throw new Error('too many requests')
            }
          })
        })
        const state = { done: false }
        const finished = Promise.all(all).then(() => (state.done = true))
        while (!state.done) await clock.advance(5000)
        await finished

        expect(mostInFlight).toBeLessThanOrEqual(maxInFlight)
        if (tps !== undefined) expectNoSecondAbove(starts, tps, () => 'everything')
        for (const category of Object.keys(DEFAULT_QUOTAS) as QuotaCategory[]) {
          const quota = DEFAULT_QUOTAS[category]
          const own = starts.filter(({ operation }) => categoryOf(operation) === category)
          expectNoSecondAbove(own, share * quota.requestsPerSecond, () => category)
          const onPool = share * (quota.operationOnPoolPerSecond ?? Infinity)
          expectNoSecondAbove(own, onPool, ({ operation, poolId }) => `${operation} ${poolId}`)
        }
        expect(starts).toHaveLength(REQUESTS + requests.filter(({ throttled }) => throttled).length)
        expect(clock.pending).toBe(0)
      }),
      { numRuns: 50, endOnFailure: true },
    )
  }, 120_000)
})
