import {
  pairResources,
  type Pairing,
  type ResourcePair,
  type ResourceSet,
} from '../../cognito/resource-set.js'
import { identityPoolKind } from '../../cognito/resources/identity-pool.js'
import type { FoundResource } from '../../cognito/resources/resource-kind.js'
import { resourceKey } from '../../model/records.js'
import type { Note } from '../fidelity-notes.js'
import type { Reach, ReachedResource } from './reach.js'

/** The configuration of two sides as far as a restore reaches. */
export interface LimitedResources {
  /** What the target is to have: the snapshot's where the restore reaches, the target's elsewhere. */
  readonly wanted: ResourceSet
  /** What only the target has, and the restore does not reach, by the keys of its records. */
  readonly passedBy: ReadonlySet<string>
  /** What the report has to say beside what the plan finds, by the same keys. */
  readonly told: ReadonlyMap<string, readonly Note[]>
}

/**
 * Limits a restore to what it reaches, by taking everything else for what it is in the target: so there is one planner,
 * which finds nothing to do there.
 */
export function limitResources(
  wanted: ResourceSet,
  current: ResourceSet,
  pairing: Pairing,
  reach: Reach,
): LimitedResources {
  const instead = new Map<string, FoundResource | undefined>()
  const passedBy = new Set<string>()
  const told = new Map<string, readonly Note[]>()
  for (const pair of pairResources(wanted, current, pairing)) {
    const reached = reach.resource(pair)
    const { kind } = pair.kind
    const key = resourceKey(kind, (pair.wanted ?? pair.current)?.name ?? '')
    if (reached === undefined && pair.kind === identityPoolKind && pair.current !== undefined)
      // Taken for what it is in the target, it would still be pointed at the clients that are made again.
      passedBy.add(resourceKey(kind, pair.current.name))
    else if (pair.wanted !== undefined) instead.set(key, wantedOf(pair, reached))
    else if (reached === undefined || reached.isLeft === true) passedBy.add(key)
    if (reached !== undefined && reached.notes.length > 0) told.set(key, reached.notes)
  }
  const of = (kind: string): FoundResource[] =>
    wanted.of(kind).flatMap(({ name }) => instead.get(resourceKey(kind, name)) ?? [])
  return { wanted: { of, one: (kind) => of(kind)[0] }, passedBy, told }
}

function wantedOf(
  { wanted, current }: ResourcePair,
  reached: ReachedResource | undefined,
): FoundResource | undefined {
  if (reached?.isLeft === true && current === undefined) return undefined
  if (reached !== undefined) return reached.pair.wanted
  return wanted === undefined || current === undefined ? undefined : { name: wanted.name, body: current.body }
}
