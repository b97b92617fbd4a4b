import { readResources, type ResourceSet } from '../cognito/resource-set.js'
import { etaMs } from '../limiter/eta.js'
import { CodedError } from '../model/errors.js'
import { isoTime, newRunId } from '../model/ids.js'
import { requirePoolSettings } from '../restore/imported-snapshot.js'
import { everything } from '../restore/reach/reach.js'
import { openRun } from '../restore/run-store.js'
import { poolOf } from '../restore/runs-into.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import { createOverlayStore } from '../storage/overlay/overlay-store.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import { changeStored } from '../vault/keyed-store.js'
import { LEASES_PREFIX, RESTORES_PREFIX } from '../vault/object-keys.js'
import type { Snapshot } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext } from './context.js'
import { diffSnapshots } from './diff.js'
import { isExplained, type Unexplained, unexplained } from './drill-comparison.js'
import { type DrillConfiguration, drillConfiguration } from './drill-configuration.js'
import { deleteScratchPool, deleteScratchPools, DRILL_SCOPE, SCRATCH_NAME } from './drill-pools.js'
import { type Sample, sampledSnapshot, sampleUsers } from './drill-sample.js'
import { viewsOf } from './joined-users.js'
import { makePlan } from './make-plan.js'
import { requirePool } from './pool.js'
import { report as fidelityReport } from './report.js'
import type { PlannedRestore, RestoreRequest } from './restore-request.js'
import { carryOut, type RestoreResult } from './restore.js'
import { takeSnapshot } from './take-snapshot.js'
import { withLease } from './with-lease.js'

export interface DrillOptions {
  /** How many users are restored. Each costs as much as one monthly active user. */
  readonly sample: number
  /** In milliseconds: a sample that takes longer than this to restore is made smaller. */
  readonly atMostMs?: number | undefined
}

/** What a drill has shown; the field names are those of its JSON document. */
export interface DrillReport {
  readonly snapshot: string
  readonly poolId: string
  /** Nothing failed, and nothing differs but what a restore says of itself. */
  readonly ok: boolean
  /** Users of the snapshot, all of whom were read, and of those how many were restored. */
  readonly users: number
  readonly sampled: number
  /** How many were asked for, where there was not the time for so many. */
  readonly asked: number
  /** What of the configuration the scratch pool was made without, by kind. */
  readonly leftOut: Readonly<Record<string, number>>
  readonly done: RestoreResult['done']
  readonly failedCount: number
  readonly fidelity: RestoreResult['fidelity']
  /** What the report says of users and resources, by note: of how many. */
  readonly notes: RestoreResult['notes']
  readonly differences: Unexplained
  /** Users made monthly active, in a pool of the tier that costs least. */
  readonly mau: number
  readonly tier: 'LITE'
  readonly restoreMs: number
  readonly durationMs: number
  /** What a restore of the whole snapshot into a new pool would take, by API calls, at the rates of the drill. */
  readonly estimate: { readonly seconds: number; readonly operations: number; readonly mau: number }
  /** The pool that was made, and has been deleted. */
  readonly scratchPool: string
  /** Pools that an earlier drill had left, and that were deleted. */
  readonly leftOvers: readonly string[]
}

/**
 * Restores a sample of a snapshot into a scratch pool, compares, and deletes the pool however it ends. What an earlier drill left
 * is deleted first; only pools with the tag of this vault's drills ever are. Nothing is stored in the vault but the lock that keeps two
 * drills apart, so there is nothing to resume: a drill that was cut off is begun anew.
 *
 * @throws CodedError `LOCKED` while another drill of the vault runs; `SNAPSHOT_NOT_FOUND`; what ends a restore
 */
export async function drill(
  context: CognitoContext,
  name: string,
  { sample, atMostMs = Infinity }: DrillOptions,
): Promise<DrillReport> {
  const { api, clock, signal } = context
  const startedAt = clock.now()
  const vault = await openVault(context.store)
  const snapshot = await findSnapshot(vault, name)
  const poolId = snapshot.manifest.pool.id
  return explaining(api.region, signal, () =>
    withLease(context, DRILL_SCOPE, 'drill', async (lease) => {
      const leftOvers = await deleteScratchPools(api, vault.id)
      const found = await readResources(snapshot.read('resources'))
      requirePoolSettings(found, snapshot.manifest)
      const users = await sampleUsers(viewsOf(snapshot), sample, context.random, signal)
      const trial = { snapshot, found, tag: vault.id, scratch: scratchContext(context) }
      const planned = await planFitting(trial, users, atMostMs)
      await lease.check()
      const restoredFrom = clock.now()
      try {
        const result = await carriedOut(trial.scratch, planned.plan)
        const restoreMs = clock.now() - restoredFrom
        const differences = await compare(trial, planned, result)
        return {
          snapshot: snapshot.manifest.snapshot,
          poolId,
          ok: result.failedCount === 0 && isExplained(differences),
          users: users.of,
          sampled: planned.sample.users.length,
          asked: Math.min(sample, users.of),
          leftOut: planned.configuration.leftOut,
          done: result.done,
          failedCount: result.failedCount,
          fidelity: result.fidelity,
          notes: result.notes,
          differences,
          mau: result.mau,
          tier: 'LITE',
          restoreMs,
          durationMs: clock.now() - startedAt,
          estimate: await estimateWhole(trial, planned.sample),
          scratchPool: result.poolId,
          leftOvers,
        }
      } finally {
        await cleanUp(trial, planned.plan)
      }
    }),
  )
}

interface Trial {
  readonly snapshot: Snapshot
  readonly found: ResourceSet
  /** The vault's id: whose drills a scratch pool is of. */
  readonly tag: string
  readonly scratch: CognitoContext
}

interface PlannedTrial {
  readonly plan: PlannedRestore
  readonly sample: Sample
  readonly configuration: DrillConfiguration
  readonly wanted: Snapshot
}

/** What a drill writes beside the scratch pool, it forgets: the plan, the journal, the snapshot of the pool. */
function scratchContext(context: CognitoContext): CognitoContext {
  const hidden = [RESTORES_PREFIX, LEASES_PREFIX]
  const store = changeStored(context.store, (stored) =>
    createOverlayStore(stored, createMemoryStore(context.clock, stored.url), hidden),
  )
  return { ...context, store, checkReference: undefined }
}

/** Plans for the whole sample, or for as much of it as there is time for. */
async function planFitting(trial: Trial, sample: Sample, atMostMs: number): Promise<PlannedTrial> {
  let fitting = sample
  for (;;) {
    const planned = await planTrial(trial, fitting)
    const tooLong = (planned.plan.header.etaSeconds * 1000) / atMostMs
    if (tooLong <= 1 || fitting.users.length <= 1) return planned
    const most = Math.max(1, Math.floor((fitting.users.length / tooLong) * 0.9))
    fitting = { users: fitting.users.slice(0, most), of: sample.of }
  }
}

async function planTrial(trial: Trial, sample: Sample): Promise<PlannedTrial> {
  const { snapshot, found, scratch, tag } = trial
  const populated = new Set(sample.users.flatMap(({ groups }) => groups))
  const configuration = drillConfiguration(found, populated, tag)
  const wanted = sampledSnapshot(snapshot, sample, configuration.resources)
  const plan = await planInto(scratch, wanted, configuration.resources)
  return { plan, sample, configuration, wanted }
}

async function planInto(
  context: CognitoContext,
  wanted: Snapshot,
  resources: ResourceSet,
): Promise<PlannedRestore> {
  const now = context.clock.now()
  const run = openRun(context.store, newRunId(now, context.random))
  await run.begin(isoTime(now))
  const request: RestoreRequest = {
    snapshot: wanted.manifest.snapshot,
    target: { mode: 'new-pool', poolName: `${SCRATCH_NAME}${run.runId}` },
    // The account has one import job at a time, which is left to others.
    engine: { kind: 'api' },
  }
  const from = { region: context.api.region, account: undefined }
  return makePlan(context, request, run, {
    wanted,
    target: undefined,
    found: resources,
    chosen: { resources, references: [], notes: [], from },
    reachOf: () => ({ reach: everything, limits: () => ({}) }),
  })
}

async function carriedOut(scratch: CognitoContext, plan: PlannedRestore): Promise<RestoreResult> {
  const result = await carryOut(scratch, plan, 'execute')
  if (result === undefined) throw new CodedError('INTERNAL', 'a drill ended without a result')
  return result
}

async function compare(
  { scratch }: Trial,
  { wanted }: PlannedTrial,
  { runId, poolId }: RestoreResult,
): Promise<Unexplained> {
  const pool = await requirePool(scratch.api, poolId, scratch.signal)
  const { snapshot: live } = await takeSnapshot(scratch, await openVault(scratch.store), pool, 'diff')
  const { users, resources } = await diffSnapshots(scratch, wanted, live)
  const lines = []
  for await (const line of (await fidelityReport(scratch, runId)).lines) lines.push(line)
  return unexplained([...users.added, ...users.removed, ...users.changed], resources, lines)
}

/**
 * The plan of everything: the whole configuration as it is, and the calls for the sample as often as it goes into the whole.
 */
async function estimateWhole(
  { snapshot, found, scratch }: Trial,
  sample: Sample,
): Promise<DrillReport['estimate']> {
  const wanted = sampledSnapshot(snapshot, sample, found)
  const { header } = await planInto(scratch, wanted, found)
  const times = sample.users.length === 0 ? 0 : sample.of / sample.users.length
  const operations = Object.entries(header.summary.operations).map(([operation, n]): [string, number] => [
    operation,
    operation.startsWith('Admin') ? Math.round(n * times) : n,
  ])
  return {
    seconds: Math.ceil(etaMs(new Map(operations), scratch.budget) / 1000),
    operations: operations.reduce((sum, [, n]) => sum + n, 0),
    mau: Math.round(header.summary.mau * times),
  }
}

/** Also after an abort: the pool that was made goes, whether the run came to know of it or not. */
async function cleanUp({ scratch, tag }: Trial, { header }: PlannedRestore): Promise<void> {
  const { api, store, clock } = scratch
  try {
    const poolId = await poolOf(store, clock, openRun(store, header.runId), header)
    const isGone = poolId !== undefined && (await deleteScratchPool(api, poolId, tag))
    if (!isGone) await deleteScratchPools(api, tag)
  } catch (cause) {
    const name = header.target.poolName ?? SCRATCH_NAME
    throw new CodedError('COGNITO_FAILED', `the scratch pool ${name} could not be deleted`, {
      value: name,
      hint: 'the next drill deletes it; each month that it lives costs nothing unless somebody signs in to it',
      cause,
    })
  }
}

/** There is no run to resume: nothing of it is in the vault. */
async function explaining<T>(
  region: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await explainingFailures({ region, signal }, work)
  } catch (error) {
    if (!(error instanceof CodedError) || error.code === 'LOCKED') throw error
    const { code, message, value, hint = '', cause } = error
    const mend = /^(allow [^,]+|renew [^,]+|check [^,]+)/.exec(hint)?.[0] ?? 'mend the cause'
    throw new CodedError(code, message, {
      hint: `${mend}, then drill again; the scratch pool is deleted in any case`,
      ...(value === undefined ? {} : { value }),
      cause,
    })
  }
}
