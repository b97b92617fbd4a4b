import { isoTime, newRunId } from '../model/ids.js'
import type { RunHeader } from '../restore/run-header.js'
import { openRun } from '../restore/run-store.js'
import { unfinishedRuns, unreadableRuns } from '../restore/runs.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import { openVault } from '../vault/vault.js'
import type { BackupState } from './backup-state.js'
import { beginBackup, type BeginBackupOptions } from './begin-backup.js'
import { checkRestore } from './check-restore.js'
import type { CognitoContext, VaultContext } from './context.js'
import { continueBackup, type ContinueBackupOptions } from './continue-backup.js'
import { failBackup } from './fail-backup.js'
import { finishBackup } from './finish-backup.js'
import { planFrom } from './plan-restore.js'
import { refuseBlind, sayingHowElse } from './read-target.js'
import type { PlannedRestore, RestoreRequest, RestoreTarget } from './restore-request.js'

/**
 * A restore whose target is read in slices before the plan is made: what each process hands to the next. As {@link BackupState}, which it is of the
 * target: `runId` is that of the restore, and `snapshotId` that of the snapshot of the target.
 */
export interface PlanState extends BackupState {
  /** The snapshot that is restored. */
  readonly wanted: string
}

/**
 * A restore into a pool that exists. What a plan may also ask for (second factors, and the pool from which users are to come) is read in one go only, by
 * `planRestoreRun`.
 */
export interface SlicedRequest extends Omit<RestoreRequest, 'mfa' | 'passwords' | 'migrationFunction'> {
  readonly target: Exclude<RestoreTarget, { readonly mode: 'new-pool' }>
}

/** A plan that is stored and waits for approval. */
export type FinishedPlan = Pick<PlannedRestore, 'header' | 'unfinished' | 'unreadableRuns'>

/**
 * Begins the plan of a restore as `planRestoreRun` makes it, of whose target the snapshot is taken in slices: {@link continuePlan} again and again until it is `done`,
 * then {@link finishPlan}, each in a process of its own if that is wanted, with the same request. The target stays locked for backups while it is read, and
 * the snapshot that is restored is kept from being forgotten for a day.
 *
 * @param options `runId`: what the run is called, beginning with `run-`. Whoever begins a run again that it has begun, because the answer was lost, gets the same
 *   answer, of the snapshot that it meant then
 * @throws CodedError `LOCKED` when the pool is being backed up; what `planRestoreRun` throws before it reads the target
 */
export async function beginPlan(
  context: CognitoContext,
  request: SlicedRequest,
  options: Pick<BeginBackupOptions, 'runId' | 'leaseMs' | 'waitAtMostMs'> = {},
): Promise<PlanState> {
  const now = context.clock.now()
  const runId = options.runId ?? newRunId(now, context.random)
  const run = openRun(context.store, runId)
  const begun = await run.getBegunWith()
  const { wanted } = await checkRestore(context, { ...request, snapshot: begun ?? request.snapshot })
  const { snapshot, pool } = wanted.manifest
  const poolId = request.target.mode === 'in-place' ? pool.id : request.target.poolId
  await run.begin(isoTime(now), snapshot)
  const state = await sayingHowElse(wanted, () =>
    beginBackup(context, poolId, { ...options, runId, takenFor: 'restore' }),
  )
  return { ...state, wanted: snapshot }
}

/** Goes on reading the target until all is read or the time is over, as `continueBackup` does. */
export async function continuePlan(
  context: CognitoContext,
  state: Pick<PlanState, 'poolId' | 'runId' | 'wanted'>,
  options: ContinueBackupOptions,
): Promise<PlanState> {
  return { ...(await continueBackup(context, state, options)), wanted: state.wanted }
}

/**
 * Stores what was read of the target as a snapshot, and unlocks the pool. {@link finishPlan} does that where it was not done; whoever has little time does it
 * in a process of its own. May be called again.
 *
 * @throws CodedError `SNAPSHOT_INCOMPLETE` when the target's people could not be read
 */
export async function storeTarget(
  context: CognitoContext,
  state: Pick<PlanState, 'poolId' | 'runId' | 'snapshotId'>,
): Promise<void> {
  await finishBackup(context, state)
  const { manifest } = await findSnapshot(await openVault(context.store), state.snapshotId)
  refuseBlind(manifest)
}

/**
 * Makes and stores the plan. May be called again, whatever became of the call before: there is one plan.
 *
 * @param request that of {@link beginPlan}
 * @throws CodedError what `planRestoreRun` throws when the target is read; `PLAN_OUTDATED` where a process has died while it made the plan, and what it was made
 *   from is otherwise by now
 */
export async function finishPlan(
  context: CognitoContext,
  request: SlicedRequest,
  state: Pick<PlanState, 'poolId' | 'runId' | 'snapshotId' | 'wanted'>,
): Promise<FinishedPlan> {
  const run = openRun(context.store, state.runId)
  if (await run.hasPlan()) return planned(context, await run.getHeader())
  await storeTarget(context, state)
  const pinned = { ...request, snapshot: state.wanted }
  const checked = await checkRestore(context, pinned)
  const target = await findSnapshot(checked.vault, state.snapshotId)
  return planFrom(context, pinned, run, checked, target)
}

/** What is said of a plan that was stored by an earlier call. */
async function planned({ store }: VaultContext, header: RunHeader): Promise<FinishedPlan> {
  return {
    header,
    unfinished: await unfinishedRuns(store, header.snapshot.poolId, header.target),
    unreadableRuns: await unreadableRuns(store),
  }
}

/** Gives the reading of the target up, and unlocks the pool, as `failBackup` does. Nothing was changed. */
export async function failPlan(
  context: VaultContext,
  state: Pick<PlanState, 'poolId' | 'runId'>,
): Promise<void> {
  await failBackup(context, state)
}
