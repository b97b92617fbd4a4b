import { createHash } from 'node:crypto'
import { CodedError, hasCode } from '../model/errors.js'
import { parallel } from '../model/parallel.js'
import type { StreamRecord } from '../model/records.js'
import { type ChainLength, newBasesDue } from './new-bases.js'
import { getIndex, getRanges, putIndex, putRanges, type Range } from './range-index.js'
import { DEFAULT_RANGE_LIMITS, type RangeLimits } from './range-limits.js'
import { makeDelta } from './record-lines.js'
import type { SegmentStore } from './segment-store.js'
import { readRange } from './stream-reader.js'

/** A stream as a manifest names it. */
export interface StoredStream {
  /** The id of the segment that lists the stream's ranges. */
  readonly root: string
  readonly records: number
  /** SHA-256 over the stream's lines, each ended by a newline: the same under any key and any cut into ranges. */
  readonly digest: string
}

/**
 * Stores a stream whose records arrive ascending by key, writing only what differs from the parent's: a range in which
 * nothing changed is referred to again, one that changed gets a delta, or a new base where the chain has grown long.
 * A range that has grown to twice the limits is split, so that bounds stay put meanwhile.
 * Holds one range in memory, beside the parent's same range.
 *
 * @throws CodedError `INTERNAL` when the records are not strictly ascending.
 */
export async function writeStream(
  segments: SegmentStore,
  records: AsyncIterable<StreamRecord>,
  parentRoot: string | undefined,
  limits: RangeLimits = DEFAULT_RANGE_LIMITS,
): Promise<StoredStream> {
  const parents = parentRoot === undefined ? [] : await readableRanges(segments, parentRoot)
  const due = await rangesDue(segments, parents, limits)
  const written: Range[] = []
  const digest = createHash('sha256')
  let count = 0
  let last: string | undefined
  let parentAt = 0
  let open = startRange('', parents[0], due)

  async function close(): Promise<void> {
    // A range that has emptied is gone; the one before it reaches over its keys.
    if (open.records.length > 0) written.push(await storeRange(segments, open, limits))
  }

  for await (const record of records) {
    if (last !== undefined && record.key <= last) throw unsorted()
    last = record.key
    for (
      let next = parents[parentAt + 1];
      next !== undefined && record.key >= next.from;
      next = parents[parentAt + 1]
    ) {
      await close()
      parentAt++
      open = startRange(next.from, next, due)
    }
    append(open, record)
    while (isOvergrown(open, limits)) {
      const [first, rest] = split(open, limits)
      open = first
      await close()
      open = rest
    }
    digest.update(record.line).update('\n')
    count++
  }
  await close()
  return {
    root: await putRanges(segments, startAtBeginning(written)),
    records: count,
    digest: digest.digest('hex'),
  }
}

/** A range that is being filled, and the parent's same range, if it has one. */
interface OpenRange {
  readonly from: string
  readonly parent: Range | undefined
  /** Whether it is to get a new base, should anything have changed. */
  readonly isDue: boolean
  readonly records: StreamRecord[]
  characters: number
}

function startRange(from: string, parent?: Range, due?: ReadonlySet<Range>): OpenRange {
  return {
    from,
    parent,
    isDue: parent !== undefined && due?.has(parent) === true,
    records: [],
    characters: 0,
  }
}

function append(open: OpenRange, record: StreamRecord): void {
  open.records.push(record)
  open.characters += record.line.length
}

function isOvergrown({ records, characters }: OpenRange, limits: RangeLimits): boolean {
  return records.length > 1 && (records.length > limits.records * 2 || characters > limits.characters * 2)
}

/** Cuts off as much as the limits allow. Both parts have room to grow, so that the next record does not split again. */
function split(open: OpenRange, limits: RangeLimits): [OpenRange, OpenRange] {
  const first = startRange(open.from)
  for (const record of open.records.slice(0, Math.min(limits.records, open.records.length - 1))) {
    if (first.records.length > 0 && first.characters + record.line.length > limits.characters) break
    append(first, record)
  }
  const left = open.records.slice(first.records.length)
  const rest = startRange(left[0]?.key ?? open.from)
  for (const record of left) append(rest, record)
  return [first, rest]
}

async function storeRange(segments: SegmentStore, open: OpenRange, limits: RangeLimits): Promise<Range> {
  return (await storeOverParent(segments, open, limits)) ?? (await storeBase(segments, open))
}

async function storeBase(segments: SegmentStore, { from, records }: OpenRange): Promise<Range> {
  const base = { segment: await segments.put(records.map((record) => record.line)), records: records.length }
  return { from, records: records.length, index: await putIndex(segments, { base, deltas: [] }) }
}

/** Stores what differs from the parent's range; `undefined` where a new base is called for. */
async function storeOverParent(
  segments: SegmentStore,
  { from, parent, isDue, records }: OpenRange,
  limits: RangeLimits,
): Promise<Range | undefined> {
  const before = parent && (await orDamaged(readRange(segments, parent)))
  if (parent === undefined || before === undefined) return undefined
  const { base, deltas } = before.index
  const delta = makeDelta(before.records, records)
  const changes = deltas.reduce((sum, old) => sum + old.records, delta.length)
  const isOutgrown = deltas.length + 1 >= limits.chain || changes > records.length
  if (delta.length > 0 && (isDue || isOutgrown)) return undefined
  for (const { segment } of [base, ...deltas]) segments.use(segment)
  if (delta.length === 0) {
    segments.use(parent.index)
    return { from, records: records.length, index: parent.index }
  }
  const added = { segment: await segments.put(delta), records: delta.length }
  const index = await putIndex(segments, { base, deltas: [...deltas, added] })
  return { from, records: records.length, index }
}

/** Requests under way at once while the lengths of the parent's chains are read. */
const INDEXES_AT_ONCE = 8

async function rangesDue(
  segments: SegmentStore,
  ranges: readonly Range[],
  limits: RangeLimits,
): Promise<ReadonlySet<Range>> {
  const chains: (ChainLength | undefined)[] = []
  await parallel(ranges.entries(), INDEXES_AT_ONCE, undefined, async ([at, { index, records }]) => {
    const deltas = (await orDamaged(getIndex(segments, index)))?.deltas
    const changes = deltas?.reduce((sum, delta) => sum + delta.records, 0)
    chains[at] = deltas && { records, deltas: deltas.length, changes: changes ?? 0 }
  })
  const due = newBasesDue(chains, limits)
  return new Set(ranges.filter((_, at) => due.has(at)))
}

/** A parent that is damaged costs a full copy; it never stops a new snapshot from being taken. */
async function readableRanges(segments: SegmentStore, root: string): Promise<Range[]> {
  return (await orDamaged(getRanges(segments, root))) ?? []
}

async function orDamaged<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED')) return undefined
    throw error
  }
}

/** The ranges that have emptied are gone, so the first that is left begins where all keys begin. */
function startAtBeginning(ranges: readonly Range[]): Range[] {
  return ranges.map((range, i) => (i === 0 ? { ...range, from: '' } : range))
}

function unsorted(): CodedError {
  return new CodedError('INTERNAL', 'a stream to be stored was not sorted by key', {
    hint: 'this is a defect of cognito-vault; nothing was committed',
  })
}
