import {
  type CognitoApi,
  CognitoError,
  isAccessDenied,
  isCredentialsFailure,
} from '../cognito/cognito-api.js'
import type { FetchImage } from '../cognito/fetch-image.js'
import type { PlannedOperation } from '../cognito/operation.js'
import type { JsonObject } from '../model/canonical.js'
import type { Clock, Random } from '../model/clock.js'
import type { LoginRules } from '../diff/login.js'
import type { Note } from './fidelity-notes.js'

/** What became of one operation. */
export interface Performed {
  readonly outcome: 'done' | 'already' | 'drifted' | 'conflict' | 'failed' | 'not-tried'
  /** Why, where it did not succeed; never a value of the request. */
  readonly reason?: string
  /** Ids that the service gave, by the names under which the plan refers to them. */
  readonly values?: Readonly<Record<string, string>>
  readonly note?: Note
  /** Every attempt was left without an answer that says what became of it, while others were answered. */
  readonly unanswered?: true
}

/** What performing an operation needs beside the operation. */
export interface PerformContext {
  /** Each call of it is covered by an intent in the journal before it is sent. */
  readonly api: CognitoApi
  readonly fetchImage: FetchImage
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

/**
 * The failure of an operation that the service refused, or that was never answered while the service answers others:
 * one request that always fails must not keep all that follow from being made.
 *
 * @throws the error, when it ends the run
 */
export async function refused(error: unknown, { api, poolId, signal }: PerformContext): Promise<Performed> {
  if (!(error instanceof CognitoError)) throw error
  const reason = `${error.operation}: ${error.exception}`
  if (!endsTheRun(error)) return { outcome: 'failed', reason }
  if (error.outcome !== 'ambiguous' || poolId === '') throw error
  // When this fails too, it is what ends the run: nothing would fare better now.
  await api.call('DescribeUserPool', { UserPoolId: poolId }, { signal })
  return { outcome: 'failed', reason: `${reason}, at every attempt`, unanswered: true }
}

export const GONE: Performed = { outcome: 'drifted', reason: 'it is not there any more' }
export const SOMEBODY_ELSE: Performed = { outcome: 'conflict', reason: 'somebody else has the username now' }
export const DRIFTED: Performed = { outcome: 'drifted', reason: 'it was changed since the plan was made' }

/** What was to be is: after a stop it counts as this run's, whose call may have been sent. */
export function inEffect({ inDoubt }: PerformContext): Performed {
  return { outcome: inDoubt ? 'done' : 'already' }
}
