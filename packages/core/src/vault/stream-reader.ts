import type { StreamRecord } from '../model/records.js'
import { getIndex, getRanges, type Range } from './range-index.js'
import { applyDelta, parseLine } from './record-lines.js'
import { damaged } from './segment.js'
import type { SegmentStore } from './segment-store.js'

/** The records of one range, ascending: its base with its deltas applied. Holds one range in memory. */
export async function readRange(segments: SegmentStore, range: Range): Promise<StreamRecord[]> {
  const index = await getIndex(segments, range.index)
  let records: StreamRecord[] = await readSegment(segments, index.base.segment, index.base.records)
  for (const delta of index.deltas) {
    records = applyDelta(records, await readSegment(segments, delta.segment, delta.records))
  }
  if (records.length !== range.records) {
    throw damaged(
      segments.keyOf(range.index),
      `it yields ${records.length} records where the snapshot counted ${range.records}`,
    )
  }
  return records
}

async function readSegment(
  segments: SegmentStore,
  id: string,
  count: number,
): Promise<(StreamRecord & { deleted: boolean })[]> {
  const records = (await segments.get(id)).map((line) => parseLine(line, segments.keyOf(id)))
  if (records.length !== count)
    throw damaged(segments.keyOf(id), `it has ${records.length} records where its index counted ${count}`)
  return records
}

/** All records of a stream, ascending by key. */
export async function* readStream(segments: SegmentStore, root: string): AsyncGenerator<StreamRecord> {
  for (const range of await getRanges(segments, root)) yield* await readRange(segments, range)
}
