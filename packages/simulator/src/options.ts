import type { Clock } from './clock.js'
import type { PagePolicy } from './paging.js'
import type { QuotaLimits } from './protocol/quotas.js'
import type { SubShape } from './random.js'

/**
 * What the simulator does with a filter `sub ^= …`. `supported` is what clients of real pools rely on, though no
 * document promises it; the others are what emulators are seen to do.
 */
export type SubPrefixFilter = 'supported' | 'ignored' | 'nobody' | 'refused'

/** How a simulator is started. Everything has a default. */
export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly region?: string
  /** The account, 12 digits. */
  readonly accountId?: string
  /** Decides ids, subs and ragged pages; the same seed and requests give the same answers. */
  readonly seed?: number
  readonly clock?: Clock
  /** False lifts all request quotas; or limits by category. */
  readonly quotas?: boolean | QuotaLimits
  readonly pages?: PagePolicy
  readonly subShape?: SubShape
  readonly subPrefixFilter?: SubPrefixFilter
  /** `lazy`, the default, refreshes EstimatedNumberOfUsers now and then, as the service does. */
  readonly userEstimate?: 'lazy' | 'exact'
  /** Rows that an import job reads a second of the clock; 31 by default, `Infinity` reads all at once. */
  readonly importSpeed?: number
  /** An import job fails as a whole once more than this share of its rows failed or were skipped; 0.5 by default. */
  readonly importFailureShare?: number
  /** Real milliseconds before every answer. */
  readonly latency?: number
}
