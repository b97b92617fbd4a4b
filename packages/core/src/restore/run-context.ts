import type { CognitoApi } from '../cognito/cognito-api.js'
import type { Clock, Random } from '../model/clock.js'
import type { EventSink } from '../model/events.js'
import type { ObjectStore } from '../storage/object-store.js'

/** What executing a run needs. */
export interface ExecuteOptions {
  readonly api: CognitoApi
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly sink: EventSink
  readonly newPassword: () => string
  readonly signal: AbortSignal
  /** Proves that no other process executes this run; asked before each chunk. */
  readonly checkLease: () => Promise<void>
}

/** What later phases have to know of the earlier ones. */
export interface RunState {
  /** Something could not be put back, perhaps because of what a later phase would delete: then nothing is deleted. */
  somethingFailed: boolean
  /** Groups of which somebody else has made one of that name meanwhile: nobody is put into them. */
  readonly groupsOfOthers: Set<string>
}

/** Told when an operation is over, however it ended. */
export type Progress = (operation: string) => void
