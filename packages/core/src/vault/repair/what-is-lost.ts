import { type Manifest, streamsOf } from '../manifest.js'
import { getIndex, getRanges } from '../range-index.js'
import { openSegments } from '../segment-store.js'
import type { Vault } from '../vault.js'
import { orUnreadable } from './or-unreadable.js'

/** What a snapshot lacks without an object: of a stream, how many records are in the ranges that cannot be put together. */
export interface Lost {
  readonly snapshot: string
  readonly stream: string
  /** Places of the ranges, from 1; none where it is not known how the stream is cut. */
  readonly ranges: readonly number[]
  readonly records: number
  readonly of: number
}

/** What these segments of a snapshot that are damaged or gone take with them, by segment key. */
export async function whatIsLost(
  vault: Vault,
  manifest: Manifest,
  lost: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Lost[]>> {
  const segments = openSegments(vault.store, manifest.pool.id)
  const found = new Map<string, Map<string, Lost>>()

  function add(key: string, stream: string, range: number | undefined, records: number, of: number): void {
    const streams = found.get(key) ?? new Map<string, Lost>()
    const so = streams.get(stream) ?? { snapshot: manifest.snapshot, stream, ranges: [], records: 0, of }
    const ranges = range === undefined ? so.ranges : [...so.ranges, range]
    streams.set(stream, { ...so, ranges, records: so.records + records })
    found.set(key, streams)
  }

  for (const [stream, { root, records: of }] of streamsOf(manifest)) {
    if (lost.has(segments.keyOf(root))) add(segments.keyOf(root), stream, undefined, of, of)
    const ranges = (await orUnreadable(getRanges(segments, root))) ?? []
    for (const [place, { index, records }] of ranges.entries()) {
      const chain = await orUnreadable(getIndex(segments, index))
      const parts = chain === undefined ? [] : [chain.base, ...chain.deltas].map(({ segment }) => segment)
      for (const key of new Set([index, ...parts].map((id) => segments.keyOf(id))))
        if (lost.has(key)) add(key, stream, place + 1, records, of)
    }
  }
  return new Map([...found].map(([key, streams]) => [key, [...streams.values()]]))
}
