import type { ResourceSet } from '../cognito/resource-set.js'
import type { FoundResource } from '../cognito/resources/resource-kind.js'
import { objects, text } from '../cognito/canonical-body.js'
import { loginRules } from '../diff/login.js'
import type { JsonObject } from '../model/canonical.js'
import type { UserView } from '../diff/user-view.js'
import { resourceKey } from '../model/records.js'
import { mergeJoin } from '../sorting/merge-join.js'
import { type EnginePlanning, engineRules } from './engines/engine-planning.js'
import { factorsAllowedBy } from './mfa-factors.js'
import { recoveryRules } from './locked-out.js'
import { providersOfTarget } from './plan-links.js'
import { mfaOfTarget } from './plan-mfa.js'
import { addingKeptSub, isMissing, withKeptSub } from './keep-sub.js'
import type { PlanOptions } from './plan-options.js'
import { planResources, type ResourcePlanning } from './plan-resources.js'
import { planUsers } from './plan-users.js'
import type { Reach } from './reach/reach.js'
import type { Step } from './step.js'

/** One of the two states that a plan is made from. */
export interface PlannedState {
  readonly resources: ResourceSet
  /** Ascending by the key that the users of both states are joined by. */
  readonly users: AsyncIterable<UserView>
}

export interface PlanInput extends ResourcePlanning {
  /** The resources as far as the restore reaches. */
  readonly wanted: PlannedState
  /** The target as it was a moment ago; empty where it is to be made. */
  readonly current: PlannedState
  /** What of the users of the two states the restore is about. */
  readonly reach: Pick<Reach, 'users'>
  /** Whether a user of the snapshot is on the vault's erasure list; without it nobody is. */
  readonly isErased?: (view: UserView) => boolean
}

/**
 * The steps that bring a target to a snapshot's state. A pure function of the two states and the options: the printed
 * plan, the dry run and the execution are what it yields. Steps come phase by phase but for those of users, among whom
 * deletions stand where the users are, and for what a user turns out to need.
 */
export async function* planRestore(input: PlanInput): AsyncGenerator<Step> {
  const { current, options, pairing, reach } = input
  const { wanted, told, adding } = keepingSubs(input)
  yield* planResources(wanted, current.resources, { ...input, told })
  const targetPool = options.mode === 'new-pool' ? wanted.one('pool') : current.resources.one('pool')
  const users = planUsers(reach.users(mergeJoin(input.wanted.users, current.users)), {
    options,
    snapshot: input.snapshot,
    rules: loginRules(targetPool?.body ?? {}),
    groups: new Set([...current.resources.of('group'), ...wanted.of('group')].map((group) => group.name)),
    roles: rolesOfGroups(wanted, current.resources, options),
    samePool: pairing.samePool,
    mutableAttributes: mutableAttributes(wanted, current.resources),
    recovery: recoveryRules(poolAsItWillBe(wanted, current.resources, options)),
    mfaFactors: factorsAllowedBy(wanted.one('mfa')?.body ?? {}, wanted.one('pool')?.body ?? {}),
    mfa: mfaOfTarget(wanted, current.resources, options),
    providers: providersOfTarget(wanted, current.resources, options),
    engine: engineOf(wanted, current.resources, options),
    isErased: input.isErased,
  })
  yield* adding === undefined ? users : addingKeptSub(users, adding)
}

/** A pool that is made has the attribute that keeps subs from the start; one that lives gets it when a user needs it. */
function keepingSubs({ wanted: { resources }, current, options, told = new Map() }: PlanInput): {
  readonly wanted: ResourceSet
  readonly told: NonNullable<ResourcePlanning['told']>
  readonly adding?: string
} {
  const { keepSub, mode } = options
  if (keepSub === undefined || !isMissing(keepSub, resources, current.resources))
    return { wanted: resources, told }
  if (mode !== 'new-pool') return { wanted: resources, told, adding: keepSub }
  const key = resourceKey('pool', '')
  const notes = [...(told.get(key) ?? []), { code: 'attribute-added', detail: keepSub } as const]
  return { wanted: withKeptSub(resources, keepSub), told: new Map([...told, [key, notes]]) }
}

/** The settings that the pool has when all is done: an existing pool keeps its own. */
function poolAsItWillBe(wanted: ResourceSet, current: ResourceSet, { mode }: PlanOptions): JsonObject {
  const [first, second] = mode === 'existing-pool' ? [current, wanted] : [wanted, current]
  return (first.one('pool') ?? second.one('pool'))?.body ?? {}
}

/** Which engines the target allows when users are made: a repair may have changed the pool by then, or may have failed to. */
function engineOf(wanted: ResourceSet, current: ResourceSet, options: PlanOptions): EnginePlanning {
  const { mode, engine = { kind: 'auto' } } = options
  const [then, now] = [wanted.one('pool')?.body ?? {}, current.one('pool')?.body ?? {}]
  // A snapshot that was imported has no settings to bring back.
  if (mode === 'in-place' && wanted.one('pool') !== undefined) return engineRules(engine, [now, then])
  return engineRules(engine, [mode === 'new-pool' ? then : now])
}

/** The roles of groups when users are put into them: the target's own, and those that the plan gives. */
function rolesOfGroups(
  wanted: ResourceSet,
  current: ResourceSet,
  options: PlanOptions,
): ReadonlyMap<string, string> {
  const roles = new Map<string, string>()
  const note = ({ name, body }: FoundResource): void => {
    if (text(body, 'RoleArn') !== '') roles.set(name, text(body, 'RoleArn'))
  }
  for (const group of current.of('group')) note(group)
  const present = new Set(current.of('group').map((group) => group.name))
  for (const group of wanted.of('group')) {
    const isGiven = options.mode === 'in-place' || !present.has(group.name)
    if (options.mode === 'new-pool' || (isGiven && !options.noWidening)) note(group)
  }
  return roles
}

/** The attributes of the target's schema, and those that the plan adds to it, that an existing user may be given. */
function mutableAttributes(wanted: ResourceSet, current: ResourceSet): ReadonlySet<string> {
  const schema = new Map<string, boolean>()
  for (const set of [wanted, current]) {
    for (const attribute of objects(set.one('pool')?.body ?? {}, 'SchemaAttributes')) {
      schema.set(text(attribute, 'Name'), attribute['Mutable'] !== false)
    }
  }
  return new Set([...schema].filter(([, mutable]) => mutable).map(([name]) => name))
}
