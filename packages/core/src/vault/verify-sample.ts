import type { Random } from '../model/clock.js'
import type { EventSink } from '../model/events.js'
import { type Manifest, streamsOf } from './manifest.js'
import { segmentsPrefix } from './object-keys.js'
import { isLitter, type Note, type PoolVerifier, segmentIdIn } from './pool-verifier.js'
import { getIndex, getRanges, type RangeIndex } from './range-index.js'
import { chooseFrom, type ReadSubset } from './read-subset.js'
import { damaged } from './segment.js'
import type { SegmentStore } from './segment-store.js'
import { readSegment } from './stream-reader.js'
import type { Vault } from './vault.js'

/** Which part of the data is read, and what chooses it where that is left to chance. */
export interface SampleOptions {
  readonly subset: ReadSubset
  readonly random: Random
}

interface SampledPool extends SampleOptions {
  readonly segments: SegmentStore
  readonly note: Note
  /** Whether segments that no snapshot uses are looked at too. */
  readonly all: boolean
  readonly sink: EventSink
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks at all of a pool, and reads a part of its data. All ranges and indexes are read; of every segment of data it is made sure
 * that it is there and not empty, and those of the subset are read. What this cannot see: damage in the others, and that the
 * streams of a snapshot, put together, are not what was committed.
 */
export function sampledPool(vault: Vault, poolId: string, options: SampledPool): PoolVerifier {
  const { segments, note, all, sink, signal } = options
  /** The segments of data that snapshots name, each with the number of records that its index has for it. */
  const data = new Map<string, number>()
  /** The roots and the indexes. */
  const structure = new Set<string>()
  /** By root the number of records of its ranges; `undefined` where it cannot be read. */
  const roots = new Map<string, number | undefined>()
  const unsound = new Map<string, unknown>()
  const manifests: Pick<Manifest, 'snapshot' | 'streams'>[] = []
  let sample = { dataSegments: 0, dataSegmentsRead: 0 }

  function progress(): void {
    signal?.throwIfAborted()
    const { bytesRead } = segments
    sink({ code: 'verify.segment', segments: structure.size + sample.dataSegmentsRead, bytesRead })
  }

  function fail(id: string, error: unknown): void {
    note(error, segments.keyOf(id))
    unsound.set(id, error)
  }

  async function tried<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      fail(id, error)
      return undefined
    }
  }

  async function checkSnapshot({ snapshot, streams }: Manifest): Promise<void> {
    manifests.push({ snapshot, streams })
    for (const [, { root, records }] of streamsOf({ streams })) {
      if (!roots.has(root)) roots.set(root, await readStructure(root))
      const found = roots.get(root)
      if (found !== undefined && found !== records)
        note(
          damaged(segments.keyOf(root), 'it does not yield as many records as the snapshot had'),
          root,
          snapshot,
        )
    }
  }

  async function readStructure(root: string): Promise<number | undefined> {
    progress()
    structure.add(root)
    const ranges = await tried(root, () => getRanges(segments, root))
    for (const { index } of ranges ?? []) {
      if (structure.has(index)) continue
      progress()
      structure.add(index)
      const found = await tried(index, () => getIndex(segments, index))
      for (const { segment, records } of chainOf(found)) data.set(segment, records)
    }
    return ranges?.reduce((sum, { records }) => sum + records, 0)
  }

  async function finish(): Promise<void> {
    const unused = await lookForData()
    const names = [...data.keys(), ...unused]
    const chosen = chooseFrom(names, options.subset, options.random)
    sample = { dataSegments: names.length, dataSegmentsRead: 0 }
    for (const id of chosen) {
      progress()
      if (!unsound.has(id)) await tried(id, () => readData(id))
      sample.dataSegmentsRead++
    }
    if (unsound.size > 0) await nameSnapshots()
  }

  async function readData(id: string): Promise<void> {
    const count = data.get(id)
    if (count !== undefined) await readSegment(segments, id, count)
    // What no snapshot uses may be anything that a segment can be, and may be pruned between being listed and being read.
    else if ((await vault.store.head(segments.keyOf(id))) !== undefined) await segments.get(id)
  }

  /** Makes sure that the data is there, and answers the segments that no snapshot uses. */
  async function lookForData(): Promise<string[]> {
    const missing = new Set(data.keys())
    const unused: string[] = []
    for await (const { key, size } of vault.store.list(segmentsPrefix(poolId))) {
      signal?.throwIfAborted()
      const id = segmentIdIn(key, segments)
      if (id === undefined) {
        if (all && !isLitter(key)) note(damaged(key, 'it is not the name of a segment'), key)
        continue
      }
      missing.delete(id)
      if (data.has(id) && size === 0) fail(id, damaged(key, 'it is empty'))
      if (all && !data.has(id) && !structure.has(id)) unused.push(id)
    }
    for (const id of missing) fail(id, damaged(segments.keyOf(id), 'it is missing'))
    return unused
  }

  /** Goes through the snapshots again, to say which of them need what is damaged. */
  async function nameSnapshots(): Promise<void> {
    const byRoot = new Map<string, ReadonlySet<string>>()
    const byIndex = new Map<string, readonly string[]>()
    for (const { snapshot, streams } of manifests) {
      for (const [, { root }] of streamsOf({ streams })) {
        const found = byRoot.get(root) ?? new Set(await unsoundUnder(root, byIndex))
        byRoot.set(root, found)
        for (const id of found) note(unsound.get(id), segments.keyOf(id), snapshot)
      }
    }
  }

  async function unsoundUnder(root: string, byIndex: Map<string, readonly string[]>): Promise<string[]> {
    if (unsound.has(root)) return [root]
    const found: string[] = []
    for (const { index } of await getRanges(segments, root)) {
      const known = byIndex.get(index) ?? (await unsoundOf(index))
      byIndex.set(index, known)
      found.push(...known)
    }
    return found
  }

  async function unsoundOf(index: string): Promise<string[]> {
    if (unsound.has(index)) return [index]
    return chainOf(await getIndex(segments, index)).flatMap(({ segment }) =>
      unsound.has(segment) ? segment : [],
    )
  }

  return {
    segments,
    get count() {
      return structure.size + sample.dataSegments
    },
    get sample() {
      return sample
    },
    checkSnapshot,
    finish,
  }
}

function chainOf(index: RangeIndex | undefined): RangeIndex['deltas'] {
  return index === undefined ? [] : [index.base, ...index.deltas]
}
