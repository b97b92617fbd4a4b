import type { CognitoApi } from '../cognito/cognito-api.js'
import type { FetchImage } from '../cognito/fetch-image.js'
import type { PutFile } from '../cognito/put-file.js'
import type { Clock, Random } from '../model/clock.js'
import type { EventSink } from '../model/events.js'
import type { ObjectStore } from '../storage/object-store.js'
import type { HashSource } from './engines/hashes/read-hashes.js'
import type { ImportLimits } from './engines/import-limits.js'
import type { Erasures } from '../vault/erasures.js'
import type { StepResult } from './journal.js'

/** What executing a run needs. */
export interface ExecuteOptions {
  readonly api: CognitoApi
  readonly fetchImage: FetchImage
  readonly putFile: PutFile
  /** Where users are sorted that do not fit into memory. */
  readonly tempDirectory: string
  /** Listings under way at once. */
  readonly concurrency: number
  readonly importLimits?: ImportLimits | undefined
  /** The password hashes that the plan was made with, where it was made with any. */
  readonly hashes?: HashSource | undefined
  /** Make no import job, whatever the plan says; what a job has done counts. */
  readonly noImports?: boolean | undefined
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly sink: EventSink
  readonly newPassword: () => string
  readonly signal: AbortSignal
  /** Proves that no other process executes this run; asked before each chunk. */
  readonly checkLease: () => Promise<void>
}

/** Looks at the roles of groups again. */
export interface GroupRoles {
  /** The role of a group: `null` where it has none, `undefined` where there is no such group. */
  roleOf(group: string): Promise<string | null | undefined>
}

/** What later phases have to know of the earlier ones. */
export interface RunState {
  /** Something could not be put back, perhaps because of what a later phase would delete: then nothing is deleted. */
  somethingFailed: boolean
  /** The roles of the target's groups, as they are now. */
  readonly groupRoles: GroupRoles
  /** Groups of which somebody else has made one of that name meanwhile: nobody is put into them. */
  readonly groupsOfOthers: Set<string>
  /** Whether people use the pool meanwhile. */
  readonly poolLives: boolean
  /** Calls in a row that were never answered. */
  unanswered: number
  /** Who is never to be put back: also who was put on the list since the plan was made. */
  readonly erasures: Erasures
}

/** Told when an operation is over, and how it ended, in this process or in one before. */
export type Progress = (operation: string, outcome: Outcome) => void

/** What becomes of an operation. */
export type Outcome = StepResult['outcomes'][number]

/** Whether an operation is in effect. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome === 'done' || outcome === 'already' || outcome === 'imported'
}
