import { canonicalJson } from '../model/canonical.js'
import { text } from './canonical-body.js'
import { parseResourceKey, recordValue, type StreamRecord } from '../model/records.js'
import { clientKind } from './resources/client.js'
import { clientIdIn, withClientId } from './resources/client-name.js'
import { identityPoolKind } from './resources/identity-pool.js'
import { isProviderOf, pointedAt, providerNameOf } from './resources/identity-pool-providers.js'
import type { FoundResource, ResourceKind } from './resources/resource-kind.js'
import { RESOURCE_KINDS } from './resources/resource-kinds.js'

/** A pool's configuration in memory, by kind: bounded by Cognito's own limits, not by the number of users. */
export interface ResourceSet {
  of(kind: string): readonly FoundResource[]
  one(kind: string): FoundResource | undefined
}

/** Reads the resources stream. A kind that this version does not know is passed over: a newer version wrote it. */
export async function readResources(records: AsyncIterable<StreamRecord>): Promise<ResourceSet> {
  const byKind = new Map<string, FoundResource[]>()
  for await (const record of records) {
    const { kind, name } = parseResourceKey(record.key)
    const list = byKind.get(kind) ?? []
    list.push({ name, body: recordValue(record) })
    byKind.set(kind, list)
  }
  return resourceSet(byKind)
}

/** A configuration by kind. */
export function resourceSet(byKind: ReadonlyMap<string, readonly FoundResource[]>): ResourceSet {
  return { of: (kind) => byKind.get(kind) ?? [], one: (kind) => byKind.get(kind)?.[0] }
}

/** The configuration of a pool that is not there yet. */
export const noResources: ResourceSet = resourceSet(new Map())

/** The set without these kinds, of which nothing is known on the other side. */
export function withoutKinds(set: ResourceSet, kinds: ReadonlySet<string>): ResourceSet {
  return {
    of: (kind) => (kinds.has(kind) ? [] : set.of(kind)),
    one: (kind) => (kinds.has(kind) ? undefined : set.one(kind)),
  }
}

/** The set with more resources of a kind. */
export function withResources(set: ResourceSet, kind: string, more: readonly FoundResource[]): ResourceSet {
  const of: ResourceSet['of'] = (other) => (other === kind ? [...set.of(kind), ...more] : set.of(other))
  return { of, one: (other) => of(other)[0] }
}

/** One resource on both sides, or on one. */
export interface ResourcePair {
  readonly kind: ResourceKind
  readonly wanted: FoundResource | undefined
  readonly current: FoundResource | undefined
  /** Of what belongs to a client: the id of the current side's client that is the wanted one's, if it has it. */
  readonly clientId?: string | undefined
}

/** The names that a resource was given when restores made it again; none for most. */
export type Successors = (kind: string, name: string) => readonly string[]

/** How the resources of two sides belong together. */
export interface Pairing {
  readonly samePool: boolean
  readonly successors: Successors
}

/**
 * Pairs what two pools have: within a pool by name (a client's is its id, or the one that an earlier restore gave it),
 * across pools by what an earlier restore made of it, and else by what a person calls it, so that a client whose id is
 * new is still the same client. What belongs to a client follows it. An identity pool is wanted as it would be if it
 * pointed at the current side's pool and clients.
 */
export function* pairResources(
  wanted: ResourceSet,
  current: ResourceSet,
  { samePool, successors }: Pairing,
): Generator<ResourcePair> {
  const clients = new Map<string, string>()
  for (const kind of RESOURCE_KINDS) {
    if (kind.ofClients === true) {
      yield* pairByClient(kind, wanted, current, clients)
      continue
    }
    const rest = new Map(current.of(kind.kind).map((resource) => [resource.name, resource]))
    const unmatched: FoundResource[] = []
    for (const resource of wantedOf(kind, wanted, current, clients)) {
      const same = rest.get(resource.name)
      if (same === undefined) unmatched.push(resource)
      else {
        rest.delete(resource.name)
        if (kind === clientKind) clients.set(resource.name, same.name)
        yield { kind, wanted: resource, current: same }
      }
    }
    const known = matchSuccessors(kind, unmatched, rest, successors)
    const others = unmatched.filter((resource) => !known.has(resource))
    const matches = samePool ? known : new Map([...known, ...matchByName(kind, others, rest)])
    for (const resource of unmatched) {
      const match = matches.get(resource)
      if (kind === clientKind && match !== undefined) clients.set(resource.name, match.name)
      yield { kind, wanted: resource, current: match }
    }
    for (const resource of rest.values()) yield { kind, wanted: undefined, current: resource }
  }
}

/** Identity pools name the pool and its clients; what the current side does not have is still named by its old id. */
function wantedOf(
  kind: ResourceKind,
  wanted: ResourceSet,
  current: ResourceSet,
  clients: ReadonlyMap<string, string>,
): readonly FoundResource[] {
  const poolId = (set: ResourceSet): string => text(set.one('pool')?.body ?? {}, 'Id')
  const [from, to] = [poolId(wanted), poolId(current)]
  if (kind !== identityPoolKind || from === '' || to === '') return wanted.of(kind.kind)
  return wanted.of(kind.kind).map(({ name, body }) => {
    const pointed = pointedAt(body, {
      isPool: (provider) => isProviderOf(from, provider),
      provider: providerNameOf(to),
      client: (id) => clients.get(id) ?? id,
    })
    return { name, body: kind.normalise(pointed.body) }
  })
}

/** `clients` has the id of each client of the current side by that of the wanted one with which it was paired. */
function* pairByClient(
  kind: ResourceKind,
  wanted: ResourceSet,
  current: ResourceSet,
  clients: ReadonlyMap<string, string>,
): Generator<ResourcePair> {
  const rest = new Map(current.of(kind.kind).map((resource) => [resource.name, resource]))
  for (const resource of wanted.of(kind.kind)) {
    const clientId = clients.get(clientIdIn(resource.name) ?? '')
    const name = clientId === undefined ? resource.name : withClientId(resource.name, clientId)
    const same = rest.get(name)
    rest.delete(name)
    yield { kind, wanted: resource, current: same, clientId }
  }
  for (const resource of rest.values()) yield { kind, wanted: undefined, current: resource }
}

function matchSuccessors(
  kind: ResourceKind,
  wanted: readonly FoundResource[],
  rest: Map<string, FoundResource>,
  successors: Successors,
): ReadonlyMap<FoundResource, FoundResource> {
  const matches = new Map<FoundResource, FoundResource>()
  for (const resource of wanted) {
    const name = successors(kind.kind, resource.name).find((candidate) => rest.has(candidate))
    const match = rest.get(name ?? '')
    if (name === undefined || match === undefined) continue
    rest.delete(name)
    matches.set(resource, match)
  }
  return matches
}

/** Names of clients are not unique: of those with one name, first the ones that are otherwise the same are paired. */
function matchByName(
  kind: ResourceKind,
  wanted: readonly FoundResource[],
  rest: Map<string, FoundResource>,
): ReadonlyMap<FoundResource, FoundResource> {
  const matches = new Map<FoundResource, FoundResource>()
  const byName = (resource: FoundResource): string => kind.matchName(resource)
  const byContent = (resource: FoundResource): string =>
    `${byName(resource)}\n${canonicalJson(kind.settable(resource.body))}`
  for (const keyOf of [byContent, byName]) {
    const candidates = new Map<string, FoundResource[]>()
    for (const candidate of rest.values()) {
      candidates.set(keyOf(candidate), [candidate, ...(candidates.get(keyOf(candidate)) ?? [])])
    }
    for (const resource of wanted) {
      const match = matches.has(resource) ? undefined : candidates.get(keyOf(resource))?.pop()
      if (match === undefined) continue
      rest.delete(match.name)
      matches.set(resource, match)
    }
  }
  return matches
}
