import type { StreamRecord } from '../model/records.js'
import { getIndex, getRanges, type Range, type RangeIndex } from './range-index.js'
import { applyDelta, parseLine } from './record-lines.js'
import { damaged } from './segment.js'
import type { SegmentStore } from './segment-store.js'

/** A range's index, and what it yields. */
export interface ReadRange {
  readonly index: RangeIndex
  /** Ascending. */
  readonly records: StreamRecord[]
}

/**
 * One range: its base with its deltas applied. Holds one range in memory.
 *
 * @throws CodedError `VAULT_DAMAGED`, naming the segment.
 */
export async function readRange(segments: SegmentStore, range: Range): Promise<ReadRange> {
  const index = await getIndex(segments, range.index)
  const base = await readSegment(segments, index.base.segment, index.base.records)
  if (base.some((record) => record.deleted))
    throw damaged(segments.keyOf(index.base.segment), 'it is a base and deletes a record')
  let records: StreamRecord[] = base
  for (const delta of index.deltas) {
    records = applyDelta(records, await readSegment(segments, delta.segment, delta.records))
  }
  if (records.length !== range.records) {
    throw damaged(
      segments.keyOf(range.index),
      `it yields ${records.length} records where the snapshot counted ${range.records}`,
    )
  }
  return { index, records }
}

/** The records of a base or a delta, ascending. */
export async function readSegment(
  segments: SegmentStore,
  id: string,
  count: number,
): Promise<(StreamRecord & { deleted: boolean })[]> {
  const records = (await segments.get(id)).map((line) => parseLine(line, segments.keyOf(id)))
  if (records.length !== count)
    throw damaged(segments.keyOf(id), `it has ${records.length} records where its index counted ${count}`)
  for (let i = 1; i < records.length; i++) {
    if ((records[i - 1]?.key ?? '') >= (records[i]?.key ?? ''))
      throw damaged(segments.keyOf(id), 'its records are out of order')
  }
  return records
}

/**
 * All records of a stream, ascending by key. Holds one range in memory.
 *
 * @throws CodedError `VAULT_DAMAGED`, naming the segment.
 */
export async function* readStream(segments: SegmentStore, root: string): AsyncGenerator<StreamRecord> {
  let last: string | undefined
  for (const range of await getRanges(segments, root)) {
    const { records } = await readRange(segments, range)
    const first = records[0]
    if (first !== undefined && (first.key < range.from || (last !== undefined && first.key <= last)))
      throw damaged(segments.keyOf(range.index), 'its records are not of its range')
    yield* records
    last = records.at(-1)?.key ?? last
  }
}
