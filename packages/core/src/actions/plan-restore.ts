import { readResources, noResources, withoutKinds, type ResourceSet } from '../cognito/resource-set.js'
import { object, text } from '../cognito/canonical-body.js'
import { CognitoError } from '../cognito/cognito-api.js'
import { describeDomain } from '../cognito/resources/domain.js'
import { kindsNamed, RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import { loginRules } from '../diff/login.js'
import { unrecorded } from '../diff/unrecorded.js'
import { etaMs } from '../limiter/eta.js'
import { CodedError, hasCode } from '../model/errors.js'
import { isoTime, newRunId } from '../model/ids.js'
import { planRestore, type PlannedState } from '../restore/plan.js'
import type { PlanOptions } from '../restore/plan-options.js'
import { checkMatched, checkNames, checkScope } from '../restore/reach/check-scope.js'
import type { Scope } from '../restore/reach/scope.js'
import type { Reach } from '../restore/reach/reach.js'
import { type ScopeOf, scopeReach } from '../restore/reach/scope-reach.js'
import type { PlannedChange } from '../restore/planned-change.js'
import type { RunHeader, RunLimits } from '../restore/run-header.js'
import { openRun, type RunStore } from '../restore/run-store.js'
import { unfinishedRuns, type UnreadableRun, unreadableRuns } from '../restore/runs.js'
import { withReleases } from '../restore/addresses/with-releases.js'
import { createSorter } from '../sorting/external-sort.js'
import { storePlan } from '../restore/store-plan.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import type { Snapshot } from '../vault/snapshots.js'
import { openVault, type Vault } from '../vault/vault.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext } from './context.js'
import { joinUsers, viewsOf } from './joined-users.js'
import { requirePool } from './pool.js'
import { madeAgain, type MadeAgain, nothingMadeAgain } from './successors.js'
import { takeSnapshot } from './take-snapshot.js'

/** Where a snapshot is to be restored to. */
export type RestoreTarget =
  | { readonly mode: 'new-pool'; readonly poolName: string }
  | { readonly mode: 'existing-pool'; readonly poolId: string }
  | { readonly mode: 'in-place' }

/** What is to be restored, where to, and how far. */
export interface RestoreRequest extends Partial<Omit<PlanOptions, 'mode'>> {
  /** As a person names it: an id, a unique prefix, `latest`, `latest:POOLID`. */
  readonly snapshot: string
  readonly target: RestoreTarget
  /** What the restore is limited to; everything where nothing is said. */
  readonly scope?: Scope
}

/** A plan that is stored and waits for approval. */
export interface PlannedRestore {
  readonly header: RunHeader
  /** What it does to a pool that lives, by name; never a value. Of users the first thousand, the deleted before others. */
  readonly changes: readonly PlannedChange[]
  /** Runs to the same place that were approved and have not come to their end: `resume` goes on with them. */
  readonly unfinished: readonly string[]
  /** Runs that may have restored to the same place, and of which what they made cannot be read: it is not known again. */
  readonly unreadableRuns: readonly UnreadableRun[]
}

/**
 * Makes and stores the plan of a restore. Of a pool that exists a snapshot is taken first: the plan is made from it, and
 * it is what the restore can be undone to. Nothing is written to Cognito.
 *
 * @throws CodedError `SNAPSHOT_NOT_FOUND`, `POOL_NOT_FOUND`, `SNAPSHOT_INCOMPLETE` when the target's people cannot be read, …
 */
export async function planRestoreRun(
  context: CognitoContext,
  request: RestoreRequest,
): Promise<PlannedRestore> {
  const { scope = {} } = request
  checkScope(scope, request.target.mode)
  const vault = await openVault(context.store)
  const wanted = await findSnapshot(vault, request.snapshot)
  const now = context.clock.now()
  const run = openRun(context.store, newRunId(now, context.random))
  await run.begin(isoTime(now))
  const target = await readTarget(context, vault, request.target, wanted)
  return explainingFailures({ region: context.api.region, signal: context.signal }, () =>
    makePlan(context, request, run, wanted, target, (of) => reachOf(scope, of)),
  )
}

/** What a plan is about, once both sides are known, and what is to be said of it when the plan is made. */
export interface PlannedReach {
  readonly reach: Reach
  readonly limits: () => RunLimits
}

function reachOf(scope: Scope, of: ScopeOf): PlannedReach {
  checkNames(scope, of.wanted, of.current)
  const reach = scopeReach(scope, of)
  const { users, ...rest } = scope
  const limits = (): RunLimits => {
    const unmatched = reach.unmatched()
    checkMatched(scope, unmatched)
    return {
      ...(users === undefined ? {} : { users: users.length, unmatched: unmatched.map((place) => place + 1) }),
      ...(JSON.parse(JSON.stringify(rest)) as RunLimits),
    }
  }
  return { reach, limits }
}

/** Makes and stores the plan that brings a target to a snapshot's state, as far as the restore reaches. */
export async function makePlan(
  context: CognitoContext,
  request: RestoreRequest,
  run: RunStore,
  wanted: Snapshot,
  target: Snapshot | undefined,
  reachOf: (of: ScopeOf) => PlannedReach,
): Promise<PlannedRestore> {
  const poolId = target?.manifest.pool.id
  const unread = target?.manifest.missing ?? []
  const unrecordedThen = unrecorded(wanted.manifest)
  const unreadKinds = kindsNamed(new Set([...unread, ...unrecordedThen].map(({ resource }) => resource)))
  const resources = withoutKinds(await readResources(wanted.read('resources')), unreadKinds)
  const current =
    target === undefined
      ? noResources
      : withoutKinds(await readResources(target.read('resources')), unreadKinds)
  const samePool = poolId === wanted.manifest.pool.id
  const again = samePool ? await madeAgain(context, poolId) : nothingMadeAgain
  if (request.deleteExtra === true) refuseToDelete(wanted, again)
  const users = usersOf(context, wanted, target, current, again)
  const { reach, limits } = reachOf({
    wanted: resources,
    current,
    makesPool: target === undefined,
    rules: rulesOf(target === undefined ? resources : current),
    samePool,
  })
  const planned = planRestore({
    wanted: { resources, users: users.wanted },
    current: { resources: current, users: users.current },
    options: {
      mode: request.target.mode,
      deleteExtra: request.deleteExtra ?? false,
      deleteNewer: request.deleteNewer ?? false,
      noWidening: request.noWidening ?? false,
    },
    snapshot: { complete: wanted.manifest.complete, takenAt: wanted.manifest.window.from },
    pairing: { samePool, successors: again.resources },
    targetPoolId: poolId,
    domainsHeld: await domainsHeld(context, resources, poolId),
    notApplicable: kindsNamed(new Set(target?.manifest.notApplicable.map(({ resource }) => resource))),
    reach,
  })
  const steps = withReleases(planned, {
    unique: uniqueAttributes(current),
    caseSensitive: rulesOf(current).caseSensitive,
    sorter: createSorter({ tempDirectory: context.tempDirectory, duplicates: 'keep' }),
  })
  const { header, changes } = await storePlan(run, steps, {
    createdAt: context.clock.now(),
    snapshot: { id: wanted.manifest.snapshot, poolId: wanted.manifest.pool.id },
    target: {
      mode: request.target.mode,
      region: context.api.region,
      rules: rulesOf(target === undefined ? resources : current),
      ...minimumPasswordLength(target === undefined ? resources : current),
      ...(target === undefined
        ? {}
        : { poolId: target.manifest.pool.id, snapshot: target.manifest.snapshot }),
      ...(request.target.mode === 'new-pool' ? { poolName: request.target.poolName } : {}),
    },
    missing: [...wanted.manifest.missing, ...unrecordedThen],
    unread,
    wantedCount: wanted.manifest.streams.users.records + countResources(resources),
    reached: () => ({ limits: limits(), leftOut: reach.leftOut }),
    triggers: Object.keys(object(current.one('pool')?.body ?? {}, 'LambdaConfig') ?? {}),
    etaMs: (operations) => etaMs(operations, context.budget),
    sink: context.sink,
  })
  const named = request.target.mode === 'new-pool' ? [] : changes
  return {
    header,
    changes: named,
    unfinished: await unfinishedRuns(context.store, header.snapshot.poolId, header.target),
    unreadableRuns: samePool ? again.unreadable : await unreadableElsewhere(context),
  }
}

/** What a run made again is extra to whoever cannot read that run. */
function refuseToDelete({ manifest }: Snapshot, { unreadable: [run] }: MadeAgain): void {
  if (run === undefined) return
  throw new CodedError(
    run.code,
    `nothing extra can be deleted while ${run.runId} cannot be read: ${run.reason}`,
    {
      value: run.runId,
      hint: `what that run made again would be deleted with it; without --delete-extra: cognito-vault restore ${manifest.snapshot} --in-place`,
    },
  )
}

/** Into another pool nothing was made again by id; a restore to the same place may be under way all the same. */
async function unreadableElsewhere({ store, sink }: CognitoContext): Promise<UnreadableRun[]> {
  const runs = await unreadableRuns(store)
  for (const { runId, reason } of runs) sink({ code: 'run.unreadable', runId, reason })
  return runs
}

/** Takes the snapshot of the target from which a plan is made; `undefined` where the plan makes the target. */
export async function readTarget(
  context: CognitoContext,
  vault: Vault,
  target: RestoreTarget,
  wanted: Snapshot,
): Promise<Snapshot | undefined> {
  if (target.mode === 'new-pool') return undefined
  const poolId = target.mode === 'in-place' ? wanted.manifest.pool.id : target.poolId
  const pool = await requireTarget(context, poolId, wanted)
  const { snapshot } = await takeSnapshot(context, vault, pool, 'restore')
  const blind = snapshot.manifest.missing.find(({ resource }) => /^(users|groups|members)/.test(resource))
  if (blind === undefined) return snapshot
  throw new CodedError(
    'SNAPSHOT_INCOMPLETE',
    `the ${blind.resource} of ${poolId} cannot be read (${blind.reason})`,
    {
      value: blind.operation,
      hint: 'a plan made without them could overwrite what is there; nothing was changed',
    },
  )
}

async function requireTarget(
  context: CognitoContext,
  poolId: string,
  wanted: Snapshot,
): ReturnType<typeof requirePool> {
  try {
    return await requirePool(context.api, poolId, context.signal)
  } catch (error) {
    if (!hasCode(error, 'POOL_NOT_FOUND')) throw error
    const { snapshot, pool } = wanted.manifest
    throw new CodedError('POOL_NOT_FOUND', error.message, {
      value: poolId,
      hint: `if the pool was deleted: cognito-vault restore ${snapshot} --to-new-pool "${pool.name}"`,
      cause: error,
    })
  }
}

function usersOf(
  context: CognitoContext,
  wanted: Snapshot,
  target: Snapshot | undefined,
  current: ResourceSet,
  again: MadeAgain,
): { wanted: PlannedState['users']; current: PlannedState['users'] } {
  if (target === undefined) return { wanted: viewsOf(wanted), current: nobody() }
  const joined = joinUsers(context, wanted, target, rulesOf(current), again)
  return { wanted: joined.left, current: joined.right }
}

async function* nobody(): PlannedState['users'] extends AsyncIterable<infer T> ? AsyncGenerator<T> : never {
  // A pool that is not there has no users.
}

function rulesOf(resources: ResourceSet): RunHeader['target']['rules'] {
  const { usernameAttributes, caseSensitive } = loginRules(resources.one('pool')?.body ?? {})
  return { usernameAttributes: [...usernameAttributes], caseSensitive }
}

/** The attributes that stand for their user, so that no two users of a pool can have the same of one. */
function uniqueAttributes(resources: ResourceSet): string[] {
  const pool = resources.one('pool')?.body ?? {}
  return [pool['UsernameAttributes'], pool['AliasAttributes']].flatMap((names) =>
    Array.isArray(names) ? names.map(String) : [],
  )
}

function minimumPasswordLength(resources: ResourceSet): { minimumPasswordLength?: number } {
  const policies = object(resources.one('pool')?.body ?? {}, 'Policies') ?? {}
  const length = object(policies, 'PasswordPolicy')?.['MinimumLength']
  return typeof length === 'number' ? { minimumPasswordLength: length } : {}
}

function countResources(resources: ResourceSet): number {
  return RESOURCE_KINDS.reduce((sum, { kind }) => sum + resources.of(kind).length, 0)
}

/** The domains of the snapshot that another pool has now: a domain is unique in its Region. */
async function domainsHeld(
  context: CognitoContext,
  resources: ResourceSet,
  poolId: string | undefined,
): Promise<ReadonlySet<string>> {
  const held = new Set<string>()
  for (const { name } of resources.of('domain')) {
    try {
      const holder = text((await describeDomain(context.api, name)) ?? {}, 'UserPoolId')
      if (holder !== '' && holder !== poolId) held.add(name)
    } catch (error) {
      // An endpoint without domains refuses to make one as well, and the report will say so.
      if (!(error instanceof CognitoError) || error.outcome !== 'refused') throw error
    }
  }
  return held
}
