import { pairResources, type Pairing, type ResourcePair, type ResourceSet } from '../cognito/resource-set.js'
import { clientRef, type PlannedOperation, ref } from '../cognito/operation.js'
import { clientKind } from '../cognito/resources/client.js'
import { identityPoolKind } from '../cognito/resources/identity-pool.js'
import { clientSecretsKind } from '../cognito/resources/client-secrets.js'
import { clientIdIn } from '../cognito/resources/client-name.js'
import { addAttributes, finishPool, writableTags } from '../cognito/resources/pool.js'
import type { FoundResource, ResourceKind } from '../cognito/resources/resource-kind.js'
import { object, without } from '../cognito/canonical-body.js'
import { isObject, type JsonObject, type JsonValue, sameJson } from '../model/canonical.js'
import { parseResourceKey, resourceKey } from '../model/records.js'
import type { Note } from './fidelity-notes.js'
import { clientsOfTarget, isNotMade, pointIdentityPool } from './plan-identity-pools.js'
import { planExtraResource } from './plan-extras.js'
import type { SnapshotFacts } from './plan-options.js'
import { providersThatCannotBeMade, withoutProviders } from './plan-providers.js'
import { isElsewhere } from './reach/elsewhere-reach.js'
import {
  membersLeft,
  notesOfSecrets,
  notesOfNew,
  notesOfOtherId,
  obstacleTo,
  obstacleToSetting,
} from './resource-notes.js'
import type { Phase, Step, Successor } from './step.js'
import { type TargetFacts, targetFacts, type TargetPlanning } from './target-facts.js'

export interface ResourcePlanning extends TargetPlanning {
  readonly snapshot: SnapshotFacts
  readonly pairing: Pairing
  /** The pool that is restored into, where it exists. */
  readonly targetPoolId: string | undefined
  /** What only the target has, and the restore does not reach, by the keys of its records. */
  readonly passedBy?: ReadonlySet<string>
  /** What is to be said beside what the plan finds, by the same keys. */
  readonly told?: ReadonlyMap<string, readonly Note[]>
}

/** The steps for the configuration. Pure; yields nothing for what is as the snapshot has it. */
export function* planResources(
  wanted: ResourceSet,
  current: ResourceSet,
  planning: ResourcePlanning,
): Generator<Step> {
  const lacking = providersThatCannotBeMade(wanted, current)
  const facts = targetFacts(wanted, current, planning)
  const clients = clientsOfTarget(current)
  const seen = new Set<string>()
  for (const pair of pairResources(wanted, current, planning.pairing)) {
    const { kind, wanted: asFound, current: now } = pair
    seen.add(resourceKey(kind.kind, (asFound ?? now)?.name ?? ''))
    if (asFound === undefined) {
      if (now !== undefined) yield* planExtra(kind, now, planning)
      continue
    }
    const told = planning.told?.get(resourceKey(kind.kind, asFound.name)) ?? []
    if (isElsewhere(told)) {
      yield stepOf(kind, asFound, { operations: [], notes: told })
      continue
    }
    const { resource, notes } =
      kind === identityPoolKind
        ? pointIdentityPool(asFound, { ...planning, wanted, clients })
        : withoutProviders(kind, asFound, lacking)
    const step =
      now !== undefined
        ? planPresentResource({ kind, wanted: resource, current: now }, planning, facts)
        : isNotMade(notes)
          ? undefined
          : planNewResource({ ...pair, wanted: resource }, planning, facts, tagsOf(wanted))
    if (kind === clientKind) clients.note(resource.name, now?.name, step)
    const all = [...(step?.notes ?? []), ...notes, ...told]
    if (step !== undefined) yield { ...step, notes: all }
    else if (all.length > 0) yield stepOf(kind, resource, { operations: [], notes: all })
  }
  // Of what neither side has here, because the restore does not make it, there is only something to say.
  for (const [key, notes] of planning.told ?? []) {
    const { kind, name } = parseResourceKey(key)
    if (!seen.has(key)) yield { phase: kind as Phase, subject: { kind, id: name }, operations: [], notes }
  }
  const pool = wanted.one('pool')
  if (planning.options.mode === 'new-pool' && pool !== undefined) {
    const operations = finishPool(pool.body, tagsOf(wanted))
    yield { phase: 'finish', subject: { kind: 'pool', id: '' }, operations, notes: [] }
  }
}

/** What becomes of what only the target has, where the restore reaches it. */
function* planExtra(kind: ResourceKind, now: FoundResource, planning: ResourcePlanning): Generator<Step> {
  const key = resourceKey(kind.kind, now.name)
  if (planning.passedBy?.has(key) !== true) {
    yield* planExtraResource(kind, now, planning)
    return
  }
  const notes = planning.told?.get(key)
  const subject = { kind: kind.kind, id: now.name }
  if (notes !== undefined) yield { phase: 'delete', subject, operations: [], notes }
}

function stepOf(
  kind: ResourceKind,
  { name }: FoundResource,
  what: Pick<Step, 'operations' | 'notes'> & { readonly successor?: Successor | undefined },
): Step {
  const { successor, ...rest } = what
  return {
    phase: kind.kind as Phase,
    subject: { kind: kind.kind, id: name },
    ...rest,
    ...(successor === undefined ? {} : { successor }),
  }
}

/** The tags of a pool, as CreateUserPool and UpdateUserPool take them. */
function tagsOf(set: ResourceSet): JsonObject {
  return object(set.one('tags')?.body ?? {}, 'Tags') ?? {}
}

function planNewResource(
  { kind, wanted, clientId }: ResourcePair & { readonly wanted: FoundResource },
  planning: ResourcePlanning,
  facts: TargetFacts,
  tags: JsonObject,
): Step {
  const { noWidening, mode } = planning.options
  const options = { lives: mode !== 'new-pool', clientId: clientToWrite(kind, wanted, clientId) }
  // Of a deleted client nothing is made again where the client is not.
  if (noWidening && options.lives && isObject(options.clientId))
    return stepOf(kind, wanted, { operations: [], notes: [{ code: 'client-not-made' }] })
  const asItWas = kind.create(wanted, { ...options, noWidening: false })
  const obstacle = obstacleTo(kind, wanted, planning.domainsHeld, facts)
  if (obstacle !== undefined && asItWas.length > 0)
    return stepOf(kind, wanted, { operations: [], notes: [obstacle] })
  const isNarrowed = noWidening && asItWas.some((operation) => operation.widens !== undefined)
  const operations = isNarrowed ? kind.create(wanted, { ...options, noWidening }) : asItWas
  if (isNarrowed && operations.length === 0)
    return stepOf(kind, wanted, { operations, notes: [{ code: 'not-made-again' }] })
  const notes = notesOfNew(kind, wanted, facts)
  return stepOf(kind, wanted, {
    operations: mode === 'new-pool' ? withTags(kind, operations, tags) : operations,
    notes: isNarrowed ? [...notes, { code: 'widening-left-out' }] : notes,
  })
}

/** The client that a request for a new resource names: the target's, or the one that the plan makes. */
function clientToWrite(
  kind: ResourceKind,
  { name }: FoundResource,
  present: string | undefined,
): JsonValue | undefined {
  const client = kind.ofClients === true ? clientIdIn(name) : undefined
  return client === undefined ? undefined : (present ?? ref(clientRef(client)))
}

/** A new pool is made with its tags, which policies may ask for; there is nothing left to do for them then. */
function withTags(
  kind: ResourceKind,
  operations: readonly PlannedOperation[],
  tags: JsonObject,
): readonly PlannedOperation[] {
  if (kind.kind === 'tags') return []
  if (kind.kind !== 'pool') return operations
  return operations.map((operation) => ({
    ...operation,
    input: {
      ...operation.input,
      UserPoolTags: { ...writableTags(tags), ...object(operation.input, 'UserPoolTags') },
    },
  }))
}

type PresentResource = ResourcePair & { readonly wanted: FoundResource; readonly current: FoundResource }

/** The step for what the target has; `undefined` where there is nothing to do or to say. */
function planPresentResource(
  pair: PresentResource,
  planning: ResourcePlanning,
  facts: TargetFacts,
): Step | undefined {
  const { kind, wanted, current } = pair
  const { samePool } = planning.pairing
  // Whoever restores into another pool has named it.
  const ignored = kind.kind === 'pool' && !samePool ? ['Name'] : []
  const settable = (body: JsonObject): JsonObject => without(kind.settable(body), ignored)
  const [a, b] = [settable(wanted.body), settable(current.body)]
  const what = sameJson(a, b) ? { operations: [], notes: [] } : planChanges(pair, a, b, planning, facts)
  const notes = [...notesOfOtherId(kind, wanted, current, samePool), ...what.notes]
  const id = kind.kind === 'pool' && !samePool ? planning.targetPoolId : current.name
  // What belongs to a client has no id of its own.
  const isSame = id === undefined || id === wanted.name || kind.ofClients === true
  const successor = isSame ? undefined : { id }
  if (what.operations.length === 0 && notes.length === 0) return undefined
  return stepOf(kind, wanted, { operations: what.operations, notes, successor })
}

function planChanges(
  { kind, wanted, current }: PresentResource,
  a: JsonObject,
  b: JsonObject,
  { options }: ResourcePlanning,
  facts: TargetFacts,
): Pick<Step, 'operations' | 'notes'> {
  const onlyAdds = options.mode === 'existing-pool'
  const obstacle = onlyAdds ? undefined : obstacleToSetting(kind, wanted, facts)
  if (obstacle !== undefined) return { operations: [], notes: [obstacle] }
  if (!onlyAdds && kind === clientSecretsKind)
    return { operations: [], notes: [notesOfSecrets(wanted.body, current.body)] }
  const adding = kind.kind === 'pool' ? addAttributes(wanted, current) : []
  const planned = onlyAdds ? adding : kind.update(wanted, current)
  const operations = planned.filter((operation) => !(options.noWidening && operation.widens !== undefined))
  const notes: Note[] = operations.length < planned.length ? [{ code: 'widening-left-out' }] : []
  const left = membersLeft(kind, a, b, operations)
  if (onlyAdds) {
    if (left.length > 0) notes.push({ code: 'left-as-it-is', detail: left.join(', ') })
    return { operations, notes }
  }
  if (kind.kind === 'client' && left.includes('ClientSecret')) notes.push({ code: 'client-secret-left' })
  const others = left.filter((member) => member !== 'ClientSecret')
  if (others.length > 0)
    notes.push({ code: kind.kind === 'tags' ? 'tags-left' : 'setting-left', detail: others.join(', ') })
  return { operations, notes }
}
