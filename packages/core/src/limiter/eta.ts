import { categoryOf, type QuotaCategory } from './quotas.js'
import type { Rates } from './rates.js'

/**
 * Milliseconds that these operations take at these rates: categories flow side by side, so the slowest decides, or the
 * ceiling over all of them. All are taken to be on one pool, as in a restore. Latency, retries and throttling are extra.
 */
export function etaMs(counts: ReadonlyMap<string, number>, rates: Rates): number {
  const byCategory = new Map<QuotaCategory, number>()
  let total = 0
  let seconds = 0
  for (const [operation, count] of counts) {
    const category = categoryOf(operation)
    byCategory.set(category, (byCategory.get(category) ?? 0) + count)
    total += count
    seconds = Math.max(seconds, count / rates.operationOnPoolPerSecond(category))
  }
  for (const [category, count] of byCategory)
    seconds = Math.max(seconds, count / rates.ratePerSecond(category))
  return 1000 * Math.max(seconds, total / rates.overallPerSecond)
}
