import { getIndex, getRanges, type Range } from './range-index.js'
import type { StreamRecord } from '../model/records.js'
import { parseLine } from './record-lines.js'
import type { SegmentStore } from './segment-store.js'
import { readRange } from './stream-reader.js'

/**
 * How many records of a stream are otherwise or gone in a later one; what has been added does not count. Ranges that
 * both have are not read; of one that has got a further delta only that is read.
 * Holds one range of each in memory.
 *
 * @throws CodedError `VAULT_DAMAGED`
 */
export async function countChanges(
  segments: SegmentStore,
  beforeRoot: string,
  afterRoot: string,
): Promise<number> {
  if (beforeRoot === afterRoot) return 0
  const [before, after] = [await getRanges(segments, beforeRoot), await getRanges(segments, afterRoot)]
  let changes = 0
  for (const { left, right } of alignedParts(before, after)) {
    const [one, ...more] = left
    const [other, ...others] = right
    const isPair = one !== undefined && other !== undefined && more.length === 0 && others.length === 0
    if (isPair && one.index === other.index) continue
    const quick = isPair ? await changesOfOneDelta(segments, one, other) : undefined
    changes += quick ?? (await compareRecords(segments, left, right))
  }
  return changes
}

/** The ranges of both streams between bounds that both have. */
function* alignedParts(
  before: readonly Range[],
  after: readonly Range[],
): Generator<{ left: Range[]; right: Range[] }> {
  const bounds = new Set(after.map(({ from }) => from))
  const common = before.flatMap(({ from }) => (bounds.has(from) ? [from] : []))
  let [i, j] = [0, 0]
  for (let next = 1; i < before.length || j < after.length; next++) {
    const end = common[next]
    const part = { left: [] as Range[], right: [] as Range[] }
    for (
      let range = before[i];
      range !== undefined && (end === undefined || range.from < end);
      range = before[++i]
    )
      part.left.push(range)
    for (
      let range = after[j];
      range !== undefined && (end === undefined || range.from < end);
      range = after[++j]
    )
      part.right.push(range)
    yield part
  }
}

/** Where the later range is the earlier one with one more delta, that says it all; else `undefined`. */
async function changesOfOneDelta(
  segments: SegmentStore,
  before: Range,
  after: Range,
): Promise<number | undefined> {
  const [old, now] = [await getIndex(segments, before.index), await getIndex(segments, after.index)]
  const added = now.deltas.at(-1)
  const isNext =
    added !== undefined &&
    now.deltas.length === old.deltas.length + 1 &&
    old.base.segment === now.base.segment &&
    old.deltas.every(({ segment }, i) => segment === now.deltas[i]?.segment)
  if (!isNext) return undefined
  let [upserts, removed] = [0, 0]
  for (const line of await segments.get(added.segment)) {
    if (parseLine(line, segments.keyOf(added.segment)).deleted) removed++
    else upserts++
  }
  const isNew = after.records - before.records + removed
  return upserts - isNew + removed
}

async function compareRecords(
  segments: SegmentStore,
  left: readonly Range[],
  right: readonly Range[],
): Promise<number> {
  const later = recordsOf(segments, right)
  let next = await later.next()
  let changes = 0
  for await (const { key, line } of recordsOf(segments, left)) {
    while (next.done !== true && next.value.key < key) next = await later.next()
    if (next.done === true || next.value.key !== key || next.value.line !== line) changes++
  }
  return changes
}

async function* recordsOf(
  segments: SegmentStore,
  ranges: readonly Range[],
): AsyncGenerator<StreamRecord, undefined> {
  for (const range of ranges) yield* (await readRange(segments, range)).records
}
