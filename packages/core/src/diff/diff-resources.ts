import { pairResources, type Pairing, type ResourcePair, type ResourceSet } from '../cognito/resource-set.js'
import { changedMembers } from '../cognito/resources/resource-kind.js'
import { isSecret, MASK, masked } from '../cognito/secrets.js'
import { isObject, type JsonObject, sameJson } from '../model/canonical.js'

/** How a resource differs; secrets are masked. */
export interface ResourceDifference {
  readonly kind: string
  readonly name: string
  readonly change: 'added' | 'removed' | 'changed'
  /** What it was and is now, of the members that differ; `null` where there was or is none. */
  readonly before: JsonObject
  readonly after: JsonObject
}

/** The differences between two pools' configurations, kind by kind. */
export function* diffResources(
  before: ResourceSet,
  after: ResourceSet,
  pairing: Pairing,
): Generator<ResourceDifference> {
  for (const pair of pairResources(before, after, pairing)) {
    const difference = diffPair(pair, pairing.samePool)
    if (difference !== undefined) yield difference
  }
}

function diffPair(
  { kind, wanted, current }: ResourcePair,
  samePool: boolean,
): ResourceDifference | undefined {
  const name = wanted?.name ?? current?.name ?? ''
  if (current === undefined) return { kind: kind.kind, name, change: 'removed', before: {}, after: {} }
  if (wanted === undefined) return { kind: kind.kind, name, change: 'added', before: {}, after: {} }
  const a = kind.settable(wanted.body)
  const b = kind.settable(current.body)
  const changed = changedMembers(a, b, sameJson)
  // A pool restored under a new name was named so by whoever restored it.
  if (!samePool && kind.kind === 'pool') delete changed.patch['Name']
  const members = Object.keys(changed.patch)
  if (members.length === 0) return undefined
  const show = (body: JsonObject): JsonObject =>
    Object.fromEntries(members.map((member) => [member, shown(member, body[member])]))
  return { kind: kind.kind, name, change: 'changed', before: show(a), after: show(b) }
}

function shown(member: string, value: JsonObject[string] | undefined): JsonObject[string] {
  if (value === undefined) return null
  if (isSecret(member)) return MASK
  return isObject(value) || Array.isArray(value) ? masked(value) : value
}
