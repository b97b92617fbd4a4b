import {
  type Capture,
  captureOf,
  type CaptureSorters,
  clearSorters,
  createCaptureSorters,
} from '../cognito/capture.js'
import { type CaptureProgress, generationOf } from '../cognito/capture-progress.js'
import { CodedError, hasCode } from '../model/errors.js'
import type { GuardLimits } from '../retention/shrink-guard.js'
import { type CaptureRun, openCaptureRun } from '../vault/capture-run.js'
import type { Manifest } from '../vault/manifest.js'
import { manifestKey } from '../vault/object-keys.js'
import { latestReadable, openSnapshot, readManifestIfThere } from '../vault/snapshots.js'
import { openVault, type Vault } from '../vault/vault.js'
import { endRun, factsOf, holding, progressAt, takeOverIfHeld } from './backup-run.js'
import { type BackupState, explaining } from './backup-state.js'
import { reportOf, type SnapshotReport } from './backup.js'
import type { CognitoContext } from './context.js'
import { readPool as readManifests, shrinkageOf } from './guard.js'
import { storeCapture } from './store-capture.js'

export interface FinishBackupOptions {
  /** By which the shrink guard judges; {@link DEFAULT_GUARD} where nothing is said. */
  readonly guard?: GuardLimits | undefined
}

/**
 * Stores what was read as a snapshot, as `backup` does, and unlocks the pool. May be called again, whatever became of the call before: there is one snapshot.
 *
 * @returns what `backup` reports of a pool; `bytesStored` is what this call added
 * @throws CodedError `LOCK_LOST` as `continueBackup`; `INTERNAL` when not all of the pool is read
 */
export async function finishBackup(
  context: CognitoContext,
  state: Pick<BackupState, 'poolId' | 'runId' | 'snapshotId'>,
  { guard: guardLimits }: FinishBackupOptions = {},
): Promise<SnapshotReport> {
  const { poolId, runId, snapshotId } = state
  const vault = await openVault(context.store)
  const run = openCaptureRun(vault.store, poolId, runId)
  const committed = (): Promise<Manifest | undefined> =>
    readManifestIfThere(vault, manifestKey(poolId, snapshotId))
  return explaining(context, poolId, async () => {
    const manifest = await committed()
    if (manifest !== undefined) return settled(context, vault, run, manifest)
    try {
      return await holding(context, poolId, run, async (lease) => {
        const report = await store(context, vault, run, { guardLimits }, () => lease.check())
        await endRun(context, run, 'finished', lease)
        return report
      })
    } catch (error) {
      // Another process may have done it meanwhile, one that was taken for dead.
      if (!hasCode(error, 'LOCK_LOST', 'STORAGE_FAILED')) throw error
      const done = await committed()
      if (done === undefined) throw error
      return settled(context, vault, run, done)
    }
  })
}

async function store(
  context: CognitoContext,
  vault: Vault,
  run: CaptureRun,
  options: { guardLimits: GuardLimits | undefined },
  checkLease: () => Promise<void>,
): Promise<SnapshotReport> {
  const facts = await factsOf(run)
  const last = await run.lastPart()
  const progress = await progressAt(run, last)
  if (!progress.isWhole) {
    throw new CodedError('INTERNAL', `not all of the pool is read in ${run.runId}`, {
      value: run.runId,
      hint: 'go on with continueBackup until it is done',
    })
  }
  const sorters = createCaptureSorters(context.tempDirectory)
  try {
    const capture = await sortParts(run, last, progress, sorters, context.signal)
    const { requests, readUntil } = progress
    const parent = await latestReadable(vault, facts.pool['Id'] as string)
    const read = { pool: facts.pool, capture, readUntil, parent, requests: () => requests }
    return reportOf(await storeCapture(context, vault, facts, read, options, checkLease))
  } finally {
    await clearSorters(sorters)
  }
}

/** Sorts what counts of the records of all parts, in the order in which they were read. */
async function sortParts(
  run: CaptureRun,
  last: number,
  progress: CaptureProgress,
  sorters: CaptureSorters,
  signal: AbortSignal | undefined,
): Promise<Capture> {
  for (let number = 1; number <= last; number++) {
    signal?.throwIfAborted()
    const { batches } = await run.getPart(number)
    for (const { stream, section, generation, records } of batches) {
      if (generation !== generationOf(progress, section)) continue
      for (const record of records) await sorters[stream].add(record)
    }
  }
  return captureOf(progress, sorters)
}

/** What is said of a snapshot that was stored by an earlier call. */
async function settled(
  context: CognitoContext,
  vault: Vault,
  run: CaptureRun,
  manifest: Manifest,
): Promise<SnapshotReport> {
  await endRun(context, run, 'finished', await takeOverIfHeld(context, manifest.pool.id, run.runId))
  const { manifests } = await readManifests(vault, manifest.pool.id)
  const earlier = manifests.filter(({ snapshot }) => snapshot < manifest.snapshot)
  return reportOf({
    snapshot: openSnapshot(vault, manifest),
    requests: manifest.capture.requests,
    shrunk: await shrinkageOf(vault, manifest, earlier),
    bytesStored: 0,
    durationMs: Date.parse(manifest.window.to) - Date.parse(manifest.window.from),
  })
}
