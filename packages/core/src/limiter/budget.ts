import type { Clock, Random } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import { noEvents, type EventSink } from '../model/events.js'
import { createAdaptiveRate, type AdaptiveRate } from './adaptive-rate.js'
import { neverGoingBack } from './monotonic.js'
import { categoryOf, type QuotaCategory } from './quotas.js'
import { allowedRates, type Allowance, type Rates } from './rates.js'
import { createRetries, DEFAULT_ATTEMPT_LIMITS, type AttemptLimits, type Failure } from './retry.js'
import { createTurns } from './turns.js'

export interface BudgetRequest {
  operation: string
  /** The pool it is for: some operations are limited on each pool too. Those without one count as one pool. */
  poolId?: string | undefined
  /** Whether sending it twice has the effect of sending it once. */
  idempotent: boolean
  signal?: AbortSignal | undefined
}

/**
 * The budget of requests to Cognito that everything shares which calls it in one account and Region. Its rates are what
 * is allowed now: a category that was throttled is below its share until it has recovered.
 *
 * In no second are more attempts started than share × quota + 1 of a category, share × 5 + 1 of an operation on a pool
 * where the service limits that, or tps + 1 overall, retries included; and never more than `maxInFlight` run at once.
 * Within a category requests start in the order of arrival, but for those that wait for the limit of their operation on
 * their pool. No category waits for another's quota.
 */
export interface RequestBudget extends Rates {
  /**
   * Calls `attempt` when its turn has come, and again while failures allow: `throttled` and `not-sent` always,
   * `ambiguous` only where the request is idempotent. Otherwise, and when the attempts are used up, rejects with the
   * last error as it is. `attempt` must send at once, and once, for the rate to hold where the service counts.
   *
   * When the signal aborts, a waiting request rejects at once with its reason; an attempt under way is left to end.
   */
  run<T>(request: BudgetRequest, attempt: () => Promise<T>): Promise<T>
  /** Attempts sent, by operation. */
  readonly requests: ReadonlyMap<string, number>
  /** Attempts that the service throttled, by operation. */
  readonly throttled: ReadonlyMap<string, number>
}

export interface BudgetOptions extends Allowance {
  clock: Clock
  random: Random
  classify: (error: unknown) => Failure
  maxInFlight?: number | undefined
  attemptLimits?: AttemptLimits | undefined
  sink?: EventSink | undefined
}

const DEFAULT_MAX_IN_FLIGHT = 16

/** Throws a usage error when the share, a rate or `maxInFlight` is out of bounds. */
export function createBudget(options: BudgetOptions): RequestBudget {
  const { clock, random, classify, sink = noEvents, attemptLimits = DEFAULT_ATTEMPT_LIMITS } = options
  const { maxInFlight = DEFAULT_MAX_IN_FLIGHT } = options
  if (!(maxInFlight >= 1)) {
    throw new CodedError('USAGE', 'At least one request must be allowed in flight.', {
      value: String(maxInFlight),
    })
  }

  const allowed = allowedRates(options)
  const adaptive = new Map<QuotaCategory, AdaptiveRate>()
  const rates: Rates = { ...allowed, ratePerSecond: (category) => rateOf(category).current() }
  const now = neverGoingBack(() => clock.now())
  const turns = createTurns({ clock, now, rates, maxInFlight })
  const requests = new Map<string, number>()
  const throttled = new Map<string, number>()
  let arrivals = 0

  function rateOf(category: QuotaCategory): AdaptiveRate {
    const known = adaptive.get(category)
    if (known !== undefined) return known
    const rate = createAdaptiveRate(allowed.ratePerSecond(category))
    adaptive.set(category, rate)
    return rate
  }

  function recordThrottle(operation: string, category: QuotaCategory, sentAt: number): void {
    count(throttled, operation)
    if (!rateOf(category).throttled(sentAt, now())) return
    sink({ code: 'throttled', operation, category, ratePerSecond: rateOf(category).current() })
  }

  async function run<T>(request: BudgetRequest, attempt: () => Promise<T>): Promise<T> {
    const { operation, poolId, idempotent, signal } = request
    const category = categoryOf(operation)
    const sequence = arrivals++
    const retries = createRetries({ limits: attemptLimits, idempotent, random })

    for (let sent = 1; ; sent++) {
      signal?.throwIfAborted()
      await turns.take({ category, operation, poolId, sequence, signal })
      if (signal?.aborted === true) {
        turns.leave()
        throw signal.reason
      }
      const sentAt = now()
      let waitMs: number | undefined
      try {
        count(requests, operation)
        const result = await attempt()
        rateOf(category).succeeded(sentAt)
        return result
      } catch (error) {
        const failure = classify(error)
        if (failure === 'throttled') recordThrottle(operation, category, sentAt)
        waitMs = retries.waitAfter(failure)
        if (waitMs === undefined) throw error
        if (failure !== 'throttled') sink({ code: 'retried', operation, reason: failure, attempt: sent })
      } finally {
        turns.leave()
      }
      await clock.sleep(waitMs, signal)
    }
  }

  return { ...rates, run, requests, throttled }
}

function count(counts: Map<string, number>, operation: string): void {
  counts.set(operation, (counts.get(operation) ?? 0) + 1)
}
