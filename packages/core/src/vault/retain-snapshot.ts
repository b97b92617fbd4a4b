import { hasCode } from '../model/errors.js'
import { isoTime } from '../model/ids.js'
import { parallel } from '../model/parallel.js'
import type { ObjectStore } from '../storage/object-store.js'
import { type Manifest, streamsOf } from './manifest.js'
import { manifestKey } from './object-keys.js'
import { getIndex, getRanges } from './range-index.js'
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

/**
 * Keeps what a snapshot needs for as long as its manifest is about to be: what of it cannot be read, or is not there, is not kept, and does not keep the rest from
 * being.
 */
export async function keepWhatIsThere(
  keeper: SnapshotKeeper,
  manifest: Manifest,
  segments: SegmentStore,
): Promise<void> {
  await parallel(await segmentsOf(manifest, segments), LOOKS_AT_ONCE, undefined, (id) =>
    orUnreadable(keeper.keep(segments.keyOf(id))),
  )
}

/** How long a snapshot is to be kept, and its manifest is; milliseconds since the epoch, by the store's clock. */
export interface PromisedLock {
  readonly until: number
  /** `undefined` where the manifest is not locked. */
  readonly own: number | undefined
}

/** A commit asks for the end of the lock before it locks what the snapshot refers to, and puts the manifest last. */
const COMMIT_MS = 3_600_000

/**
 * Until when a snapshot is to be kept: as long as its manifest is, and for as long as the store keeps what is stored now, counted from when that was.
 *
 * @returns `undefined` where the store keeps nothing, the manifest is not there, or that moment is over, so that nothing is promised any more
 */
export async function promisedUntil(store: ObjectStore, key: string): Promise<PromisedLock | undefined> {
  const { retention } = store
  if (retention === undefined) return undefined
  const stored = await store.head(key)
  if (stored === undefined) return undefined
  const own = await retention.retainedUntil(key)
  const asked = await retention.until(stored.lastModified)
  const until = own !== undefined && own >= asked - COMMIT_MS ? own : asked
  const now = (await retention.until()) - (await retention.until(0))
  return until <= now ? undefined : { until, own }
}

/** An object that is whole, and that the store keeps for a shorter time than a snapshot that needs it is to be kept. */
export interface ShortLock {
  readonly key: string
  readonly reason: string
}

/** Looks whether snapshots, and what they need, are kept for as long as was promised. */
export interface RetentionCheck {
  /** The objects of a snapshot that are kept for a shorter time. What cannot be read is not looked at: that is said by whoever reads it. */
  keptTooShort(manifest: Manifest, segments: SegmentStore): Promise<ShortLock[]>
}

/** Finds nothing where the store keeps nothing. Each segment is looked at once, however many snapshots need it. */
export function createRetentionCheck(store: ObjectStore): RetentionCheck {
  const { retention } = store
  const seen = new Map<string, number>()

  async function keptTooShort(manifest: Manifest, segments: SegmentStore): Promise<ShortLock[]> {
    const ownKey = manifestKey(manifest.pool.id, manifest.snapshot)
    const promised = await promisedUntil(store, ownKey)
    if (retention === undefined || promised === undefined) return []
    const { until } = promised
    const short: ShortLock[] = []

    function compare(key: string, own: number): void {
      if (own >= until) return
      const end = own === NOT_KEPT ? 'is not locked' : `is locked until ${isoTime(own)}`
      short.push({
        key,
        reason: `${key} ${end}: ${manifest.snapshot} is to be locked until ${isoTime(until)}`,
      })
    }

    compare(ownKey, promised.own ?? NOT_KEPT)
    await parallel(await segmentsOf(manifest, segments), LOOKS_AT_ONCE, undefined, async (id) => {
      const key = segments.keyOf(id)
      const own = seen.get(key) ?? (await retention.retainedUntil(key)) ?? NOT_KEPT
      seen.set(key, own)
      compare(key, own)
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
