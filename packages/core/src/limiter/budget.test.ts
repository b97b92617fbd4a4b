import { getEventListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VaultEvent } from '../model/events.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { createBudget, type BudgetOptions, type BudgetRequest, type RequestBudget } from './budget.js'
import { etaMs } from './eta.js'
import type { Failure } from './retry.js'

class Refusal extends Error {
  constructor(readonly failure: Failure) {
    super(failure)
  }
}

let clock: SimulatedClock
let events: VaultEvent[]
let unhandled: unknown[]
const noteUnhandled = (reason: unknown): void => {
  unhandled.push(reason)
}

beforeEach(() => {
  clock = createSimulatedClock(1_700_000_000_000)
  events = []
  unhandled = []
  process.on('unhandledRejection', noteUnhandled)
})

afterEach(() => {
  process.off('unhandledRejection', noteUnhandled)
  expect(unhandled).toEqual([])
  expect(clock.pending).toBe(0)
})

function budgetWith(options: Partial<BudgetOptions> = {}): RequestBudget {
  return createBudget({
    clock,
    random: () => 0.5,
    share: 1,
    sink: (event) => events.push(event),
    classify: (error) => (error instanceof Refusal ? error.failure : 'fatal'),
    ...options,
  })
}

function request(operation: string, more: Partial<BudgetRequest> = {}): BudgetRequest {
  return { operation, idempotent: true, ...more }
}

/** An attempt that notes when it starts, and is answered after `latency`. */
function noting(starts: number[], latency = 0): () => Promise<void> {
  return async () => {
    starts.push(clock.now() - 1_700_000_000_000)
    await clock.sleep(latency)
  }
}

/** An attempt that fails in these ways, one after the other, and then answers. */
function failing(...failures: Failure[]): () => Promise<string> {
  return () => {
    const failure = failures.shift()
    return failure === undefined ? Promise.resolve('done') : Promise.reject(new Refusal(failure))
  }
}

function forever(failure: Failure): () => Promise<never> {
  return () => Promise.reject(new Refusal(failure))
}

/** What `work` comes to when time passes as it needs. */
async function settled<T>(work: Promise<T>): Promise<T> {
  const state = { done: false }
  const end = (): void => {
    state.done = true
  }
  work.then(end, end)
  while (!state.done) await clock.advance(1000)
  return await work
}

function repeat<T>(times: number, make: (index: number) => T): T[] {
  return Array.from({ length: times }, (_, index) => make(index))
}

describe('pace', () => {
  it('spaces the starts of a category evenly at the share of its quota', async () => {
    const budget = budgetWith({ share: 0.5 })
    const starts: number[] = []
    await settled(Promise.all(repeat(5, () => budget.run(request('AdminDisableUser'), noting(starts)))))
    expect(starts.map(Math.round)).toEqual([0, 80, 160, 240, 320])
  })

  it('makes up no time that went by unused', async () => {
    const budget = budgetWith()
    const starts: number[] = []
    const one = (): Promise<void> => budget.run(request('AdminDisableUser'), noting(starts))
    await one()
    await clock.advance(10_000)
    await settled(Promise.all(repeat(3, one)))
    expect(starts).toEqual([0, 10_000, 10_040, 10_080])
  })

  it('reaches the quota when nothing throttles and enough may be in flight', async () => {
    const budget = budgetWith()
    const starts: number[] = []
    const all = Promise.all(repeat(700, () => budget.run(request('ListUsers'), noting(starts, 150))))
    await clock.advance(20_000)
    expect(starts.length).toBeGreaterThanOrEqual(0.95 * 30 * 20)
    expect(starts.length).toBeLessThanOrEqual(30 * 20 + 1)
    await settled(all)
  })

  it('starts the requests of a category in the order of their arrival', async () => {
    const budget = budgetWith()
    const order: number[] = []
    const one = (index: number): Promise<void> =>
      budget.run(request(index % 2 === 0 ? 'ListUsers' : 'ListUsersInGroup'), () => {
        order.push(index)
        return Promise.resolve()
      })
    await settled(Promise.all(repeat(50, one)))
    expect(order).toEqual(repeat(50, (index) => index))
  })

  it('keeps that order between pools none of which has reached its own limit', async () => {
    const budget = budgetWith()
    const order: string[] = []
    const pools = repeat(10, (index) => `eu-west-1_${index}`)
    const one = (poolId: string): Promise<void> =>
      budget.run(request('DescribeUserPoolClient', { poolId }), () => {
        order.push(poolId)
        return Promise.resolve()
      })
    await settled(Promise.all(pools.map(one)))
    expect(order).toEqual(pools)
  })

  it('lets no category wait for another', async () => {
    const budget = budgetWith()
    const slow: number[] = []
    const quick: number[] = []
    const all = Promise.all([
      ...repeat(50, () => budget.run(request('GetProvisionedLimit'), noting(slow))),
      ...repeat(50, () => budget.run(request('AdminGetUser'), noting(quick))),
    ])
    await clock.advance(1000)
    expect(quick).toHaveLength(50)
    expect(slow).toHaveLength(2)
    await settled(all)
  })

  it('limits an operation on a pool, and lets the same on other pools and others on the same pass', async () => {
    const budget = budgetWith()
    const starts: Record<string, number[]> = { first: [], second: [], other: [] }
    const run = (to: string, operation: string, poolId: string): Promise<void> =>
      budget.run(request(operation, { poolId }), noting(starts[to]!))
    const all = Promise.all([
      ...repeat(20, () => run('first', 'DescribeIdentityProvider', 'eu-west-1_a')),
      ...repeat(5, () => run('second', 'DescribeIdentityProvider', 'eu-west-1_b')),
      ...repeat(5, () => run('other', 'ListGroups', 'eu-west-1_a')),
    ])
    await clock.advance(1200)
    expect(starts['first']!.length).toBeGreaterThanOrEqual(5)
    expect(starts['first']!.length).toBeLessThanOrEqual(7)
    expect(starts['second']).toHaveLength(5)
    expect(starts['other']).toHaveLength(5)
    await settled(all)
    expect(starts['first']!.at(-1)).toBeGreaterThanOrEqual(19 * 200)
  })

  it('holds a ceiling over all categories, and gives each its turn under it', async () => {
    const budget = budgetWith({ tps: 10 })
    const lists: number[] = []
    const writes: number[] = []
    const all = Promise.all([
      ...repeat(100, () => budget.run(request('ListUsers'), noting(lists))),
      ...repeat(100, () => budget.run(request('AdminDisableUser'), noting(writes))),
    ])
    await clock.advance(9999)
    expect(lists.length + writes.length).toBe(100)
    expect(Math.abs(lists.length - writes.length)).toBeLessThanOrEqual(1)
    await settled(all)
  })

  it('has no more in flight than it may', async () => {
    const budget = budgetWith({ maxInFlight: 3 })
    let inFlight = 0
    let most = 0
    const attempt = async (): Promise<void> => {
      most = Math.max(most, ++inFlight)
      await clock.sleep(2000)
      inFlight--
    }
    await settled(Promise.all(repeat(20, () => budget.run(request('AdminGetUser'), attempt))))
    expect(most).toBe(3)
  })

  it('holds the pace when many answers come at once', async () => {
    const budget = budgetWith({ maxInFlight: 4 })
    const starts: number[] = []
    const attempt = async (): Promise<void> => {
      starts.push(clock.now())
      await clock.sleep(1000 - (clock.now() % 1000))
    }
    await settled(Promise.all(repeat(40, () => budget.run(request('ListUsers'), attempt))))
    const gaps = starts.slice(1).map((start, index) => start - starts[index]!)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000 / 30 - 2)
  })

  it('takes as long as was estimated', async () => {
    const budget = budgetWith({ share: 0.5 })
    const counts = new Map([
      ['AdminCreateUser', 300],
      ['AdminAddUserToGroup', 200],
    ])
    const starts: number[] = []
    const all = [...counts].flatMap(([operation, count]) =>
      repeat(count, () => budget.run(request(operation), noting(starts))),
    )
    await settled(Promise.all(all))
    expect(Math.abs(starts.at(-1)! - etaMs(counts, budget))).toBeLessThan(200)
  })

  it('starts nothing early when the clock is set back', async () => {
    let back = 0
    const budget = budgetWith({
      clock: { now: () => clock.now() - back, sleep: (ms, signal) => clock.sleep(ms, signal) },
    })
    const starts: number[] = []
    await budget.run(request('ListUserPools'), noting(starts))
    back = 3_600_000
    await settled(budget.run(request('ListUserPools'), noting(starts)))
    expect(starts[1]).toBeGreaterThanOrEqual(66)
    expect(starts[1]).toBeLessThan(100)
  })

  it('keeps 100,000 waiting requests without slowing down', async () => {
    const budget = budgetWith({ quotas: { UserList: 1_000_000 }, maxInFlight: 1000 })
    const controller = new AbortController()
    let done = 0
    const attempt = (): Promise<void> => {
      done++
      return Promise.resolve()
    }
    const one = (): Promise<void> => budget.run(request('ListUsers', { signal: controller.signal }), attempt)
    const all = repeat(100_000, one)
    await clock.advance(50)
    expect(done).toBeGreaterThan(45_000)
    expect(getEventListeners(controller.signal, 'abort').length).toBeLessThanOrEqual(1)
    controller.abort(new Error('enough'))
    const results = await Promise.allSettled(all)
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(100_000 - done)
  })
})

describe('throttling', () => {
  it('cuts the rate of the category and recovers with successes', async () => {
    const budget = budgetWith()
    await settled(budget.run(request('AdminDisableUser'), failing('throttled')))
    expect(budget.ratePerSecond('UserUpdate')).toBeCloseTo(17.5, 0)
    expect(budget.ratePerSecond('UserList')).toBe(30)
    expect(events).toEqual([
      { code: 'throttled', operation: 'AdminDisableUser', category: 'UserUpdate', ratePerSecond: 17.5 },
    ])

    const starts: number[] = []
    await settled(Promise.all(repeat(500, () => budget.run(request('AdminDisableUser'), noting(starts)))))
    expect(starts[1]! - starts[0]!).toBeGreaterThan(1000 / 18)
    expect(starts[499]! - starts[498]!).toBeCloseTo(40)
    expect(budget.ratePerSecond('UserUpdate')).toBe(25)
  })

  it('cuts once for a volley', async () => {
    const budget = budgetWith()
    const attempt = failing(...repeat(8, () => 'throttled' as const))
    const late = async (): Promise<string> => {
      await clock.sleep(400)
      return await attempt()
    }
    await settled(Promise.all(repeat(8, () => budget.run(request('AdminDisableUser'), late))))
    expect(events).toHaveLength(1)
    expect(budget.throttled.get('AdminDisableUser')).toBe(8)
  })

  it('comes down to what others leave of the quota, and loses little of it', async () => {
    const budget = budgetWith()
    const answered: number[] = []
    const left = 10
    const attempt = async (): Promise<void> => {
      await clock.sleep(100)
      const lastSecond = answered.filter((at) => at > clock.now() - 1000).length
      if (lastSecond >= left) throw new Refusal('throttled')
      answered.push(clock.now())
    }
    const all = Promise.all(repeat(900, () => budget.run(request('AdminDisableUser'), attempt)))
    await clock.advance(60_000)
    expect(answered.length).toBeGreaterThan(0.75 * left * 60)
    expect(budget.throttled.get('AdminDisableUser')).toBeLessThan(0.15 * answered.length)
    await settled(all)
  })

  it('ends with the error itself after 30 throttled attempts', async () => {
    const budget = budgetWith()
    const run = budget.run(request('AdminCreateUser', { idempotent: false }), forever('throttled'))
    await expect(settled(run)).rejects.toEqual(new Refusal('throttled'))
    expect(budget.requests.get('AdminCreateUser')).toBe(30)
    expect(budget.throttled.get('AdminCreateUser')).toBe(30)
  })

  it('sends a retry before what came later', async () => {
    const budget = budgetWith()
    const order: string[] = []
    const all = ['first', 'second', 'third', 'fourth', 'fifth'].map((name) => {
      const attempt = name === 'first' ? failing('throttled') : failing()
      return budget.run(request('ListUserPools'), () => {
        order.push(name)
        return attempt()
      })
    })
    await settled(Promise.all(all))
    expect(order).toEqual(['first', 'second', 'first', 'third', 'fourth', 'fifth'])
  })

  it('gives its place in flight to others while it waits', async () => {
    const budget = budgetWith({ maxInFlight: 1, random: () => 1 })
    const starts: number[] = []
    const throttled = budget.run(request('AdminCreateUser'), failing('throttled', 'throttled', 'throttled'))
    const other = budget.run(request('ListUsers'), noting(starts))
    await clock.advance(50)
    expect(starts).toEqual([0])
    await other
    await settled(throttled)
  })
})

describe('other failures', () => {
  it('repeats what may have had its effect where that is harmless', async () => {
    const budget = budgetWith()
    await expect(settled(budget.run(request('ListUsers'), failing('ambiguous')))).resolves.toBe('done')
    expect(events).toEqual([{ code: 'retried', operation: 'ListUsers', reason: 'ambiguous', attempt: 1 }])
  })

  it('hands back at once what may have had its effect where repeating is not harmless', async () => {
    const budget = budgetWith()
    const error = new Refusal('ambiguous')
    const run = budget.run(request('AdminCreateUser', { idempotent: false }), () => Promise.reject(error))
    await expect(run).rejects.toBe(error)
    expect(budget.requests.get('AdminCreateUser')).toBe(1)
    expect(events).toEqual([])
  })

  it('repeats a creation that was certainly not sent', async () => {
    const budget = budgetWith()
    const run = budget.run(request('AdminCreateUser', { idempotent: false }), failing('not-sent', 'not-sent'))
    await expect(settled(run)).resolves.toBe('done')
    expect(budget.requests.get('AdminCreateUser')).toBe(3)
  })

  it('gives up a network that keeps failing, with its last error', async () => {
    const budget = budgetWith()
    await expect(settled(budget.run(request('ListUsers'), forever('not-sent')))).rejects.toThrow('not-sent')
    expect(budget.requests.get('ListUsers')).toBe(6)
    expect(budget.ratePerSecond('UserList')).toBe(30)
  })

  it('hands back an answer at once, as it is', async () => {
    const budget = budgetWith()
    const error = new Refusal('fatal')
    await expect(budget.run(request('ListUsers'), () => Promise.reject(error))).rejects.toBe(error)
    expect(budget.requests.get('ListUsers')).toBe(1)
  })

  it('goes on after an attempt that throws instead of rejecting', async () => {
    const budget = budgetWith({ maxInFlight: 1 })
    const throwing = (): Promise<void> => {
      throw new Refusal('fatal')
    }
    await expect(budget.run(request('ListUsers'), throwing)).rejects.toThrow('fatal')
    await expect(settled(budget.run(request('ListUsers'), failing()))).resolves.toBe('done')
  })
})

describe('aborting', () => {
  it('rejects all who wait at once with the reason, and lets the others go on', async () => {
    const budget = budgetWith()
    const controller = new AbortController()
    const starts: number[] = []
    const mine = repeat(10, () =>
      budget.run(request('ListUserPools', { signal: controller.signal }), noting(starts)),
    )
    const other = budget.run(request('ListUserPools'), noting(starts))
    await clock.advance(10)
    const reason = new Error('stop')
    controller.abort(reason)
    const results = await Promise.allSettled(mine)
    expect(results.slice(1)).toEqual(repeat(9, () => ({ status: 'rejected', reason })))
    await settled(other)
    expect(starts.map(Math.round)).toEqual([0, 67])
  })

  it('leaves no timer when nobody else waits', async () => {
    const budget = budgetWith()
    const controller = new AbortController()
    const runs = repeat(30, (index) =>
      budget.run(
        request(index % 2 === 0 ? 'ListGroups' : 'ListUsers', { signal: controller.signal }),
        failing(),
      ),
    )
    await setImmediate()
    expect(clock.pending).toBe(1)
    controller.abort(new Error('stop'))
    expect(clock.pending).toBe(0)
    await Promise.allSettled(runs)
  })

  it('ends the wait before a retry', async () => {
    const budget = budgetWith()
    const controller = new AbortController()
    const run = budget.run(request('ListUsers', { signal: controller.signal }), forever('throttled'))
    await setImmediate()
    expect(clock.pending).toBe(1)
    controller.abort(new Error('stop'))
    await expect(run).rejects.toThrow('stop')
    expect(budget.requests.get('ListUsers')).toBe(1)
  })

  it('sends nothing when the signal has aborted before', async () => {
    const budget = budgetWith()
    const run = budget.run(request('ListUsers', { signal: AbortSignal.abort(new Error('stop')) }), failing())
    await expect(run).rejects.toThrow('stop')
    expect(budget.requests.size).toBe(0)
  })

  it('sends nothing when the signal aborts as the turn comes', async () => {
    const budget = budgetWith({ maxInFlight: 1 })
    const controller = new AbortController()
    const run = budget.run(request('ListUsers', { signal: controller.signal }), failing())
    controller.abort(new Error('stop'))
    await expect(run).rejects.toThrow('stop')
    expect(budget.requests.size).toBe(0)
    await expect(settled(budget.run(request('ListUsers'), failing()))).resolves.toBe('done')
  })
})

describe('options', () => {
  it.each([{ share: 0 }, { share: 2 }, { tps: -1 }, { maxInFlight: 0 }])('refuse %o', (options) => {
    expect(() => budgetWith(options)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it('take what the account has bought', () => {
    const budget = budgetWith({ share: 0.5, quotas: { UserCreation: 200 } })
    expect(budget.ratePerSecond('UserCreation')).toBe(100)
  })
})
