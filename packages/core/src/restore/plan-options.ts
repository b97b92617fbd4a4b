import type { EngineOptions } from './engines/engine-planning.js'

/** How people come by passwords, of which no pool ever gives any: they choose new ones, or come with theirs by themselves. */
export type Passwords =
  | { readonly kind: 'reset' }
  /** A pool that lives, whose users a UserMigration trigger looks for when they sign in to the new one. */
  | { readonly kind: 'migrate-from'; readonly poolId: string }

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
  /** The custom attribute, `custom:` included, that keeps the old sub of who is made; none where nothing is said. */
  readonly keepSub?: string
  /** New ones where nothing is said. */
  readonly passwords?: Passwords
  /** The function that a new pool gets as its UserMigration trigger. */
  readonly migrationFunction?: string
}

/** What the planner has to know of the snapshot beside its records. */
export interface SnapshotFacts {
  readonly complete: boolean
  /** When its reading began, as ISO 8601: what was created since may have been missed. */
  readonly takenAt: string
}
