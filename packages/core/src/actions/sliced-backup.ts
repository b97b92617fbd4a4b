import {
  type Capture,
  captureOf,
  type CaptureSorters,
  clearSorters,
  createCaptureSorters,
  readPool,
} from '../cognito/capture.js'
import { type CaptureProgress, generationOf, usersTaken } from '../cognito/capture-progress.js'
import type { JsonObject } from '../model/canonical.js'
import { CodedError, hasCode } from '../model/errors.js'
import { newSnapshotId } from '../model/ids.js'
import type { GuardLimits } from '../retention/shrink-guard.js'
import { type CaptureRun, openCaptureRun } from '../vault/capture-run.js'
import type { Manifest } from '../vault/manifest.js'
import { manifestKey } from '../vault/object-keys.js'
import { latestReadable, openSnapshot, readManifestIfThere } from '../vault/snapshots.js'
import { openVault, type Vault } from '../vault/vault.js'
import {
  endRun,
  factsOf,
  holding,
  isOver,
  leaseId,
  progressAt,
  type RunProgress,
  takeOver,
  takeOverIfHeld,
} from './backup-run.js'
import { reportOf, type SnapshotReport } from './backup.js'
import { beforeDeadline } from './before-deadline.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext, VaultContext } from './context.js'
import { readPool as readManifests, shrinkageOf } from './guard.js'
import { type CheckpointLimits, createPartCollector } from './part-collector.js'
import { requirePool } from './pool.js'
import { requestsSince } from './requests-since.js'
import { beginCapture, storeCapture } from './store-capture.js'
import { takeLease } from './with-lease.js'

/**
 * A backup that several processes take, one after the other: what each hands to the next. It is plain data, less than a kilobyte, and
 * has keys and numbers only; everything else is in the vault.
 */
export interface BackupState {
  readonly runId: string
  readonly poolId: string
  /** The id that the snapshot is going to have. */
  readonly snapshotId: string
  /** Whether all of the pool is read, so that {@link finishBackup} can store it. */
  readonly done: boolean
  /** How far it has come, for whoever watches; nothing goes by these numbers. */
  readonly users: number
  readonly memberships: number
  readonly parts: number
}

export interface BeginBackupOptions {
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

export interface ContinueBackupOptions {
  /** When to stop, in milliseconds of the context's clock. What was sent by then is given up, and read again. */
  readonly until: number
  /** How much may be read again after a process has died; ten seconds or 8 million characters where nothing is said. */
  readonly checkpoint?: Partial<CheckpointLimits> | undefined
}

export interface FinishBackupOptions {
  /** By which the shrink guard judges; {@link DEFAULT_GUARD} where nothing is said. */
  readonly guard?: GuardLimits | undefined
}

const LEASE_MS = 10 * 60_000
const WAIT_AT_MOST_MS = 2 * 60_000
const CHECKPOINT: CheckpointLimits = { everyMs: 10_000, characters: 8_000_000 }

/**
 * Begins the backup of a pool that is taken in slices: {@link continueBackup} again and again until it is `done`, then {@link finishBackup}, each in a process of
 * its own if that is wanted. The pool stays locked for other backups all the while. Second factors are not read.
 *
 * @throws CodedError `LOCKED` when another backup of the pool is under way, before anything but the pool's description is read; what
 *   `backup` throws
 */
export async function beginBackup(
  context: CognitoContext,
  poolId: string,
  { runId: given, leaseMs = LEASE_MS, waitAtMostMs = WAIT_AT_MOST_MS }: BeginBackupOptions = {},
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
      const facts = await beginCapture(context, vault, pool, 'backup')
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

/**
 * Goes on reading the pool until all is read or the time is over. What is read is stored as parts of the run, with where the reading has come to. A process that
 * dies has lost what it read since its last part; the same state may be given again, and it goes on from there. A listing whose
 * token is not taken any more (they live one hour) begins again, and what was read of it before counts no more.
 *
 * @throws CodedError `LOCK_LOST` when the run was not heard of for too long, was given up, or another process goes on with it
 */
export async function continueBackup(
  context: CognitoContext,
  state: Pick<BackupState, 'poolId' | 'runId'>,
  { until, checkpoint }: ContinueBackupOptions,
): Promise<BackupState> {
  const { poolId, runId } = state
  const vault = await openVault(context.store)
  const run = openCaptureRun(vault.store, poolId, runId)
  return explaining(context, poolId, () =>
    holding(context, poolId, run, async (lease) => {
      const { pool, previousUsers } = await factsOf(run)
      const last = await run.lastPart()
      const progress = await progressAt(run, last)
      if (!progress.isWhole) {
        const before = new Map(context.budget.requests)
        const collector = createPartCollector({
          run,
          progress,
          requests: () => sum(progress.requests, requestsSince(before, context.budget.requests)),
          last,
          limits: { ...CHECKPOINT, ...checkpoint },
          clock: context.clock,
        })
        await beforeDeadline(context, until, (signal) =>
          readPool(
            context.api,
            pool,
            {
              concurrency: context.concurrency,
              previousUsers: previousUsers ?? undefined,
              signal,
              sink: context.sink,
              fetchImage: context.fetchImage,
            },
            progress,
            collector,
          ),
        )
        await collector.finish()
      }
      await lease.check()
      return stateOf(run, poolId, progress)
    }),
  )
}

/**
 * Stores what was read as a snapshot, as `backup` does, and unlocks the pool. May be called again, whatever became of the call before: there is one snapshot.
 *
 * @returns what `backup` reports of a pool; `bytesStored` is what this call added
 * @throws CodedError `LOCK_LOST` as {@link continueBackup}; `INTERNAL` when not all of the pool is read
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

/**
 * Gives a run up: unlocks the pool, and lets no process go on with it. May be called again, and without the snapshot's id of a run of which nobody
 * knows whether it was begun.
 *
 * @returns whether its snapshot had been stored already, which is whole then and stays
 */
export async function failBackup(
  context: VaultContext,
  { poolId, runId, snapshotId: given }: Pick<BackupState, 'poolId' | 'runId'> & { snapshotId?: string },
): Promise<{ readonly isStored: boolean }> {
  const vault = await openVault(context.store)
  const run = openCaptureRun(vault.store, poolId, runId)
  const snapshotId = given ?? ((await run.getFacts())?.['snapshotId'] as string | undefined)
  const manifest =
    snapshotId === undefined ? undefined : await readManifestIfThere(vault, manifestKey(poolId, snapshotId))
  const lease = await takeOverIfHeld(context, poolId, runId)
  await endRun(context, run, manifest === undefined ? 'abandoned' : 'finished', lease)
  return { isStored: manifest !== undefined }
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

async function stateOf(run: CaptureRun, poolId: string, progress?: RunProgress): Promise<BackupState> {
  const { snapshotId } = await factsOf(run)
  const parts = await run.lastPart()
  const { isWhole: done, memberships, ...others } = progress ?? (await progressAt(run, parts))
  const users = usersTaken({ users: others.users })
  return { runId: run.runId, poolId, snapshotId, done, users, memberships: memberships.taken, parts }
}

function sum(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const total = { ...a }
  for (const [operation, count] of Object.entries(b)) total[operation] = (total[operation] ?? 0) + count
  return total
}

function explaining<T>(context: CognitoContext, poolId: string, work: () => Promise<T>): Promise<T> {
  return explainingFailures({ poolId, region: context.api.region, signal: context.signal }, work)
}
