import type { Clock } from '../clock.js'
import { ServiceError } from '../service-error.js'
import {
  quotaCategories,
  quotaCategoryOf,
  type QuotaCategory,
  type QuotaCategoryName,
} from './quota-categories.js'

/** Requests a second by category; what is not named keeps its default, `Infinity` lifts a limit. */
export type QuotaLimits = Partial<Record<QuotaCategoryName, number>>

/** What tests may read and change of the request quotas. */
export interface Quotas {
  /** Whether requests beyond a quota are refused. Counting goes on either way. */
  enforced: boolean
  /** Changes the limits of some categories from now on. */
  set(limits: QuotaLimits): void
  /** The limit of a category now. */
  limit(category: QuotaCategoryName): number
  /** The most requests, refused ones included, that any one-second sliding window has seen. */
  peak(category: QuotaCategoryName): number
  /** The same for one operation on one pool. */
  peakOnPool(operation: string, userPoolId: string): number
  /** Forgets the peaks, not the limits. */
  clear(): void
}

interface SlidingCount {
  readonly times: number[]
  start: number
  peak: number
}

interface Window {
  second: number
  count: number
}

/** The quotas as the server uses them. */
export interface QuotaKeeper extends Quotas {
  /** Counts a request; throws TooManyRequestsException when it is one too many. */
  admit(operation: string, userPoolId: string | undefined): void
}

/**
 * Counts requests in one-second windows of the simulator's clock, as the account's quotas do, and apart from
 * that the largest count of any sliding window, which shows a client that crowds two windows' edges.
 */
export function createQuotas(clock: Clock, enforced: boolean, overrides: QuotaLimits): QuotaKeeper {
  const limits: QuotaLimits = { ...overrides }
  const windows = new Map<string, Window>()
  const sliding = new Map<string, SlidingCount>()

  const limitOf = (category: QuotaCategoryName): number =>
    limits[category] ?? quotaCategories[category].requestsPerSecond

  const measure = (key: string, now: number): void => {
    let count = sliding.get(key)
    if (count === undefined) sliding.set(key, (count = { times: [], start: 0, peak: 0 }))
    count.times.push(now)
    while ((count.times[count.start] ?? now) <= now - 1000) count.start++
    count.peak = Math.max(count.peak, count.times.length - count.start)
    if (count.start > 4096) {
      count.times.splice(0, count.start)
      count.start = 0
    }
  }

  /** Whether one more fits into this second; takes the place if so. */
  const take = (key: string, limit: number, now: number): boolean => {
    const second = Math.floor(now / 1000)
    const window = windows.get(key)
    if (window?.second !== second) {
      windows.set(key, { second, count: 1 })
      return limit >= 1
    }
    if (window.count >= limit) return false
    window.count++
    return true
  }

  const keeper: QuotaKeeper = {
    enforced,
    set: (changes) => {
      Object.assign(limits, changes)
    },
    limit: limitOf,
    peak: (category) => sliding.get(category)?.peak ?? 0,
    peakOnPool: (operation, userPoolId) => sliding.get(`${operation} ${userPoolId}`)?.peak ?? 0,
    clear: () => {
      sliding.clear()
    },
    admit: (operation, userPoolId) => {
      const name = quotaCategoryOf(operation)
      if (name === undefined) return
      const category: QuotaCategory = quotaCategories[name]
      const now = clock.now()
      measure(name, now)
      const poolKey = userPoolId === undefined ? undefined : `${operation} ${userPoolId}`
      if (poolKey !== undefined) measure(poolKey, now)
      if (!keeper.enforced) return
      const perPool = category.perOperationAndPool
      // Raising a category lifts its per-pool constraint as well: tests raise limits to be rid of them.
      const overridden = (limits[name] ?? 0) > category.requestsPerSecond
      const poolFits =
        perPool === undefined || poolKey === undefined || overridden || take(poolKey, perPool, now)
      if (!poolFits || !take(name, limitOf(name), now)) {
        throw new ServiceError('TooManyRequestsException', 'Rate exceeded')
      }
    },
  }
  return keeper
}
