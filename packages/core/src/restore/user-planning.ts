import type { LoginRules } from '../diff/login.js'
import type { EnginePlanning } from './engines/engine-planning.js'
import type { RecoveryRules } from './locked-out.js'
import type { MfaPlanning } from './mfa-factors.js'
import type { UserView } from '../diff/user-view.js'
import type { PlanOptions, SnapshotFacts } from './plan-options.js'

/** What the planning of users has to know of the target. */
export interface UserPlanning {
  readonly options: PlanOptions
  readonly snapshot: SnapshotFacts
  /** The sign-in rules of the target, which a new pool has from the snapshot. */
  readonly rules: LoginRules
  /** The groups that the target has, or will have when users are made. */
  readonly groups: ReadonlySet<string>
  /** The roles of those that carry one when users are put into them. */
  readonly roles: ReadonlyMap<string, string>
  /** Whether the target is the snapshot's own pool, where people are known by their subs. */
  readonly samePool: boolean
  /** The attributes that can be written to a user who exists. */
  readonly mutableAttributes: ReadonlySet<string>
  /** The identity providers that the target has, or will have when users are made. */
  readonly providers: ReadonlySet<string>
  /** How somebody without a password gets into the target. */
  readonly recovery: RecoveryRules
  /** The factors that a user may have had turned on, which no listing says. */
  readonly mfaFactors: readonly string[]
  /** The second factors that the target takes. */
  readonly mfa: MfaPlanning
  /** How users can be made. */
  readonly engine?: EnginePlanning
  /** Whether a user of the snapshot is on the vault's erasure list; without it nobody is. */
  readonly isErased?: ((view: UserView) => boolean) | undefined
}
