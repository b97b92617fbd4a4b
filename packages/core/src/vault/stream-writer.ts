import { createHash } from 'node:crypto'
import { CodedError } from '../model/errors.js'
import type { StreamRecord } from '../model/records.js'
import { getIndex, getRanges, putIndex, putRanges, type Range } from './range-index.js'
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

/** Where a stream is cut, and how long a chain of deltas grows before a new base is written. */
export interface RangeLimits {
  readonly records: number
  readonly characters: number
  readonly chain: number
}

export const DEFAULT_RANGE_LIMITS: RangeLimits = { records: 16_000, characters: 32 * 1024 * 1024, chain: 60 }

/**
 * Stores a stream whose records arrive ascending by key, writing only what differs from the parent's: a range in which
 * nothing changed is referred to again, one that changed gets a delta, or a new base where the chain has grown long.
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
  const written: Range[] = []
  const digest = createHash('sha256')
  let count = 0
  let last: string | undefined
  let parentAt = 0
  let open: OpenRange = startRange('', parents[0])

  async function close(): Promise<void> {
    const range = await storeRange(segments, open, limits)
    if (range !== undefined) written.push(range)
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
      open = startRange(next.from, next)
    }
    if (isFull(open, record, limits)) {
      // The range has outgrown its bounds: what is left of it becomes bases of its own.
      open.split = true
      await close()
      open = startRange(record.key, undefined)
    }
    open.records.push(record)
    open.characters += record.line.length
    digest.update(record.line).update('\n')
    count++
  }
  await close()
  for (const rest of parents.slice(parentAt + 1)) {
    open = startRange(rest.from, rest)
    await close()
  }
  return {
    root: await putRanges(segments, startAtBeginning(written)),
    records: count,
    digest: digest.digest('hex'),
  }
}

interface OpenRange {
  readonly from: string
  readonly parent: Range | undefined
  readonly records: StreamRecord[]
  characters: number
  split: boolean
}

function startRange(from: string, parent: Range | undefined): OpenRange {
  return { from, parent, records: [], characters: 0, split: false }
}

/** A range with a parent may grow to twice the size before it is split, so that bounds stay put. */
function isFull(open: OpenRange, record: StreamRecord, limits: RangeLimits): boolean {
  const slack = open.parent === undefined ? 1 : 2
  return (
    open.records.length >= limits.records * slack ||
    (open.records.length > 0 && open.characters + record.line.length > limits.characters * slack)
  )
}

/** Stores what a range holds now; `undefined` where it holds nothing. */
async function storeRange(
  segments: SegmentStore,
  open: OpenRange,
  limits: RangeLimits,
): Promise<Range | undefined> {
  const { from, parent, records } = open
  if (records.length === 0) return undefined
  if (parent !== undefined && !open.split) {
    const reused = await storeOverParent(segments, from, parent, records, limits)
    if (reused !== undefined) return reused
  }
  const base = { segment: await segments.put(records.map((record) => record.line)), records: records.length }
  return { from, records: records.length, index: await putIndex(segments, { base, deltas: [] }) }
}

async function storeOverParent(
  segments: SegmentStore,
  from: string,
  parent: Range,
  records: readonly StreamRecord[],
  limits: RangeLimits,
): Promise<Range | undefined> {
  const before = await readableRange(segments, parent)
  if (before === undefined) return undefined
  const delta = makeDelta(before, records)
  if (delta.length === 0) return { from, records: records.length, index: parent.index }
  const index = await getIndex(segments, parent.index)
  const changes = index.deltas.reduce((sum, old) => sum + old.records, delta.length)
  if (index.deltas.length + 1 >= chainLimit(from, limits) || changes > records.length / 2) return undefined
  const deltas = [...index.deltas, { segment: await segments.put(delta), records: delta.length }]
  return { from, records: records.length, index: await putIndex(segments, { base: index.base, deltas }) }
}

/** Chains end at a length of their own, so that no day pays for all new bases at once. */
function chainLimit(from: string, limits: RangeLimits): number {
  const half = Math.ceil(limits.chain / 2)
  const spread = createHash('sha256').update(from).digest().readUInt32BE(0)
  return half + (spread % (limits.chain - half + 1))
}

/** A parent that is damaged costs a full copy; it never stops a new snapshot from being taken. */
async function readableRanges(segments: SegmentStore, root: string): Promise<Range[]> {
  return (await orDamaged(getRanges(segments, root))) ?? []
}

async function readableRange(segments: SegmentStore, range: Range): Promise<StreamRecord[] | undefined> {
  return orDamaged(readRange(segments, range))
}

async function orDamaged<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof CodedError && error.code === 'VAULT_DAMAGED') return undefined
    throw error
  }
}

/** Ranges that emptied are gone from the list, so the first that is left begins where all keys begin. */
function startAtBeginning(ranges: readonly Range[]): Range[] {
  return ranges.map((range, i) => (i === 0 ? { ...range, from: '' } : range))
}

function unsorted(): CodedError {
  return new CodedError('INTERNAL', 'a stream to be stored was not sorted by key', {
    hint: 'this is a defect of cognito-vault; nothing was committed',
  })
}
