import { type CodedError, hasCode } from '../model/errors.js'
import { isoTime } from '../model/ids.js'
import { parallel } from '../model/parallel.js'
import type { ObjectStore } from '../storage/object-store.js'
import { type Manifest, streamsOf } from './manifest.js'
import { manifestKey } from './object-keys.js'
import { getIndex, getRanges } from './range-index.js'
import { damaged } from './segment.js'
import type { SegmentStore } from './segment-store.js'

/** Keeps what a snapshot consists of from being deleted, all of it until the same moment, where the store was opened to do so. */
export interface SnapshotKeeper {
  /** Keeps a segment that the snapshot refers to, whoever stored it. */
  keep(segmentKey: string): Promise<void>
  /** Puts the manifest, kept as long as its segments. */
  put(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'>
}

/** One for a snapshot that is about to be committed: the store says until when. Locks, plans and journals are never kept. */
export async function snapshotKeeper(store: ObjectStore): Promise<SnapshotKeeper> {
  const { retention } = store
  if (retention === undefined) {
    return { keep: () => Promise.resolve(), put: (key, bytes) => store.putIfAbsent(key, bytes) }
  }
  const until = await retention.until()
  return {
    keep: (key) => retention.retain(key, until),
    put: (key, bytes) => retention.putRetained(key, bytes, until),
  }
}

/** Looks whether what snapshots need is kept as long as they are. */
export interface RetentionCheck {
  /**
   * The segments that a snapshot needs and that are kept for a shorter time than it, each as damage. What cannot be read is not looked at: that is said
   * by whoever reads it.
   */
  keptTooShort(manifest: Manifest, segments: SegmentStore): Promise<CodedError[]>
}

/** Finds nothing where the store keeps nothing. Each segment is looked at once, however many snapshots need it. */
export function createRetentionCheck({ retention }: ObjectStore): RetentionCheck {
  const seen = new Map<string, number>()

  async function keptTooShort(manifest: Manifest, segments: SegmentStore): Promise<CodedError[]> {
    const until = await retention?.retainedUntil(manifestKey(manifest.pool.id, manifest.snapshot))
    if (retention === undefined || until === undefined) return []
    const short: CodedError[] = []
    await parallel(await segmentsOf(manifest, segments), LOOKS_AT_ONCE, undefined, async (id) => {
      const key = segments.keyOf(id)
      const own = seen.get(key) ?? (await retention.retainedUntil(key)) ?? NOT_KEPT
      seen.set(key, own)
      if (own >= until) return
      const end = own === NOT_KEPT ? 'it is not locked' : `its lock ends at ${isoTime(own)}`
      short.push(damaged(key, `${end}, that of ${manifest.snapshot} at ${isoTime(until)}`))
    })
    return short
  }

  return { keptTooShort }
}

const LOOKS_AT_ONCE = 16
const NOT_KEPT = -Infinity

/** The ids of the segments that a snapshot needs, as far as they can be read. */
async function segmentsOf(manifest: Manifest, segments: SegmentStore): Promise<Set<string>> {
  const ids = new Set<string>()
  for (const [, { root }] of streamsOf(manifest)) {
    ids.add(root)
    for (const { index } of (await orUnreadable(getRanges(segments, root))) ?? []) {
      ids.add(index)
      const chain = await orUnreadable(getIndex(segments, index))
      for (const { segment } of chain === undefined ? [] : [chain.base, ...chain.deltas]) ids.add(segment)
    }
  }
  return ids
}

async function orUnreadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) return undefined
    throw error
  }
}
