import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { compareKeys } from '../model/canonical.js'
import { makeRecord, type StreamRecord } from '../model/records.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import type { ObjectStore } from '../storage/object-store.js'
import { getIndex, getRanges } from './range-index.js'
import { applyDelta, makeDelta, parseLine } from './record-lines.js'
import { openSegments, type SegmentStore } from './segment-store.js'
import { readStream } from './stream-reader.js'
import { type RangeLimits, type StoredStream, writeStream } from './stream-writer.js'

let store: ObjectStore
let segments: SegmentStore

beforeEach(() => {
  store = createMemoryStore(createSimulatedClock())
  segments = openSegments(store, 'pool')
})

const content = fc
  .dictionary(fc.string({ unit: 'binary', maxLength: 3 }), fc.nat(3), { maxKeys: 40 })
  .map((entries) => Object.entries(entries).map(([key, n]) => makeRecord(key, { n })))
  .map((records) => records.sort((a, b) => compareKeys(a.key, b.key)))
const limits = fc.record({
  records: fc.integer({ min: 1, max: 12 }),
  characters: fc.integer({ min: 20, max: 600 }),
  chain: fc.integer({ min: 2, max: 6 }),
})

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* stream(records: readonly StreamRecord[]): AsyncGenerator<StreamRecord> {
  yield* records
}

function numbered(from: number, to: number, value = 0): StreamRecord[] {
  return Array.from({ length: to - from }, (_, i) => makeRecord(String(from + i).padStart(6, '0'), { value }))
}

const small: RangeLimits = { records: 100, characters: 1e6, chain: 6 }

function write(records: readonly StreamRecord[], parent?: StoredStream, how = small): Promise<StoredStream> {
  return writeStream(segments, stream(records), parent?.root, how)
}

describe('a stream', () => {
  it('reads back as it was written, whatever was written before and after, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 8 }), limits, async (contents, how) => {
        segments = openSegments(createMemoryStore(createSimulatedClock()), 'pool')
        const stored: StoredStream[] = []
        for (const records of contents) stored.push(await write(records, stored.at(-1), how))
        for (const [i, records] of contents.entries()) {
          expect(await collect(readStream(segments, stored[i]!.root))).toEqual(
            records.map(({ key, line }) => expect.objectContaining({ key, line }) as StreamRecord),
          )
          expect(stored[i]!.records).toBe(records.length)
          expect(stored[i]!.digest).toBe((await write(records, undefined, small)).digest)
          for (const range of await getRanges(segments, stored[i]!.root)) {
            expect((await getIndex(segments, range.index)).deltas.length).toBeLessThan(how.chain)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('stores nothing where nothing has changed', async () => {
    const first = await write(numbered(0, 1000))
    const before = segments.bytesStored
    expect(await write(numbered(0, 1000), first)).toEqual(first)
    expect(segments.bytesStored).toBe(before)
  })

  it('stores a delta for a range in which a little has changed, and refers to the others again', async () => {
    const first = await write(numbered(0, 1000))
    const changed = numbered(0, 1000).map((record, i) =>
      i === 450 ? makeRecord(record.key, { value: 1 }) : record,
    )
    const second = await write(changed, first)
    const [before, after] = [await getRanges(segments, first.root), await getRanges(segments, second.root)]
    expect(after.filter((range, i) => range.index !== before[i]!.index)).toHaveLength(1)
    expect((await getIndex(segments, after[4]!.index)).deltas).toMatchObject([{ records: 1 }])
  })

  it('ends a chain of deltas with a new base', async () => {
    let last = await write(numbered(0, 90))
    const lengths: number[] = []
    for (let day = 1; day <= 20; day++) {
      const records = numbered(0, 90).map((record, i) => (i === 0 ? makeRecord(record.key, { day }) : record))
      last = await write(records, last)
      lengths.push((await getIndex(segments, (await getRanges(segments, last.root))[0]!.index)).deltas.length)
    }
    expect(Math.max(...lengths)).toBeLessThan(small.chain)
    expect(lengths.filter((length) => length === 0).length).toBeGreaterThan(2)
  })

  it('splits a range that has grown, and drops one that is empty', async () => {
    const first = await write(numbered(0, 300))
    const grown = await write([...numbered(0, 300), ...numbered(300, 800)], first)
    expect((await getRanges(segments, grown.root)).length).toBeGreaterThan(5)
    const shrunk = await write(numbered(250, 300), grown)
    const ranges = await getRanges(segments, shrunk.root)
    expect(ranges.map((range) => [range.from, range.records])).toEqual([['', 50]])
  })

  it('takes a full copy where the parent is damaged, and mends what is stored again', async () => {
    const first = await write(numbered(0, 300))
    const [range] = await getRanges(segments, first.root)
    const { base } = await getIndex(segments, range!.index)
    await store.delete(segments.keyOf(base.segment))
    await store.putIfAbsent(segments.keyOf(base.segment), Buffer.from('rot'))
    segments = openSegments(store, 'pool')
    const second = await write(numbered(0, 300), first)
    segments = openSegments(store, 'pool')
    expect(await collect(readStream(segments, second.root))).toHaveLength(300)
    expect(await collect(readStream(segments, first.root))).toHaveLength(300)
  })

  it('refuses records that are not ascending', async () => {
    await expect(write([...numbered(5, 6), ...numbered(4, 5)])).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(write([...numbered(5, 6), ...numbered(5, 6)])).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})

describe('a delta', () => {
  it('turns what was into what is', () => {
    fc.assert(
      fc.property(content, content, (before, after) => {
        const delta = makeDelta(before, after).map((line) => parseLine(line, 'a segment'))
        expect(applyDelta(before, delta)).toEqual(after)
      }),
      { numRuns: 200 },
    )
  })
})
