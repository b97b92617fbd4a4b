import type { CognitoContext } from '../../actions/context.js'
import {
  beginPlan,
  continuePlan,
  failPlan,
  finishPlan,
  type PlanState,
  type SlicedRequest,
  storeTarget,
} from '../../actions/sliced-plan.js'
import { CodedError, hasCode } from '../../model/errors.js'
import type { Call } from './call.js'
import { mayPass } from './passing-failure.js'
import { parseRestoreInput, type RestoreOrder } from './restore-input.js'
import type { PlanningState, RestoreState } from './restore-state.js'
import { sliceAfter } from './step-event.js'
import { inTheTimeOfACall, planned } from './stored-plan.js'
import { toCoded } from './thrown.js'
import { whileLocked } from './while-locked.js'
import { withTarget } from './with-target.js'

type PlanOrder = Extract<RestoreOrder, { kind: 'plan' }>

/**
 * A slice before there is a plan: reads on, then stores what was read, then makes the plan, each of the latter two in a slice of its own, because no deadline can stop them half-done.
 *
 * @throws what ends the restore; {@link givenUp} unlocks the pool
 */
export async function planningSlice(call: Call, state: PlanningState): Promise<RestoreState> {
  const order = parseRestoreInput(inputOf(call), call.settings.region)
  if (order.kind !== 'plan' || order.request.target.mode === 'new-pool')
    throw new CodedError('USAGE', 'this is not the input that the restore was begun with', {
      hint: 'start the state machine anew',
    })
  const { target } = order.request
  const request: SlicedRequest = { ...order.request, target, snapshot: state.planning.wanted }
  try {
    return await withTarget(call, state, (context) => {
      switch (state.planning.step) {
        case 'read':
          return read(call, context, request, state)
        case 'store':
          return stored(call, context, state)
        case 'plan':
          return finished(call, context, { order, request }, state)
      }
    })
  } catch (thrown) {
    const { signal } = call.vaults.context
    const error = toCoded(thrown, signal)
    const { tries } = state.planning
    if (signal?.aborted === true || !(await mayPass(call, error, tries))) throw thrown
    return onward(call, state, { tries: tries + 1 })
  }
}

async function read(
  call: Call,
  context: CognitoContext,
  request: SlicedRequest,
  state: PlanningState,
): Promise<RestoreState> {
  const begun = await begin(call, context, request, state)
  const { done, snapshotId, users, memberships } = await continuePlan(context, begun, { until: call.until })
  return onward(call, state, { step: done ? 'store' : 'read', snapshotId, users, memberships, tries: 0 })
}

/** Begins, where the slices before have not: a call that is repeated because its answer was lost takes its own lock over. */
async function begin(
  call: Call,
  context: CognitoContext,
  request: SlicedRequest,
  { runId, poolId, planning }: PlanningState,
): Promise<Pick<PlanState, 'poolId' | 'runId' | 'wanted'>> {
  if (planning.snapshotId !== undefined) return { runId, poolId, wanted: planning.wanted }
  try {
    return await whileLocked(call, () => beginPlan(context, request, { runId }))
  } catch (error) {
    if (!hasCode(error, 'LOCKED')) throw error
    const { message, value, cause } = error
    throw new CodedError('LOCKED', message, {
      ...(value === undefined ? {} : { value }),
      hint: `${poolId} is being backed up, or read for another restore: when that execution is done, start this one again`,
      cause,
    })
  }
}

async function stored(call: Call, context: CognitoContext, state: PlanningState): Promise<RestoreState> {
  await inTheTimeOfACall(context, state.poolId, () => storeTarget(context, planStateOf(state)))
  return onward(call, state, { step: 'plan', tries: 0 })
}

async function finished(
  call: Call,
  context: CognitoContext,
  { order, request }: { readonly order: PlanOrder; readonly request: SlicedRequest },
  state: PlanningState,
): Promise<RestoreState> {
  const plan = await inTheTimeOfACall(context, state.poolId, () =>
    finishPlan(context, request, planStateOf(state)),
  )
  const begun = await planned(call, context, order, plan)
  return begun.next === 'done' ? begun : { ...begun, ...sliceAfter(state, call.settings) }
}

function planStateOf({
  runId,
  poolId,
  planning: { wanted, snapshotId = '' },
}: PlanningState): Pick<PlanState, 'poolId' | 'runId' | 'snapshotId' | 'wanted'> {
  return { runId, poolId, wanted, snapshotId }
}

function onward(call: Call, state: PlanningState, came: Partial<PlanningState['planning']>): RestoreState {
  const on = sliceAfter(state, call.settings)
  return {
    ...state,
    ...on,
    planning: { ...state.planning, ...came },
    // The next execution is started with this state alone.
    ...(on.next === 'again' ? { input: inputOf(call) } : {}),
  }
}

/** With what the restore was started, be it by an execution before this one. */
export function inputOf({ event }: Pick<Call, 'event'>): unknown {
  const { resume } = (event.input ?? {}) as { resume?: { input?: unknown } }
  return resume === undefined ? event.input : resume.input
}

/** Unlocks the pool, so that the next backup need not wait. What cannot be given up now is over when its time is. */
export async function givenUp({ vaults, log }: Call, { runId, poolId }: PlanningState): Promise<void> {
  try {
    await failPlan(vaults.context, { runId, poolId })
    log('INFO', { code: 'restore.given-up', runId })
  } catch (error) {
    log('WARN', { code: 'restore.not-given-up', runId, error: toCoded(error).code })
  }
}
