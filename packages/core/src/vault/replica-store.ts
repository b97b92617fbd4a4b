import { parallel } from '../model/parallel.js'
import type { ObjectInfo, ObjectStore } from '../storage/object-store.js'
import { type Manifest, streamsOf } from './manifest.js'
import { manifestsPrefix, POOLS_PREFIX, segmentsPrefix } from './object-keys.js'
import { segmentIdIn } from './pool-verifier.js'
import { getIndex, getRanges } from './range-index.js'
import { orUnreadable } from './repair/or-unreadable.js'
import { openSegments, type SegmentStore } from './segment-store.js'
import { readManifestIfThere } from './snapshots.js'
import { unlockStore } from './keyed-store.js'
import type { Vault } from './vault.js'

const READS_AT_ONCE = 16

/** The store of a replica, into which another Region's vault arrives file by file in any order. */
export interface ReplicaStore extends ObjectStore {
  /** The snapshots of a pool of which the manifest is there and something else is not yet. */
  readonly arriving: (poolId: string) => AsyncGenerator<Manifest>
}

/**
 * The store of a replica without the snapshots that are still arriving: the manifest is written last, but may be there first. A
 * manifest is listed only when every segment that it refers to is there, so that `latest`, too, is one that can be restored.
 * What is there and damaged is listed: that is damage, which verify names.
 *
 * Looking takes a listing of the pool's segments, whose ids it holds in memory (some 150 bytes each), and one read of
 * each list of ranges and each index that the manifests name; no record is read. Where objects themselves arrive in parts, the store is asked of each
 * segment whether all of it is there.
 *
 * @param store with its keys, and for reading only: where something is missing nothing is to be concluded and done
 */
export function replicaOf(store: ObjectStore): ReplicaStore {
  async function* list(prefix: string, after?: string): AsyncGenerator<ObjectInfo> {
    const poolId = poolOfManifests(prefix)
    const isWhole = poolId === undefined ? undefined : await look(poolId)
    for await (const object of store.list(prefix, after)) {
      if (isWhole !== undefined && (await store.isWhole?.(object.key)) === false) continue
      const found = isWhole === undefined ? undefined : await manifestAt(object.key)
      if (found === undefined || (await isWhole?.(found)) !== false) yield object
    }
  }

  async function* arriving(poolId: string): AsyncGenerator<Manifest> {
    const isWhole = await look(poolId)
    for await (const { key } of store.list(manifestsPrefix(poolId))) {
      const found = await manifestAt(key)
      if (found !== undefined && !(await isWhole(found))) yield found
    }
  }

  /** @returns `undefined` for what is no manifest, or one that cannot be read */
  async function manifestAt(key: string): Promise<Manifest | undefined> {
    if (!key.endsWith('.json')) return undefined
    const { id, cipher } = await unlockStore(store)
    return orUnreadable(readManifestIfThere({ id, cipher, store }, key))
  }

  async function look(poolId: string): Promise<(manifest: Manifest) => Promise<boolean>> {
    const segments = openSegments(store, poolId)
    const there = new Set<string>()
    const asked = new Map<string, Promise<boolean>>()
    for await (const { key } of store.list(segmentsPrefix(poolId))) {
      const id = segmentIdIn(key, segments)
      if (id !== undefined) there.add(id)
    }
    return wholeness(segments, async (id) => {
      if (!there.has(id) || store.isWhole === undefined) return there.has(id)
      const answer = asked.get(id) ?? store.isWhole(segments.keyOf(id))
      asked.set(id, answer)
      return answer
    })
  }

  return { ...store, list, arriving }
}

/** The ids of a pool's snapshots that are still arriving; none where the vault is no replica. */
export async function* arrivingIds({ store }: Vault, poolId: string): AsyncGenerator<string> {
  if (isReplica(store)) for await (const { snapshot } of store.arriving(poolId)) yield snapshot
}

/** Whether this is the store of a replica, and may have snapshots that are arriving. */
export function isReplica(store: ObjectStore): store is ReplicaStore {
  return 'arriving' in store
}

function wholeness(
  segments: SegmentStore,
  isThere: (id: string) => Promise<boolean>,
): (manifest: Manifest) => Promise<boolean> {
  /** Indexes and roots are shared by snapshots, and are looked through once. */
  const known = new Map<string, boolean>()

  async function isIndexWhole(id: string): Promise<boolean> {
    if (!(await isThere(id))) return false
    const index = await orUnreadable(getIndex(segments, id))
    for (const { segment } of index === undefined ? [] : [index.base, ...index.deltas])
      if (!(await isThere(segment))) return false
    return true
  }

  async function isStreamWhole(root: string): Promise<boolean> {
    if (!(await isThere(root))) return false
    const ranges = (await orUnreadable(getRanges(segments, root))) ?? []
    const unknown = ranges.map(({ index }) => index).filter((id) => !known.has(id))
    await parallel(new Set(unknown), READS_AT_ONCE, undefined, async (id) => {
      known.set(id, await isIndexWhole(id))
    })
    return ranges.every(({ index }) => known.get(index))
  }

  return async (manifest) => {
    for (const [, { root }] of streamsOf(manifest)) {
      if (!known.has(root)) known.set(root, await isStreamWhole(root))
      if (known.get(root) === false) return false
    }
    return true
  }
}

function poolOfManifests(prefix: string): string | undefined {
  const poolId = prefix.startsWith(POOLS_PREFIX) ? prefix.split('/')[1] : undefined
  return poolId !== undefined && prefix === manifestsPrefix(poolId) ? poolId : undefined
}
