import { compareKeys } from '../model/canonical.js'
import type { StreamRecord } from '../model/records.js'
import { getIndex, getRanges, type Range } from './range-index.js'
import { applyDelta } from './record-lines.js'
import type { SegmentStore } from './segment-store.js'
import { readSegment } from './stream-reader.js'

/** Which records are wanted of the streams of many snapshots. */
export interface Pick {
  /** Whether a record is wanted. Of a tombstone there is nothing but the key. */
  readonly isWanted: (record: StreamRecord & { readonly deleted: boolean }) => boolean
  /** Whether a key that is wanted can lie in a range: from `from` (inclusive) to `to`, or to the end of all keys. */
  readonly mayLieIn?: (from: string, to: string | undefined) => boolean
}

/** The wanted records of the stream that has this root, ascending by key. */
export type PickRecords = (root: string) => Promise<readonly StreamRecord[]>

/**
 * Reads the wanted records of many snapshots of one pool. A segment that several of them share is read once, and what is
 * kept of it is what is wanted; one whose range can have nothing of it is not read.
 *
 * A record that a later delta changed so that it is not wanted any more is still yielded as it was: who picks by content
 * finds keys that have to be looked at again, by key.
 */
export function pickRecords(segments: SegmentStore, { isWanted, mayLieIn = anywhere }: Pick): PickRecords {
  const bySegment = new Map<string, Promise<readonly (StreamRecord & { deleted: boolean })[]>>()
  const byRange = new Map<string, Promise<readonly StreamRecord[]>>()
  const byRoot = new Map<string, Promise<readonly StreamRecord[]>>()

  async function ofSegment(id: string, count: number): Promise<(StreamRecord & { deleted: boolean })[]> {
    return (await readSegment(segments, id, count)).filter(isWanted)
  }

  async function ofRange({ index }: Range): Promise<readonly StreamRecord[]> {
    const { base, deltas } = await getIndex(segments, index)
    let records: readonly StreamRecord[] = []
    for (const { segment, records: count } of [base, ...deltas])
      records = applyDelta(records, await once(bySegment, segment, () => ofSegment(segment, count)))
    return records
  }

  async function ofRoot(root: string): Promise<readonly StreamRecord[]> {
    const ranges = await getRanges(segments, root)
    const found: StreamRecord[] = []
    for (const [place, range] of ranges.entries()) {
      if (mayLieIn(range.from, ranges[place + 1]?.from))
        found.push(...(await once(byRange, range.index, () => ofRange(range))))
    }
    return found
  }

  return (root) => once(byRoot, root, () => ofRoot(root))
}

/** A range that has to do with one of these keys, or with what begins with them. */
export function liesNear(keys: Iterable<string>): (from: string, to: string | undefined) => boolean {
  const all = [...keys]
  const isBefore = (key: string, to: string | undefined): boolean =>
    to === undefined || compareKeys(key, to) < 0
  return (from, to) => all.some((key) => isBefore(key, to) && compareKeys(from, `${key}\uffff`) < 0)
}

const anywhere = (): boolean => true

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}
