import { pairResources, type ResourcePair, type ResourceSet } from '../cognito/resource-set.js'
import type { PlannedOperation } from '../cognito/operation.js'
import { canKeepSecret } from '../cognito/resources/client.js'
import { finishPool, writableTags } from '../cognito/resources/pool.js'
import type { FoundResource, ResourceKind } from '../cognito/resources/resource-kind.js'
import { object, text } from '../cognito/canonical-body.js'
import { type JsonObject, sameJson } from '../model/canonical.js'
import type { Note } from './fidelity-notes.js'
import { planExtraResource } from './plan-extras.js'
import type { PlanOptions, SnapshotFacts } from './plan-options.js'
import type { Phase, Step } from './step.js'

export interface ResourcePlanning {
  readonly options: PlanOptions
  readonly snapshot: SnapshotFacts
  /** Whether the target is the snapshot's own pool, where ids are the same. */
  readonly samePool: boolean
  /** Domains of the snapshot that belong to other pools now. */
  readonly domainsHeld: ReadonlySet<string>
}

/** The steps for the configuration. Pure; yields nothing for what is as the snapshot has it. */
export function* planResources(
  wanted: ResourceSet,
  current: ResourceSet,
  planning: ResourcePlanning,
): Generator<Step> {
  for (const pair of pairResources(wanted, current, planning.samePool)) {
    if (pair.wanted === undefined) {
      if (pair.current !== undefined) yield* planExtraResource(pair.kind, pair.current, planning)
    } else if (pair.current === undefined)
      yield* planNewResource(pair.kind, pair.wanted, planning, tagsOf(wanted))
    else yield* planChangedResource(pair, planning)
  }
  const pool = wanted.one('pool')
  if (planning.options.mode === 'new-pool' && pool !== undefined) {
    const operations = finishPool(pool.body, tagsOf(wanted))
    yield { phase: 'finish', subject: { kind: 'pool', id: '' }, operations, notes: [] }
  }
}

/** The tags of a pool, as CreateUserPool and UpdateUserPool take them. */
function tagsOf(set: ResourceSet): JsonObject {
  return object(set.one('tags')?.body ?? {}, 'Tags') ?? {}
}

function* planNewResource(
  kind: ResourceKind,
  wanted: FoundResource,
  planning: ResourcePlanning,
  tags: JsonObject,
): Generator<Step> {
  const subject = { kind: kind.kind, id: wanted.name }
  const phase = kind.kind as Phase
  const obstacle = obstacleTo(kind, wanted, planning)
  if (obstacle !== undefined) yield { phase, subject, operations: [], notes: [obstacle] }
  else
    yield {
      phase,
      subject,
      operations: createOperations(kind, wanted, planning, tags),
      notes: notesOfNew(kind, wanted),
    }
}

/** A new pool is made with its tags, which policies may ask for; there is nothing left to do for them then. */
function createOperations(
  kind: ResourceKind,
  wanted: FoundResource,
  planning: ResourcePlanning,
  tags: JsonObject,
): readonly PlannedOperation[] {
  if (kind.kind === 'tags' && planning.options.mode === 'new-pool') return []
  const operations = kind.create(wanted)
  if (kind.kind !== 'pool') return operations
  return operations.map((operation) => ({
    ...operation,
    input: {
      ...operation.input,
      UserPoolTags: { ...writableTags(tags), ...object(operation.input, 'UserPoolTags') },
    },
  }))
}

function obstacleTo(kind: ResourceKind, wanted: FoundResource, planning: ResourcePlanning): Note | undefined {
  if (kind.kind === 'domain' && planning.domainsHeld.has(wanted.name)) return { code: 'domain-held' }
  const details = object(wanted.body, 'ProviderDetails')
  const isApple = text(wanted.body, 'ProviderType') === 'SignInWithApple'
  return isApple && details?.['private_key'] === undefined ? { code: 'apple-key' } : undefined
}

function notesOfNew(kind: ResourceKind, { body }: FoundResource): Note[] {
  if (kind.kind === 'pool') return [{ code: 'new-pool-id' }]
  if (kind.kind === 'client') {
    return [
      { code: 'new-client-id' },
      ...(canKeepSecret(body) ? [] : [{ code: 'client-secret-new' } as const]),
    ]
  }
  if (kind.kind === 'domain' && object(body, 'CustomDomainConfig')?.['CertificateArn'] !== undefined) {
    return [{ code: 'custom-domain-dns' }]
  }
  return text(body, 'ProviderType') === 'SAML' ? [{ code: 'saml-registration' }] : []
}

function* planChangedResource(
  { kind, wanted, current }: ResourcePair,
  planning: ResourcePlanning,
): Generator<Step> {
  if (wanted === undefined || current === undefined) return
  const [a, b] = [kind.settable(wanted.body), kind.settable(current.body)]
  if (sameJson(a, b)) return
  const subject = { kind: kind.kind, id: wanted.name }
  if (planning.options.mode === 'existing-pool') {
    const notes: Note[] = kind.kind === 'pool' && !planning.samePool ? [] : [{ code: 'left-as-it-is' }]
    yield { phase: kind.kind as Phase, subject, operations: [], notes }
    return
  }
  const planned = kind.update(wanted, current)
  const operations = planned.filter(
    (operation) => !(planning.options.noWidening && operation.widens !== undefined),
  )
  const notes: Note[] = operations.length < planned.length ? [{ code: 'widening-left-out' }] : []
  const left = membersLeft(kind, a, b, operations)
  if (kind.kind === 'client' && left.includes('ClientSecret')) notes.push({ code: 'client-secret-left' })
  const others = left.filter((member) => member !== 'ClientSecret')
  if (others.length > 0)
    notes.push({ code: kind.kind === 'tags' ? 'tags-left' : 'setting-left', detail: others.join(', ') })
  if (operations.length > 0 || notes.length > 0)
    yield { phase: kind.kind as Phase, subject, operations, notes }
}

/** The members in which the two differ and which no operation writes. */
function membersLeft(
  kind: ResourceKind,
  wanted: FoundResource['body'],
  current: FoundResource['body'],
  operations: readonly PlannedOperation[],
): string[] {
  const written = new Set(operations.flatMap((operation) => Object.keys(operation.patch ?? operation.input)))
  const differing = [...new Set([...Object.keys(wanted), ...Object.keys(current)])].filter(
    (member) => !sameJson(wanted[member], current[member]),
  )
  if (kind.kind === 'tags') {
    const [a, b] = [object(wanted, 'Tags') ?? {}, object(current, 'Tags') ?? {}]
    return Object.keys(b).filter((tag) => a[tag] === undefined)
  }
  return differing.filter((member) => !written.has(NEW_NAMES[member] ?? member))
}

/** Members that requests have under other names. */
const NEW_NAMES: Readonly<Record<string, string>> = { Name: 'PoolName', SchemaAttributes: 'CustomAttributes' }
