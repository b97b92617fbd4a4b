import type { LoginRules } from '../diff/login.js'
import type { PlanOptions, SnapshotFacts } from './plan-options.js'

/** What the planning of users has to know of the target. */
export interface UserPlanning {
  readonly options: PlanOptions
  readonly snapshot: SnapshotFacts
  /** The sign-in rules of the target, which a new pool has from the snapshot. */
  readonly rules: LoginRules
  /** The groups that the target has, or will have when users are made. */
  readonly groups: ReadonlySet<string>
  /** Those of them that carry a role. */
  readonly groupsWithRole: ReadonlySet<string>
  /** The attributes that can be written to a user who exists. */
  readonly mutableAttributes: ReadonlySet<string>
}
