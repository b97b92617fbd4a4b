import { parallel } from '../model/parallel.js'
import { type Manifest, streamsOf } from './manifest.js'
import { getIndex, getRanges } from './range-index.js'
import type { SegmentStore } from './segment-store.js'

const READS_AT_ONCE = 16

/**
 * Adds the ids of all segments that a snapshot refers to; what is in the set already is taken to be followed already, so that
 * what snapshots share is read once. Reads indexes, never records.
 *
 * @throws CodedError `VAULT_DAMAGED` when an index cannot be read: what it refers to is not known then
 */
export async function addReachable(
  segments: SegmentStore,
  manifest: Manifest,
  reachable: Set<string>,
  signal?: AbortSignal,
): Promise<void> {
  for (const [, { root }] of streamsOf(manifest)) {
    if (reachable.has(root)) continue
    const ranges = await getRanges(segments, root)
    const indexes = new Set(ranges.map(({ index }) => index).filter((id) => !reachable.has(id)))
    await parallel(indexes, READS_AT_ONCE, signal, async (id) => {
      const { base, deltas } = await getIndex(segments, id)
      for (const { segment } of [base, ...deltas]) reachable.add(segment)
      reachable.add(id)
    })
    reachable.add(root)
  }
}
