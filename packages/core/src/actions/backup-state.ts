import { usersTaken } from '../cognito/capture-progress.js'
import type { CaptureRun } from '../vault/capture-run.js'
import { factsOf, progressAt, type RunProgress } from './backup-run.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext } from './context.js'

/**
 * A backup that several processes take, one after the other: what each hands to the next. It is plain data, less than a kilobyte, and
 * has keys and numbers only; everything else is in the vault.
 */
export interface BackupState {
  readonly runId: string
  readonly poolId: string
  /** The id that the snapshot is going to have. */
  readonly snapshotId: string
  /** Whether all of the pool is read, so that `finishBackup` can store it. */
  readonly done: boolean
  /** How far it has come, for whoever watches; nothing goes by these numbers. */
  readonly users: number
  readonly memberships: number
  readonly parts: number
}

/** What a run hands on, as its parts say it. */
export async function stateOf(run: CaptureRun, poolId: string, progress?: RunProgress): Promise<BackupState> {
  const { snapshotId } = await factsOf(run)
  const parts = await run.lastPart()
  const { isWhole: done, memberships, ...others } = progress ?? (await progressAt(run, parts))
  const users = usersTaken({ users: others.users })
  return { runId: run.runId, poolId, snapshotId, done, users, memberships: memberships.taken, parts }
}

/** Runs a step of a backup in slices, and explains what it throws. */
export function explaining<T>(context: CognitoContext, poolId: string, work: () => Promise<T>): Promise<T> {
  return explainingFailures({ poolId, region: context.api.region, signal: context.signal }, work)
}
