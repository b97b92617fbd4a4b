import type { JsonObject } from '../model/canonical.js'
import { newSnapshotId } from '../model/ids.js'
import { openCaptureRun } from '../vault/capture-run.js'
import type { TakenFor } from '../vault/manifest.js'
import { latestReadable } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import { isOver, leaseId, takeOver } from './backup-run.js'
import { type BackupState, explaining, stateOf } from './backup-state.js'
import type { CognitoContext } from './context.js'
import { requirePool } from './pool.js'
import { beginCapture } from './store-capture.js'
import { takeLease } from './with-lease.js'

export interface BeginBackupOptions {
  /** What the snapshot is for, as the manifest is going to say; of a backup where nothing is said. */
  readonly takenFor?: TakenFor | undefined
  /**
   * What the run is called: letters, digits, dots, underscores and hyphens, at most 128. Whoever begins a run again that it has begun, because the answer was
   * lost, gets the same answer; without it that is another run, which finds the pool locked.
   */
  readonly runId?: string | undefined
  /**
   * For how long the pool stays locked for others after this run has last been heard of, in milliseconds: more than ever passes between two slices
   * or retries, and at most an hour. Ten minutes where nothing is said.
   */
  readonly leaseMs?: number | undefined
  /** For how long whoever prunes or forgets is waited for, in milliseconds. Two minutes where nothing is said. */
  readonly waitAtMostMs?: number | undefined
}

const LEASE_MS = 10 * 60_000
const WAIT_AT_MOST_MS = 2 * 60_000

/**
 * Begins the backup of a pool that is taken in slices: `continueBackup` again and again until it is `done`, then `finishBackup`, each in a process of
 * its own if that is wanted. The pool stays locked for other backups all the while. Second factors are not read.
 *
 * @throws CodedError `LOCKED` when another backup of the pool is under way, before anything but the pool's description is read; what
 *   `backup` throws
 */
export async function beginBackup(
  context: CognitoContext,
  poolId: string,
  {
    takenFor = 'backup',
    runId: given,
    leaseMs = LEASE_MS,
    waitAtMostMs = WAIT_AT_MOST_MS,
  }: BeginBackupOptions = {},
): Promise<BackupState> {
  const vault = await openVault(context.store)
  const pool = await requirePool(context.api, poolId, context.signal)
  const runId = given ?? `backup-${newSnapshotId(context.clock.now(), context.random)}`
  const run = openCaptureRun(vault.store, poolId, runId)
  return explaining(context, poolId, async () => {
    const begun = await run.getFacts()
    const held = given === undefined ? undefined : await takeOver(context, poolId, runId)
    if (begun !== undefined) {
      if (held === undefined || (await run.hasEnded())) throw isOver(runId)
      return stateOf(run, poolId)
    }
    const options = { newId: () => leaseId(poolId, runId), waitAtMostMs, ttlMs: leaseMs }
    const lease = held ?? (await takeLease(context, `backup/${poolId}`, 'backup', options))
    try {
      const facts = await beginCapture(context, vault, pool, takenFor)
      const parent = await latestReadable(vault, poolId)
      await run.begin({
        ...facts,
        pool,
        previousUsers: parent?.counts['users'] ?? null,
      } as unknown as JsonObject)
    } catch (error) {
      await lease.release().catch(() => undefined)
      throw error
    }
    return stateOf(run, poolId)
  })
}
