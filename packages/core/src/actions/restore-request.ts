import type { PlanOptions } from '../restore/plan-options.js'
import type { PlannedChange } from '../restore/planned-change.js'
import type { Scope } from '../restore/reach/scope.js'
import type { RunHeader } from '../restore/run-header.js'
import type { UnreadableRun } from '../restore/runs.js'
import type { AgreeToMfa } from './second-factors.js'
import type { PlannedReferences, ReferenceRequest } from './plan-references.js'

/** Where a snapshot is to be restored to. */
export type RestoreTarget =
  | { readonly mode: 'new-pool'; readonly poolName: string }
  | { readonly mode: 'existing-pool'; readonly poolId: string }
  | { readonly mode: 'in-place' }

/** What is to be restored, where to, and how far. */
export interface RestoreRequest extends Partial<Omit<PlanOptions, 'mode'>>, ReferenceRequest {
  /** As a person names it: an id, a unique prefix, `latest`, `latest:POOLID`. */
  readonly snapshot: string
  readonly target: RestoreTarget
  /** A snapshot that the vault has to have; without it the vault was rolled back, and nothing is read further. */
  readonly expect?: string | undefined
  /** What the restore is limited to; everything where nothing is said. */
  readonly scope?: Scope
  /** Also reads the second factors of the pool that is repaired, where it agrees to the price, so that they can be put back. */
  readonly mfa?: AgreeToMfa | undefined
}

/** A plan that is stored and waits for approval. */
export interface PlannedRestore {
  readonly header: RunHeader
  /** What it does to a pool that lives, by name; never a value. Of users the first thousand, the deleted before others. */
  readonly changes: readonly PlannedChange[]
  /** What is outside the pool and needed by what the plan writes. */
  readonly outside: PlannedReferences
  /** The snapshot has second factors, and those of the users who live were not asked for: they are left as they are. */
  readonly leavesFactors: boolean
  /** Runs to the same place that were approved and have not come to their end: `resume` goes on with them. */
  readonly unfinished: readonly string[]
  /** Runs that may have restored to the same place, and of which what they made cannot be read: it is not known again. */
  readonly unreadableRuns: readonly UnreadableRun[]
}
