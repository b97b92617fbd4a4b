import {
  type CognitoApi,
  CognitoError,
  isAccessDenied,
  isCredentialsFailure,
} from '../cognito/cognito-api.js'
import type { PlannedOperation } from '../cognito/operation.js'
import type { JsonObject } from '../model/canonical.js'
import type { Clock, Random } from '../model/clock.js'
import type { LoginRules } from '../diff/login.js'
import type { Note } from './fidelity-notes.js'

/** What became of one operation. */
export interface Performed {
  readonly outcome: 'done' | 'already' | 'drifted' | 'conflict' | 'failed'
  /** Why, where it did not succeed; never a value of the request. */
  readonly reason?: string
  /** Ids that the service gave, by the names under which the plan refers to them. */
  readonly values?: Readonly<Record<string, string>>
  readonly note?: Note
}

/** What performing an operation needs beside the operation. */
export interface PerformContext {
  /** Each call of it is covered by an intent in the journal before it is sent. */
  readonly api: CognitoApi
  readonly runId: string
  readonly poolId: string
  /** How people sign in to the target. */
  readonly rules: LoginRules
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** Whether an earlier process may have sent this call already. */
  readonly inDoubt: boolean
  /** When this run may have sent its calls until now, by the service's clock; null where that was not known. */
  readonly intents: () => readonly (number | null)[]
}

/** The operation with its references filled in. */
export interface ResolvedOperation extends Omit<PlannedOperation, 'input' | 'patch'> {
  readonly input: JsonObject
  readonly patch?: JsonObject
}

/**
 * Whether a failure ends the run rather than the operation: nothing else would fare better now, and the run can be
 * resumed when its cause is mended. Everything that the service refuses for what it is asked is the operation's own.
 */
export function endsTheRun(error: unknown): boolean {
  if (!(error instanceof CognitoError)) return true
  return error.outcome !== 'refused' || isAccessDenied(error) || isCredentialsFailure(error)
}

/** The failure of an operation that the service refused. */
export function refused(error: unknown): Performed {
  if (endsTheRun(error) || !(error instanceof CognitoError)) throw error
  return { outcome: 'failed', reason: `${error.operation}: ${error.exception}` }
}

export const GONE: Performed = { outcome: 'drifted', reason: 'it is not there any more' }
export const DRIFTED: Performed = { outcome: 'drifted', reason: 'it was changed since the plan was made' }

/** What was to be is: after a stop it counts as this run's, whose call may have been sent. */
export function inEffect({ inDoubt }: PerformContext): Performed {
  return { outcome: inDoubt ? 'done' : 'already' }
}
