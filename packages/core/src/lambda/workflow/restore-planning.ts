import { planRestoreRun } from '../../actions/plan-restore.js'
import { regionOfPool } from '../../actions/pool.js'
import { newRunId } from '../../model/ids.js'
import { findSnapshot } from '../../vault/find-snapshot.js'
import type { Manifest } from '../../vault/manifest.js'
import { openVault } from '../../vault/vault.js'
import type { Call } from './call.js'
import type { RestoreOrder } from './restore-input.js'
import type { RestoreState } from './restore-state.js'
import { inTheTimeOfACall, planned } from './stored-plan.js'
import { withTarget } from './with-target.js'

type PlanOrder = Extract<RestoreOrder, { kind: 'plan' }>

/**
 * What is to be planned. A pool that exists is read by the slices that follow; for a new one there is nothing to be read, and the plan is made at once. It is
 * approved by the next step: a call that is repeated because its answer was lost has approved nothing twice.
 */
export async function begunPlanning(call: Call, order: PlanOrder): Promise<RestoreState> {
  const { request, roleArn } = order
  const { target } = request
  const { snapshot, pool } = await wanted(call, order.snapshot)
  if (target.mode === 'new-pool') return plannedAtOnce(call, order, snapshot)
  const poolId = target.mode === 'existing-pool' ? target.poolId : pool.id
  const { clock, random } = call.vaults.context
  return {
    next: 'slice',
    ok: true,
    slices: 0,
    runId: newRunId(clock.now(), random),
    region: regionOfPool(poolId) ?? pool.region,
    into: poolId,
    poolId,
    intoLivePool: true,
    noImports: false,
    ...(roleArn === undefined ? {} : { roleArn }),
    operationsDone: 0,
    operations: 0,
    chunksDone: 0,
    idleSlices: 0,
    planning: { step: 'read', wanted: snapshot, users: 0, memberships: 0, tries: 0 },
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

async function plannedAtOnce(call: Call, order: PlanOrder, snapshot: string): Promise<RestoreState> {
  const { request, roleArn } = order
  const access = { region: order.region ?? call.settings.region, roleArn, intoLivePool: false }
  return withTarget(call, access, async (context) => {
    const into = request.target.mode === 'new-pool' ? request.target.poolName : ''
    const plan = await inTheTimeOfACall(context, into, () =>
      planRestoreRun(context, { ...request, snapshot }),
    )
    return planned(call, context, order, plan)
  })
}
