import { z } from 'zod'
import { canonicalJson } from '../model/canonical.js'
import { damaged } from './segment.js'
import type { SegmentStore } from './segment-store.js'

/** One contiguous range of keys of a stream: from `from` (inclusive) to the next range's `from`. */
export interface Range {
  readonly from: string
  readonly records: number
  /** The id of the index segment that lists the range's base and deltas. */
  readonly index: string
}

/** A range's base, and the deltas to be applied over it, oldest first. */
export interface RangeIndex {
  readonly base: { readonly segment: string; readonly records: number }
  readonly deltas: readonly { readonly segment: string; readonly records: number }[]
}

const id = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().nonnegative()
const rangeLine = z.object({ from: z.string(), index: id, records: count })
const indexLine = z.object({ base: id.optional(), delta: id.optional(), records: count })

/** Stores the list of a stream's ranges and answers its segment's id: the stream's root. */
export async function putRanges(segments: SegmentStore, ranges: readonly Range[]): Promise<string> {
  return segments.put(
    ranges.map((range) => canonicalJson({ from: range.from, index: range.index, records: range.records })),
  )
}

/** @throws CodedError `VAULT_DAMAGED`, naming the segment. */
export async function getRanges(segments: SegmentStore, root: string): Promise<Range[]> {
  const ranges = (await segments.get(root)).map((line) => parse(rangeLine, line, segments.keyOf(root)))
  if (ranges[0] !== undefined && ranges[0].from !== '') {
    throw damaged(segments.keyOf(root), 'its ranges do not begin where all keys begin')
  }
  for (let i = 1; i < ranges.length; i++) {
    if ((ranges[i - 1]?.from ?? '') >= (ranges[i]?.from ?? ''))
      throw damaged(segments.keyOf(root), 'its ranges are out of order')
  }
  return ranges
}

export async function putIndex(segments: SegmentStore, index: RangeIndex): Promise<string> {
  return segments.put([
    canonicalJson({ base: index.base.segment, records: index.base.records }),
    ...index.deltas.map((delta) => canonicalJson({ delta: delta.segment, records: delta.records })),
  ])
}

/** @throws CodedError `VAULT_DAMAGED`, naming the segment. */
export async function getIndex(segments: SegmentStore, indexId: string): Promise<RangeIndex> {
  const [first, ...rest] = (await segments.get(indexId)).map((line) =>
    parse(indexLine, line, segments.keyOf(indexId)),
  )
  if (first?.base === undefined) throw damaged(segments.keyOf(indexId), 'it names no base')
  return {
    base: { segment: first.base, records: first.records },
    deltas: rest.map((line) => {
      if (line.delta === undefined) throw damaged(segments.keyOf(indexId), 'it has a line that is no delta')
      return { segment: line.delta, records: line.records }
    }),
  }
}

function parse<T>(schema: z.ZodType<T>, line: string, where: string): T {
  try {
    return schema.parse(JSON.parse(line))
  } catch (cause) {
    throw damaged(where, 'a line of it is not what the format says', cause)
  }
}
