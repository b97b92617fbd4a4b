import { CodedError } from '../model/errors.js'
import { DEFAULT_QUOTAS, type QuotaCategory, type QuotaOverrides } from './quotas.js'

/** How much of the account's quotas a caller may use. */
export interface Allowance {
  /** Of each quota, in (0, 1]. */
  share: number
  /** A ceiling on requests a second over all categories. */
  tps?: number | undefined
  /** What the account has, where that is not the default. */
  quotas?: QuotaOverrides | undefined
}

/** Requests a second. */
export interface Rates {
  ratePerSecond(category: QuotaCategory): number
  /** For one operation on one pool; infinite where only the category's limit holds. */
  operationOnPoolPerSecond(category: QuotaCategory): number
  /** For everything together; infinite without a ceiling. */
  readonly overallPerSecond: number
}

/** The rates that an allowance comes to when nothing throttles. Throws a usage error when it is out of bounds. */
export function allowedRates({ share, tps, quotas = {} }: Allowance): Rates {
  if (!(share > 0 && share <= 1)) {
    throw new CodedError('USAGE', 'The share of a quota must be above 0 and at most 1.', {
      value: String(share),
    })
  }
  if (tps !== undefined && !(tps > 0)) {
    throw new CodedError('USAGE', 'The ceiling on requests a second must be above 0.', { value: String(tps) })
  }
  for (const [category, limit] of Object.entries(quotas)) {
    if (!(limit > 0)) {
      throw new CodedError('USAGE', `The quota of ${category} must be above 0.`, { value: String(limit) })
    }
  }
  const ratePerSecond = (category: QuotaCategory): number =>
    share * (quotas[category] ?? DEFAULT_QUOTAS[category].requestsPerSecond)
  return {
    ratePerSecond,
    // The service does not sell more of these categories: who has more calls something else, which knows no such limit.
    operationOnPoolPerSecond: (category) =>
      quotas[category] === undefined
        ? share * (DEFAULT_QUOTAS[category].operationOnPoolPerSecond ?? Infinity)
        : ratePerSecond(category),
    overallPerSecond: tps ?? Infinity,
  }
}
