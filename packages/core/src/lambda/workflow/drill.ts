import { z } from 'zod'
import { drill as drillSnapshot } from '../../actions/drill.js'
import { regionOfPool } from '../../actions/pool.js'
import { CodedError, hasCode } from '../../model/errors.js'
import { requireSnapshots } from '../../vault/find-snapshot.js'
import { openVault } from '../../vault/vault.js'
import { drillFailedMessage, drillMessage, nothingToDrillMessage } from '../messages/drill-messages.js'
import { failureOf } from '../messages/failure-text.js'
import { withCognito } from './connect.js'
import type { Call } from './call.js'
import { createHandler } from './function.js'
import { madeAt } from './made-at.js'
import { isNoVaultYet } from './no-vault-yet.js'
import { deletedLeftOvers } from './scratch-pools.js'
import { sliceAfter, stateOf, stepState } from './step-event.js'
import { whileLocked } from './while-locked.js'

const drillState = stepState.extend({
  poolIds: z.array(z.string()),
  at: z.number().int().nonnegative(),
  done: z.array(z.object({ poolId: z.string(), ok: z.boolean(), error: z.string().optional() })),
})

type DrillState = z.infer<typeof drillState>

/** Of the time of a slice so much is for restoring; the rest is for reading the snapshot, comparing and deleting. */
const SHARE_FOR_RESTORING = 0.5

/**
 * Tries the latest snapshot of each pool in turn, a pool a slice: a sample that takes longer to restore is made smaller. A drill keeps nothing, so one that is
 * killed begins anew, and deletes what it had made.
 */
export const drill = createHandler('drill', async (call) => {
  const state = stateOf(call.event, drillState)
  switch (call.event.step) {
    case 'prepare':
      return state === undefined ? prepare(call) : { ...state, next: 'slice', slices: 0 }
    case 'slice':
      return slice(call, state ?? (await prepare(call)))
    case 'fail':
      return fail(call, state)
    default:
      throw new CodedError('USAGE', `a drill has no step ${call.event.step}`, { value: call.event.step })
  }
})

// eslint-disable-next-line @typescript-eslint/require-await -- a step, as the others
async function prepare({ settings: { poolIds } }: Call): Promise<DrillState> {
  if (poolIds.length > 0)
    return { next: 'slice', ok: true, slices: 0, poolIds: [...poolIds], at: 0, done: [] }
  throw new CodedError('USAGE', 'there is no pool to try', {
    value: 'USER_POOL_IDS',
    hint: 'name one in the parameters of the stack',
  })
}

async function slice(call: Call, state: DrillState): Promise<DrillState> {
  const { vaults, settings, env, until } = call
  const poolId = state.poolIds[state.at] ?? ''
  const region = regionOfPool(poolId) ?? settings.region
  const { clock } = vaults.context
  try {
    if (!(await hasSnapshots(call, poolId))) {
      call.log('INFO', { code: 'drill.nothing-yet', poolId })
      await call.tell(nothingToDrillMessage(poolId, call.place))
      return onward(call, state, { poolId, ok: true })
    }
    const report = await withCognito(vaults.context, settings, env, { region }, (context) =>
      whileLocked(call, () =>
        drillSnapshot(context, `latest:${poolId}`, {
          sample: settings.drillSample,
          atMostMs: (until - clock.now()) * SHARE_FOR_RESTORING,
        }),
      ),
    )
    const { ok, mau } = report
    call.metrics(poolId, { DrillSucceeded: ok ? 1 : 0, DrillFailed: ok ? 0 : 1, DrillMau: mau })
    call.log(ok ? 'INFO' : 'ERROR', { ...report, code: 'drill.ended' })
    await call.tell(drillMessage(report, call.place))
    return onward(call, state, { poolId, ok })
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    const { code, message, hint } = error
    call.metrics(poolId, { DrillSucceeded: 0, DrillFailed: 1 })
    call.log('ERROR', { code: 'drill.failed', poolId, error: code, message })
    await call.tell(
      drillFailedMessage(poolId, { code, message, hint }, { regions: [region], isGone: false }, call.place),
    )
    return onward(call, state, { poolId, ok: false, error: code })
  }
}

/**
 * Whether there is anything of the pool in the vault: a new stack's schedule fires before the first backup.
 *
 * @throws CodedError what a vault that is lost gives; `SNAPSHOT_NOT_FOUND` where there should have been a backup long since
 */
async function hasSnapshots(
  { vaults, settings: { maxSnapshotAgeHours } }: Call,
  poolId: string,
): Promise<boolean> {
  const { store, clock } = vaults.context
  const vault = await openVault(store).catch((error: unknown) => {
    if (isNoVaultYet(error)) return undefined
    throw error
  })
  if (vault === undefined) return false
  try {
    await requireSnapshots(vault, poolId)
    return true
  } catch (error) {
    if (!hasCode(error, 'SNAPSHOT_NOT_FOUND')) throw error
    const made = maxSnapshotAgeHours === undefined ? undefined : await madeAt(vault)
    if (made !== undefined && clock.now() - made > (maxSnapshotAgeHours ?? 0) * 3_600_000) throw error
    return false
  }
}

function onward(call: Call, state: DrillState, result: DrillState['done'][number]): DrillState {
  const at = state.at + 1
  const on = sliceAfter(state, call.settings)
  return {
    ...state,
    ...on,
    next: at < state.poolIds.length ? on.next : 'done',
    at,
    ok: state.ok && result.ok,
    done: [...state.done, result],
  }
}

/** A drill that was killed could not delete its pool, and another may never come. */
async function fail(call: Call, state: DrillState | undefined): Promise<object> {
  const { poolIds, region } = call.settings
  const left = state === undefined ? poolIds : state.poolIds.slice(state.at)
  for (const poolId of left) call.metrics(poolId, { DrillSucceeded: 0, DrillFailed: 1 })
  const regions = [...new Set(left.map((poolId) => regionOfPool(poolId) ?? region))]
  const scratch = { regions, isGone: await deletedLeftOvers(call, regions) }
  const failure = failureOf(call.event.error ?? {})
  await call.tell(drillFailedMessage(left.join(', '), failure, scratch, call.place))
  return { ok: false }
}
