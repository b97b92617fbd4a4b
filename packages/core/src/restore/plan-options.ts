import type { EngineOptions } from './engines/engine-planning.js'

/** How far a restore goes. */
export interface PlanOptions {
  /** Into a pool that is made; into one that exists, adding what is missing; or repairing the snapshot's own pool. */
  readonly mode: 'new-pool' | 'existing-pool' | 'in-place'
  /** Remove what the snapshot does not have. Never done from an incomplete snapshot. */
  readonly deleteExtra: boolean
  /** With `deleteExtra`: also who and what came after the snapshot. */
  readonly deleteNewer: boolean
  /** Leave out whatever widens access. */
  readonly noWidening: boolean
  /** How users are made; `auto` without a role, and so by API calls, where nothing is said. */
  readonly engine?: EngineOptions
}

/** What the planner has to know of the snapshot beside its records. */
export interface SnapshotFacts {
  readonly complete: boolean
  /** When its reading began, as ISO 8601: what was created since may have been missed. */
  readonly takenAt: string
}
