import { approveRun, type RestoreResult, resumeUntil } from '../../actions/restore.js'
import { CodedError, hasCode } from '../../model/errors.js'
import type { EventSink } from '../../model/events.js'
import { openRun } from '../../restore/run-store.js'
import { openVault } from '../../vault/vault.js'
import { failureOf, type ToldFailure } from '../messages/failure-text.js'
import { restoreFailedMessage, restoreMessage } from '../messages/restore-messages.js'
import type { Call } from './call.js'
import { createHandler } from './function.js'
import { advanced, isImportUnderWay } from './loop-guard.js'
import { givenUp, inputOf, planningSlice } from './planning-slice.js'
import { parseRestoreInput, type RestoreOrder } from './restore-input.js'
import { begunPlanning } from './restore-planning.js'
import { type PlanningState, restoreState, type RestoreState, stateFor } from './restore-state.js'
import { sliceAfter, stateOf } from './step-event.js'
import { whileLocked } from './while-locked.js'
import { withTarget } from './with-target.js'

/**
 * Plans a restore, of a pool that exists after having read it, approves the plan, for whoever starts the machine has asked for it, and executes it through its journal, a slice
 * at a time. What a run has done is in the vault, so an execution may end at any point, and `{"runId": …}` goes on.
 */
export const restore = createHandler('restore', async (call) => {
  const { event } = call
  // Where the first call of an execution that goes on was killed, its state is still what the execution before handed over.
  const state =
    stateOf(event, restoreState) ??
    (event.step === 'fail' ? stateOf({ ...event, step: 'prepare' }, restoreState) : undefined)
  switch (event.step) {
    case 'prepare':
      return state === undefined ? prepare(call) : goneOn(state)
    case 'slice':
      if (state === undefined)
        throw new CodedError('USAGE', 'no restore has begun', { hint: 'start the state machine anew' })
      return isPlanning(state) ? planningSlice(call, state) : slice(call, state)
    case 'fail':
      return fail(call, state)
    default:
      throw new CodedError('USAGE', `a restore has no step ${event.step}`, { value: event.step })
  }
})

function isPlanning(state: RestoreState): state is PlanningState {
  return state.planning !== undefined
}

/** The input that was handed over stands in that of the execution. */
function goneOn(state: RestoreState): RestoreState {
  return { ...state, next: 'slice', slices: 0, input: undefined }
}

async function prepare(call: Call): Promise<RestoreState> {
  const order = parseRestoreInput(call.event.input, call.settings.region)
  return order.kind === 'resume' ? resumed(call, order) : begunPlanning(call, order)
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

async function slice(call: Call, state: RestoreState): Promise<RestoreState> {
  const { runId, noImports } = state
  let sawImport = false
  const came = await withTarget(call, state, async (context) => {
    const sink: EventSink = (event) => {
      sawImport ||= isImportUnderWay(event)
      context.sink(event)
    }
    await approveRun(context, runId)
    return whileLocked(call, () => resumeUntil({ ...context, sink }, runId, { until: call.until, noImports }))
  })
  if (!came.done) {
    const reached = advanced(state, { ...came, sawImport }, runId)
    return { ...state, ...sliceAfter(state, call.settings), ...reached, operations: came.operations }
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
  const isBegun = state !== undefined && !isPlanning(state)
  if (state !== undefined && isPlanning(state)) await givenUp(call, state)
  call.metrics(state?.poolId, { RestoreFailed: 1, RestoreSucceeded: 0 })
  await call.tell(restoreFailedMessage(isBegun ? state.runId : undefined, into, failure, call.place))
  return { ok: false }
}

function intoOf(call: Call): string {
  try {
    const order = parseRestoreInput(inputOf(call), call.settings.region)
    if (order.kind === 'resume') return `the target of ${order.runId}`
    const { target } = order.request
    if (target.mode === 'existing-pool') return target.poolId
    return target.mode === 'new-pool' ? target.poolName : 'its own pool'
  } catch (error) {
    if (hasCode(error, 'USAGE')) return 'a pool'
    throw error
  }
}
