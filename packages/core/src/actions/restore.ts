import { CodedError } from '../model/errors.js'
import type { EventSink } from '../model/events.js'
import { isoTime } from '../model/ids.js'
import { executeRun } from '../restore/execute.js'
import { finishedChunks } from '../restore/finished-chunks.js'
import { type RunReport, writeReport } from '../restore/report.js'
import type { RunHeader } from '../restore/run-header.js'
import { openRun, type RunStore } from '../restore/run-store.js'
import { refuseOutdated } from '../restore/runs.js'
import { openVault } from '../vault/vault.js'
import { beforeDeadline } from './before-deadline.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext, VaultContext } from './context.js'
import { newPassword } from './new-password.js'
import { planRestoreRun } from './plan-restore.js'
import type { PlannedRestore, RestoreRequest } from './restore-request.js'
import { withLease } from './with-lease.js'

/** What `restore` and `resume` report; the field names are those of their JSON document. */
export interface RestoreResult extends RunReport {
  readonly dryRun: boolean
  /** The planned calls, by operation. */
  readonly plan: Readonly<Record<string, number>>
  /** Users whom reading the target has made monthly active before; those of `mau` may be among them. */
  readonly mauRead?: number
  readonly etaSeconds: number
}

/** What becomes of a plan when it has been shown: it is executed, kept as a dry run, or refused. */
export type Approval = 'execute' | 'dry-run' | 'refuse'

/**
 * Restores a snapshot: makes and stores the plan, asks for its approval, executes it and writes the report.
 *
 * @param approve sees the plan, the same that is executed
 * @returns `undefined` when the plan was refused
 * @throws CodedError what ends a run; its hint names the command that goes on with it
 */
export async function restore(
  context: CognitoContext,
  request: RestoreRequest,
  approve: (planned: PlannedRestore) => Promise<Approval>,
): Promise<RestoreResult | undefined> {
  const planned = await planRestoreRun(context, request)
  return carryOut(context, planned, await approve(planned))
}

/** Executes a plan that was approved, or tells what it would come to. @returns `undefined` when it was refused */
export async function carryOut(
  context: CognitoContext,
  planned: Pick<PlannedRestore, 'header'>,
  approval: Approval,
): Promise<RestoreResult | undefined> {
  if (approval === 'refuse') return undefined
  const run = openRun(context.store, planned.header.runId)
  if (approval === 'dry-run') return foreseen(run, planned.header)
  await run.approve(isoTime(context.clock.now()))
  return execute(context, run, planned.header)
}

/**
 * Goes on with a run that stopped, from its stored plan and its journal; it never plans again.
 *
 * @throws CodedError `RUN_NOT_FOUND`; `RUN_NOT_APPROVED` for a dry run or a plan that was refused; `PLAN_OUTDATED` when
 *   another run has restored into the pool since
 */
export async function resume(
  context: CognitoContext,
  runId: string,
  { noImports = false }: ResumeOptions = {},
): Promise<RestoreResult> {
  const { run, header } = await openApproved(context, runId)
  return execute(context, run, header, noImports)
}

/**
 * Goes on with a run as {@link resume} does, or begins with one that was only approved, until it is done or the time is over. At the deadline it stops between
 * two operations; an import job that runs goes on by itself, and is found and waited for by the next call. That may be made by another process, from the run's id alone.
 * One that comes within a minute after a process has died finds the run `LOCKED`.
 *
 * @throws CodedError as {@link resume}
 */
export async function resumeUntil(
  context: CognitoContext,
  runId: string,
  { until, noImports = false }: ResumeOptions & { readonly until: number },
): Promise<RestoreSlice> {
  const { run, header } = await openApproved(context, runId)
  const done = { operations: 0 }
  const sink: EventSink = (event) => {
    if (event.code === 'restore.operation') done.operations = event.done
    context.sink(event)
  }
  const result = await executeUntil({ ...context, sink }, run, header, { noImports, until })
  if (result !== undefined) return { done: true, result }
  const operations = Object.values(header.summary.operations).reduce((sum, count) => sum + count, 0)
  const chunksDone = (await finishedChunks(context.store, run)).size
  return { done: false, runId, operationsDone: done.operations, operations, chunksDone }
}

/** What a restore that has a deadline has come to. */
export type RestoreSlice =
  | { readonly done: true; readonly result: RestoreResult }
  | {
      readonly done: false
      readonly runId: string
      /** Of those that were planned, the ones that are over, in earlier calls too, as far as this call came. */
      readonly operationsDone: number
      readonly operations: number
      /** The parts of the plan that are over, in earlier calls too: of them some have no operations that are counted. */
      readonly chunksDone: number
    }

/**
 * Approves a plan that is stored, so that {@link resumeUntil} may execute it. Approving it again does nothing.
 *
 * @throws CodedError `RUN_NOT_FOUND` where there is no whole plan
 */
export async function approveRun(context: VaultContext, runId: string): Promise<void> {
  await openVault(context.store)
  const run = openRun(context.store, runId)
  await run.getHeader()
  await run.approve(isoTime(context.clock.now()))
}

async function openApproved(
  context: CognitoContext,
  runId: string,
): Promise<{ run: RunStore; header: RunHeader }> {
  await openVault(context.store)
  const run = openRun(context.store, runId)
  const header = await run.getHeader()
  if (!(await run.isApproved())) {
    throw new CodedError('RUN_NOT_APPROVED', `the plan of ${runId} was never approved`, {
      value: runId,
      hint: `restore the snapshot: cognito-vault restore ${header.snapshot.id}`,
    })
  }
  if (header.target.region !== context.api.region) {
    throw new CodedError('POOL_IN_OTHER_REGION', `${runId} restores into ${header.target.region}`, {
      value: runId,
      hint: `use --region ${header.target.region}`,
    })
  }
  return { run, header }
}

/** How to go on with a run, where not as its plan says. */
export interface ResumeOptions {
  /** Make no further import job: who is left is made by API calls, and becomes monthly active. */
  readonly noImports?: boolean
}

async function execute(
  context: CognitoContext,
  run: RunStore,
  header: RunHeader,
  noImports = false,
): Promise<RestoreResult> {
  const result = await executeUntil(context, run, header, { noImports })
  if (result === undefined) throw new CodedError('INTERNAL', 'a run without a deadline stopped at one')
  return result
}

/** @returns `undefined` when the time is over */
async function executeUntil(
  context: CognitoContext,
  run: RunStore,
  header: RunHeader,
  { noImports, until }: { readonly noImports: boolean; readonly until?: number },
): Promise<RestoreResult | undefined> {
  const { api, clock, store, random, sink } = context
  const where = {
    poolId: header.target.poolId,
    region: api.region,
    signal: context.signal,
    resume: run.runId,
  }
  const scope = header.target.poolId === undefined ? `run/${run.runId}` : `restore/${header.target.poolId}`
  return explainingFailures(where, () =>
    withLease(context, scope, 'restore', async (lease) => {
      // Of a run that has ended there is nothing left to do but to say again what it came to.
      if (!(await run.isReported())) await refuseOutdated(store, run, header)
      const checkLease = (): Promise<void> => lease.check()
      const length = header.target.minimumPasswordLength
      const options = {
        api,
        store,
        clock,
        random,
        sink,
        newPassword: () => newPassword(length),
        fetchImage: context.fetchImage,
        putFile: context.putFile,
        tempDirectory: context.tempDirectory,
        concurrency: context.concurrency,
        importLimits: context.importLimits,
        hashes: context.hashes,
        noImports,
        checkLease,
      }
      const executed = await beforeDeadline(context, until, (signal) =>
        executeRun(run, header, { ...options, signal }),
      )
      if (!executed.done) return undefined
      const poolId = executed.value
      const report = await writeReport(run, header, { store, clock, poolId })
      return {
        ...report,
        ...readOf(header),
        dryRun: false,
        plan: header.summary.operations,
        etaSeconds: header.etaSeconds,
      }
    }),
  )
}

/** Whom reading the target has made active, whatever the plan does. */
function readOf({ target: { mauRead } }: RunHeader): { mauRead?: number } {
  return mauRead === undefined ? {} : { mauRead }
}

/** What a plan would come to: the same document, of which nothing has happened. */
function foreseen(run: RunStore, header: RunHeader): RestoreResult {
  return {
    runId: run.runId,
    poolId: header.target.poolId ?? '',
    dryRun: true,
    plan: header.summary.operations,
    done: {},
    failed: [],
    failedCount: 0,
    failedCut: false,
    fidelity: header.summary.fidelity,
    missing: header.missing,
    unread: header.unread,
    notes: header.summary.notes,
    identityMap: '',
    fidelityReport: '',
    mau: header.summary.mau,
    ...readOf(header),
    lockedOut: header.summary.lockedOut,
    imported: 0,
    etaSeconds: header.etaSeconds,
  }
}
