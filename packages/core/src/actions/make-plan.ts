import {
  noResources,
  readResources,
  type ResourceSet,
  withoutKinds,
  withResources,
} from '../cognito/resource-set.js'
import { object, text } from '../cognito/canonical-body.js'
import { CognitoError } from '../cognito/cognito-api.js'
import { describeDomain } from '../cognito/resources/domain.js'
import { identityPoolKind } from '../cognito/resources/identity-pool.js'
import { kindsNamed, RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import { loginRules } from '../diff/login.js'
import { unrecorded } from '../diff/unrecorded.js'
import { etaMs } from '../limiter/eta.js'
import { CodedError } from '../model/errors.js'
import { checkKeepSub, parseKeepSub } from '../restore/keep-sub.js'
import { withReleases } from '../restore/addresses/with-releases.js'
import { markMigrating, notesOfMigration, withMigrationFunction } from '../restore/migration.js'
import { passingByUnknown, withUnknownAsItIs } from '../restore/imported-snapshot.js'
import { isErased } from '../restore/erased-users.js'
import { planRestore, type PlannedState } from '../restore/plan.js'
import type { ResourcePlanning } from '../restore/plan-resources.js'
import { type LimitedResources, limitResources } from '../restore/reach/limit-resources.js'
import { leavingElsewhere } from '../restore/reach/elsewhere-reach.js'
import type { Reach } from '../restore/reach/reach.js'
import type { ScopeOf } from '../restore/reach/scope-reach.js'
import { withReferenceNotes } from '../restore/references/note-references.js'
import type { RunHeader, RunLimits } from '../restore/run-header.js'
import type { RunStore } from '../restore/run-store.js'
import { unfinishedRuns, type UnreadableRun, unreadableRuns } from '../restore/runs.js'
import { storePlan } from '../restore/store-plan.js'
import { createSorter } from '../sorting/external-sort.js'
import { readErasures } from '../vault/erasures.js'
import type { Snapshot } from '../vault/snapshots.js'
import type { CognitoContext } from './context.js'
import { joinUsers, viewsOf } from './joined-users.js'
import { type ChosenReferences, judgeReferences } from './plan-references.js'
import { importSettings, withHashes } from './planned-hashes.js'
import type { PlannedRestore, RestoreRequest } from './restore-request.js'
import { strayIdentityPools } from './stray-identity-pools.js'
import { madeAgain, type MadeAgain, nothingMadeAgain, resourcesMadeAgain } from './successors.js'

/** What a plan is about, once both sides are known, and what is to be said of it when the plan is made. */
export interface PlannedReach {
  readonly reach: Reach
  readonly limits: () => RunLimits
}

/** What a plan is made from. */
export interface PlanSources {
  readonly wanted: Snapshot
  readonly target: Snapshot | undefined
  /** The pool from which users are to come by themselves, as it is now. */
  readonly old?: Snapshot | undefined
  /** The configuration that the snapshot has, and with what was said of its references. */
  readonly found: ResourceSet
  readonly chosen: ChosenReferences
  /** What of the two sides the plan is about. */
  readonly reachOf: (of: ScopeOf) => PlannedReach
}

/** Makes and stores the plan that brings a target to a snapshot's state, as far as the restore reaches. */
export async function makePlan(
  context: CognitoContext,
  request: RestoreRequest,
  run: RunStore,
  { wanted, target, old, found, chosen, reachOf }: PlanSources,
): Promise<PlannedRestore> {
  const poolId = target?.manifest.pool.id
  const unread = target?.manifest.missing ?? []
  const unrecordedThen = unrecorded(wanted.manifest)
  const unreadKinds = kindsNamed(new Set([...unread, ...unrecordedThen].map(({ resource }) => resource)))
  const present =
    target === undefined
      ? noResources
      : withoutKinds(await readResources(target.read('resources')), unreadKinds)
  const known = withoutKinds(chosen.resources, unreadKinds)
  const resources = withUnknownAsItIs(known, present, wanted.manifest)
  const rules = rulesOf(target === undefined ? resources : present)
  const samePool = poolId === wanted.manifest.pool.id
  const again = await madeAgainIn(context, wanted, target)
  const strays = samePool ? await strayIdentityPools(context.api, resources, present, again.resources) : []
  const current = withResources(present, identityPoolKind.kind, strays)
  if (request.deleteExtra === true) refuseToDelete(wanted, again)
  const users = usersOf(context, wanted, { target, old }, current, again)
  const makesPool = target === undefined
  const { reach: asked, limits } = reachOf({ wanted: resources, current, makesPool, rules, samePool })
  const reach = leavingElsewhere(asked, strays)
  const pairing = { samePool, successors: again.resources }
  const limitedTo = passingByUnknown(
    limitResources(resources, current, pairing, reach),
    current,
    wanted.manifest,
  )
  const { wanted: limited, ...passing } =
    old === undefined ? limitedTo : migrating(limitedTo, current, request)
  const keepSub = request.keepSub === undefined ? undefined : parseKeepSub(request.keepSub)
  if (keepSub !== undefined) checkKeepSub(keepSub, limited, current)
  const engine = request.engine ?? { kind: 'auto' }
  const planning: ResourcePlanning = {
    options: {
      mode: request.target.mode,
      deleteExtra: request.deleteExtra ?? false,
      deleteNewer: request.deleteNewer ?? false,
      noWidening: request.noWidening ?? false,
      engine,
      ...(keepSub === undefined ? {} : { keepSub }),
    },
    snapshot: { complete: wanted.manifest.complete, takenAt: wanted.manifest.window.from },
    pairing,
    targetPoolId: poolId,
    domainsHeld: await domainsHeld(context, resources, poolId),
    notApplicable: kindsNamed(new Set(target?.manifest.notApplicable.map(({ resource }) => resource))),
    ...passing,
  }
  const { notes, ...outside } = await judgeReferences(context, chosen, limited, current, planning)
  const erasures = await readErasures(context.store)
  const plan = planRestore({
    wanted: { resources: limited, users: users.wanted },
    current: { resources: current, users: users.current },
    ...planning,
    reach,
    isErased: (view) => isErased(erasures, view, wanted.manifest.pool.id),
  })
  const steps = withReleases(withReferenceNotes(plan, notes), {
    unique: uniqueAttributes(current),
    caseSensitive: rules.caseSensitive,
    sorter: createSorter({ tempDirectory: context.tempDirectory, duplicates: 'keep' }),
  })
  const hashed = await withHashes(context, engine, steps)
  const { header, changes } = await storePlan(run, hashed.steps, {
    createdAt: context.clock.now(),
    snapshot: { id: wanted.manifest.snapshot, poolId: wanted.manifest.pool.id },
    target: {
      mode: request.target.mode,
      region: context.api.region,
      rules,
      ...minimumPasswordLength(target === undefined ? resources : current),
      ...(target === undefined
        ? {}
        : { poolId: target.manifest.pool.id, snapshot: target.manifest.snapshot }),
      ...(target === undefined || target.manifest.capture.mau === 0
        ? {}
        : { mauRead: target.manifest.capture.mau }),
      ...(request.target.mode === 'new-pool' ? { poolName: request.target.poolName } : {}),
    },
    missing: [...wanted.manifest.missing, ...unrecordedThen],
    unread,
    keepSub,
    migratesFrom: old?.manifest.pool.id,
    wantedCount: wanted.manifest.streams.users.records + countResources(withoutKinds(found, unreadKinds)),
    erasures: erasures.count,
    reached: () => ({ limits: limits(), leftOut: reach.leftOut }),
    triggers: Object.keys(object(current.one('pool')?.body ?? {}, 'LambdaConfig') ?? {}),
    etaMs: (operations) => etaMs(operations, context.budget),
    sink: context.sink,
    signal: context.signal,
    import: () => importSettings(engine, hashed.facts()),
  })
  const named = request.target.mode === 'new-pool' ? [] : changes
  return {
    header,
    changes: named,
    outside,
    leavesFactors: samePool && header.limits.undoes === undefined && leavesFactors(wanted, target),
    unfinished: await unfinishedRuns(context.store, header.snapshot.poolId, header.target),
    unreadableRuns: samePool ? again.unreadable : await unreadableElsewhere(context),
  }
}

function leavesFactors(wanted: Snapshot, target: Snapshot | undefined): boolean {
  const [then, now] = [wanted, target].map((side) => side?.manifest.streams.mfa)
  return then !== undefined && now === undefined
}

async function madeAgainIn(
  context: CognitoContext,
  wanted: Snapshot,
  target: Snapshot | undefined,
): Promise<MadeAgain> {
  if (target === undefined) return nothingMadeAgain
  const [from, to] = [wanted.manifest.pool.id, target.manifest.pool.id]
  return from === to ? madeAgain(context, from) : resourcesMadeAgain(context, from, to)
}

/** What of the configuration makes users come, and what is to be said of it. */
function migrating(
  limited: LimitedResources,
  current: ResourceSet,
  { target, migrationFunction }: RestoreRequest,
): LimitedResources {
  const makesPool = target.mode === 'new-pool'
  const pool = (makesPool ? limited.wanted : current).one('pool')?.body
  const told = new Map(limited.told)
  // The clients of a pool that lives are its own.
  const clients = makesPool ? limited.wanted : noResources
  for (const [key, notes] of notesOfMigration(clients, pool, migrationFunction))
    told.set(key, [...(told.get(key) ?? []), ...notes])
  const wanted =
    migrationFunction === undefined
      ? limited.wanted
      : withMigrationFunction(limited.wanted, migrationFunction)
  return { ...limited, wanted, told }
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

function usersOf(
  context: CognitoContext,
  wanted: Snapshot,
  { target, old }: Pick<PlanSources, 'target' | 'old'>,
  current: ResourceSet,
  again: MadeAgain,
): { wanted: PlannedState['users']; current: PlannedState['users'] } {
  const views = old === undefined ? viewsOf(wanted) : markMigrating(viewsOf(wanted), old.read('users'))
  if (target === undefined) return { wanted: views, current: nobody() }
  const joined = joinUsers(context, wanted, target, rulesOf(current), again, views)
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
