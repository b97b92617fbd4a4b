import { z } from 'zod'
import type { CognitoContext } from '../../actions/context.js'
import { planRestoreRun } from '../../actions/plan-restore.js'
import { regionOfPool } from '../../actions/pool.js'
import type { PlannedRestore } from '../../actions/restore-request.js'
import { approveRun, carryOut, type RestoreResult, resumeUntil } from '../../actions/restore.js'
import { CodedError, hasCode } from '../../model/errors.js'
import { openRun } from '../../restore/run-store.js'
import type { RunHeader } from '../../restore/run-header.js'
import { findSnapshot } from '../../vault/find-snapshot.js'
import type { Manifest } from '../../vault/manifest.js'
import { openVault } from '../../vault/vault.js'
import { failureOf, type ToldFailure } from '../messages/failure-text.js'
import { restoreFailedMessage, restoreMessage } from '../messages/restore-messages.js'
import { assumeRole } from './assume-role.js'
import { executionName } from './backup.js'
import { type CognitoAccess, withCognito } from './connect.js'
import type { Call } from './call.js'
import { createHandler } from './function.js'
import { parseRestoreInput, type RestoreOrder } from './restore-input.js'
import { sliceAfter, stateOf, stepState } from './step-event.js'
import { whileLocked } from './while-locked.js'

const restoreState = stepState.extend({
  runId: z.string(),
  region: z.string(),
  /** What is restored into, for messages. */
  into: z.string(),
  /** The pool whose metrics these are. */
  poolId: z.string(),
  intoLivePool: z.boolean(),
  noImports: z.boolean(),
  roleArn: z.string().optional(),
  operationsDone: z.number(),
  operations: z.number(),
})

type RestoreState = z.infer<typeof restoreState>

/**
 * Plans a restore, approves the plan, for whoever starts the machine has asked for it, and executes it through its journal, a slice at a time. What a run has
 * done is in the vault, so an execution may end at any point, and `{"runId": …}` goes on.
 */
export const restore = createHandler('restore', async (call) => {
  const state = stateOf(call.event, restoreState)
  switch (call.event.step) {
    case 'prepare':
      return state === undefined ? prepare(call) : { ...state, next: 'slice', slices: 0 }
    case 'slice':
      if (state === undefined)
        throw new CodedError('USAGE', 'no restore has begun', { hint: 'start the state machine anew' })
      return slice(call, state)
    case 'fail':
      return fail(call, state)
    default:
      throw new CodedError('USAGE', `a restore has no step ${call.event.step}`, { value: call.event.step })
  }
})

async function prepare(call: Call): Promise<RestoreState> {
  const order = parseRestoreInput(call.event.input, call.settings.region)
  return order.kind === 'resume' ? resumed(call, order) : planned(call, order)
}

async function resumed(
  call: Call,
  { runId, noImports, roleArn }: Extract<RestoreOrder, { kind: 'resume' }>,
): Promise<RestoreState> {
  const { store } = call.vaults.context
  await openVault(store)
  const run = openRun(store, runId)
  const header = await run.getHeader()
  if (!(await run.isApproved()))
    throw new CodedError('RUN_NOT_APPROVED', `the plan of ${runId} was never approved`, {
      value: runId,
      hint: 'a dry run is no approval: start the state machine with what is to be restored',
    })
  return stateFor(header, { noImports, roleArn })
}

/** The plan is stored, and approved by the next step: a call that is repeated because its answer was lost has approved nothing twice. */
async function planned(call: Call, order: Extract<RestoreOrder, { kind: 'plan' }>): Promise<RestoreState> {
  const { request, dryRun, roleArn } = order
  const { snapshot, pool } = await wanted(call, order.snapshot)
  const { target } = request
  const live = target.mode === 'existing-pool' ? target.poolId : pool.id
  const region =
    (target.mode === 'new-pool' ? order.region : regionOfPool(live)) ??
    (target.mode === 'new-pool' ? call.settings.region : pool.region)
  const access = { region, roleArn, intoLivePool: target.mode !== 'new-pool' }
  return withTarget(call, access, async (context) => {
    // A call that was killed has left a lock on the target, of which a snapshot is taken.
    const plan = await whileLocked(call, () => planRestoreRun(context, { ...request, snapshot })).catch(
      (error: unknown) => {
        if (target.mode === 'new-pool' || context.signal?.aborted !== true) throw error
        throw tooLarge(live, error)
      },
    )
    tellOfPlan(call, plan)
    const state = stateFor(plan.header, { noImports: false, roleArn })
    if (!dryRun) return state
    const result = await carryOut(context, plan, 'dry-run')
    if (result !== undefined) await call.tell(restoreMessage(result, plan.header, call.place))
    return { ...state, next: 'done' }
  })
}

/** The target is read and the plan made in one call: what did not fit into its time does not fit into the next one's either. */
function tooLarge(poolId: string, cause: unknown): CodedError {
  return new CodedError(
    'TARGET_TOO_LARGE',
    `there was not the time to read ${poolId} as it is now and to plan the restore, for which the function has one call`,
    {
      value: poolId,
      hint: 'starting the state machine again ends the same way: restore by the command line on a machine that stays up (cognito-vault restore SNAPSHOT --in-place, or --to-pool ID), or raise CognitoTPS if the quotas of the account allow it',
      cause,
    },
  )
}

function tellOfPlan(call: Call, { header, unfinished, unreadableRuns }: PlannedRestore): void {
  const { runId, snapshot, summary, etaSeconds } = header
  const { operations, widening, mau } = summary
  call.log('INFO', {
    code: 'restore.planned',
    runId,
    snapshotId: snapshot.id,
    operations,
    widening,
    mau,
    etaSeconds,
  })
  for (const other of unfinished) call.log('WARN', { code: 'restore.unfinished', runId: other })
  for (const other of unreadableRuns) call.log('WARN', { code: 'run.unreadable', runId: other.runId })
}

function stateFor(
  header: RunHeader,
  { noImports, roleArn }: { noImports: boolean; roleArn: string | undefined },
): RestoreState {
  const { runId, target, snapshot, summary } = header
  return {
    next: 'slice',
    ok: true,
    slices: 0,
    runId,
    region: target.region,
    into: target.poolId ?? target.poolName ?? 'a new pool',
    poolId: target.poolId ?? snapshot.poolId,
    intoLivePool: target.mode !== 'new-pool',
    noImports,
    ...(roleArn === undefined ? {} : { roleArn }),
    operationsDone: 0,
    operations: Object.values(summary.operations).reduce((sum, n) => sum + n, 0),
  }
}

/**
 * The snapshot that is meant: without a name the latest of the only pool. Where the vault is another Region's replica, the latest of those that have arrived whole.
 */
async function wanted({ vaults, settings }: Call, name: string | undefined): Promise<Manifest> {
  const { store } = vaults.context
  const given = name ?? (settings.poolIds.length === 1 ? `latest:${settings.poolIds[0] ?? ''}` : 'latest')
  const { manifest } = await findSnapshot(await openVault(store), given)
  if (!given.startsWith('latest') || manifest.pool.region === settings.region) return manifest
  return (await findSnapshot(await openVault(vaults.replica), given)).manifest
}

async function slice(call: Call, state: RestoreState): Promise<RestoreState> {
  const { runId, noImports } = state
  const came = await withTarget(call, state, async (context) => {
    await approveRun(context, runId)
    return whileLocked(call, () => resumeUntil(context, runId, { until: call.until, noImports }))
  })
  if (!came.done) {
    const { operationsDone, operations } = came
    return { ...state, ...sliceAfter(state, call.settings), operationsDone, operations }
  }
  const { result } = came
  const isFine = isWhole(result)
  const header = await openRun(call.vaults.context.store, runId).getHeader()
  call.metrics(state.poolId, { RestoreSucceeded: isFine ? 1 : 0, RestoreFailed: isFine ? 0 : 1 })
  await call.tell(restoreMessage(result, header, call.place))
  const done = Object.values(result.done).reduce((sum, n) => sum + n, 0)
  return { ...state, next: 'done', ok: isFine, slices: state.slices + 1, operationsDone: done }
}

function isWhole({ failedCount, missing, unread }: RestoreResult): boolean {
  return failedCount === 0 && missing.length === 0 && unread.length === 0
}

/** The machine has caught what a step threw: people are told how to go on. */
async function fail(call: Call, state: RestoreState | undefined): Promise<object> {
  const failure: ToldFailure = failureOf(call.event.error ?? {})
  const into = state?.into ?? intoOf(call)
  call.metrics(state?.poolId, { RestoreFailed: 1, RestoreSucceeded: 0 })
  await call.tell(restoreFailedMessage(state?.runId, into, failure, call.place))
  return { ok: false }
}

function intoOf({ event, settings }: Call): string {
  try {
    const order = parseRestoreInput(event.input, settings.region)
    if (order.kind === 'resume') return `the target of ${order.runId}`
    const { target } = order.request
    if (target.mode === 'existing-pool') return target.poolId
    return target.mode === 'new-pool' ? target.poolName : 'its own pool'
  } catch (error) {
    if (hasCode(error, 'USAGE')) return 'a pool'
    throw error
  }
}

async function withTarget<T>(
  call: Call,
  {
    region,
    roleArn,
    intoLivePool,
  }: Pick<CognitoAccess, 'region' | 'intoLivePool'> & { readonly roleArn?: string | undefined },
  work: (context: CognitoContext) => Promise<T>,
): Promise<T> {
  const { vaults, settings, env, event } = call
  const name = `cognito-vault-${executionName(event.execution)}`
  const credentials =
    roleArn === undefined ? undefined : await assumeRole(roleArn, settings.region, env, name)
  return withCognito(vaults.context, settings, env, { region, intoLivePool, credentials }, work)
}
