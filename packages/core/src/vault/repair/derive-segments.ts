import { canonicalJson } from '../../model/canonical.js'
import type { StreamRecord } from '../../model/records.js'
import { segmentsPrefix } from '../object-keys.js'
import { segmentIdIn } from '../pool-verifier.js'
import { getIndex, getRanges, type Range, type RangeIndex } from '../range-index.js'
import { applyDelta } from '../record-lines.js'
import { joinLines, packSegment } from '../segment.js'
import { openSegments, type SegmentStore } from '../segment-store.js'
import { readSegment } from '../stream-reader.js'
import type { Vault } from '../vault.js'
import type { Candidate } from './candidates.js'
import { orUnreadable } from './or-unreadable.js'

type Part = RangeIndex['base']

/** How many segments of data that no index names are tried as the part that an index lacks. */
const MOST_LOOSE = 256
/** How many chains are tried with a delta that no index names. */
const MOST_TRIES = 500_000
/** How many ways of putting ranges together are tried from one list of them. */
const MOST_COMBINATIONS = 4096

/**
 * The indexes and roots of a pool that can be computed again from its others: a chain that another one begins with, or goes on
 * from by a delta that no index names; a list of ranges as another snapshot has it, with other chains of the same bases. What
 * comes out as one of the ids that are looked for is that segment, as an id is of one content only; nothing else is answered.
 */
export async function deriveSegments(
  vault: Vault,
  poolId: string,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Candidate>> {
  const found = new Map<string, Candidate>()
  const segments = openSegments(vault.store, poolId)
  const { roots, indexes, loose } = await readPool(vault, poolId, segments)

  /** @returns the id of these lines */
  function offer(lines: readonly string[]): string {
    const plain = joinLines(lines)
    const id = vault.cipher.segmentId(plain)
    if (wanted.has(id)) found.set(id, { origin: { kind: 'derived' }, read: () => packSegment(plain) })
    return id
  }

  offer([])
  const chains = new Map(indexes)
  for (const index of likelyIndexes([...indexes.values()], loose)) {
    const id = offer(linesOf(index))
    if (wanted.has(id)) chains.set(id, index)
  }
  const options = await rangesByBase(roots, chains, segments)
  for (const root of roots) for (const lines of likelyRoots(root, options)) offer(lines)
  return found
}

interface Pool {
  readonly roots: readonly (readonly Range[])[]
  readonly indexes: ReadonlyMap<string, RangeIndex>
  readonly loose: readonly Part[]
}

/** All that can be read of a pool's roots and indexes, and the data that no index names. */
async function readPool(vault: Vault, poolId: string, segments: SegmentStore): Promise<Pool> {
  const roots: Range[][] = []
  const indexes = new Map<string, RangeIndex>()
  const data = new Map<string, number>()
  for await (const { key } of vault.store.list(segmentsPrefix(poolId))) {
    const id = segmentIdIn(key, segments)
    const lines = id === undefined ? undefined : await orUnreadable(segments.get(id))
    if (id === undefined || lines === undefined) continue
    const index = lines[0]?.startsWith('{"base":') ? await orUnreadable(getIndex(segments, id)) : undefined
    const root = lines[0]?.startsWith('{"from":') ? await orUnreadable(getRanges(segments, id)) : undefined
    if (index !== undefined) indexes.set(id, index)
    else if (root !== undefined) roots.push(root)
    else data.set(id, lines.length)
  }
  for (const { base, deltas } of indexes.values())
    for (const { segment } of [base, ...deltas]) data.delete(segment)
  const loose = [...data].slice(0, MOST_LOOSE).map(([segment, records]) => ({ segment, records }))
  return { roots, indexes, loose }
}

function* likelyIndexes(known: readonly RangeIndex[], loose: readonly Part[]): Generator<RangeIndex> {
  const begun = known.flatMap(({ base, deltas }) =>
    [...deltas.keys(), deltas.length].map((length) => ({ base, deltas: deltas.slice(0, length) })),
  )
  yield* begun
  const bases = loose.map((base) => ({ base, deltas: [] }))
  yield* bases
  let left = MOST_TRIES
  for (const { base, deltas } of [...bases, ...begun])
    for (const delta of loose) if (left-- > 0) yield { base, deltas: [...deltas, delta] }
}

function linesOf({ base, deltas }: RangeIndex): string[] {
  return [
    canonicalJson({ base: base.segment, records: base.records }),
    ...deltas.map(({ segment, records }) => canonicalJson({ delta: segment, records })),
  ]
}

/** The ranges that there are over one base, and by range the base that it is over. */
interface RangeOptions {
  readonly byBase: ReadonlyMap<string, readonly Omit<Range, 'from'>[]>
  readonly byFrom: ReadonlyMap<string, readonly Omit<Range, 'from'>[]>
  readonly baseOf: (index: string) => string | undefined
}

async function rangesByBase(
  roots: Pool['roots'],
  chains: ReadonlyMap<string, RangeIndex>,
  segments: SegmentStore,
): Promise<RangeOptions> {
  const counts = new Map(roots.flat().map(({ index, records }) => [index, records]))
  const byBase = new Map<string, Omit<Range, 'from'>[]>()
  for (const [index, chain] of chains) {
    const records = counts.get(index) ?? (await orUnreadable(countRecords(segments, chain)))
    if (records === undefined) continue
    const { segment } = chain.base
    byBase.set(segment, [...(byBase.get(segment) ?? []), { index, records }])
  }
  const byFrom = new Map<string, Omit<Range, 'from'>[]>()
  for (const { from, index, records } of roots.flat())
    byFrom.set(from, [...(byFrom.get(from) ?? []), { index, records }])
  return { byBase, byFrom, baseOf: (index) => chains.get(index)?.base.segment }
}

async function countRecords(segments: SegmentStore, { base, deltas }: RangeIndex): Promise<number> {
  let records: StreamRecord[] = await readSegment(segments, base.segment, base.records)
  for (const delta of deltas)
    records = applyDelta(records, await readSegment(segments, delta.segment, delta.records))
  return records.length
}

/** The lists of ranges with the bounds of this one, as far as they are not too many. */
function likelyRoots(
  root: readonly Range[],
  { byBase, byFrom, baseOf }: RangeOptions,
): readonly (readonly string[])[] {
  let lists: (readonly string[])[] = [[]]
  for (const { from, index, records } of root) {
    const all = [{ index, records }, ...(byFrom.get(from) ?? []), ...(byBase.get(baseOf(index) ?? '') ?? [])]
    const lines = new Set(
      all.map((range) => canonicalJson({ from, index: range.index, records: range.records })),
    )
    lists = lists.flatMap((list) => [...lines].map((line) => [...list, line]))
    if (lists.length > MOST_COMBINATIONS) return []
  }
  return lists
}
