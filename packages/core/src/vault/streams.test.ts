import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { compareKeys } from '../model/canonical.js'
import { makeRecord, type StreamRecord } from '../model/records.js'
import { createFaultyStore } from '../storage/faulty/faulty-store.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import type { ObjectStore } from '../storage/object-store.js'
import { getIndex, getRanges, putIndex, putRanges } from './range-index.js'
import { tombstoneLine } from './record-lines.js'
import { openSegments, type SegmentStore } from './segment-store.js'
import { readRange, readStream } from './stream-reader.js'
import type { RangeLimits } from './range-limits.js'
import { type StoredStream, writeStream } from './stream-writer.js'

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
            const { deltas } = await getIndex(segments, range.index)
            expect(deltas.length).toBeLessThan(how.chain)
            expect(deltas.reduce((sum, delta) => sum + delta.records, 0)).toBeLessThanOrEqual(range.records)
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

  it('gives ranges that grow at one pace their new bases on different days', async () => {
    let last = await write(numbered(0, 1000))
    const ranges = (await getRanges(segments, last.root)).length
    expect(ranges).toBeGreaterThan(5)
    const bases: number[] = []
    for (let day = 1; day <= 25; day++) {
      const records = numbered(0, 1000).map((record, i) =>
        i % 50 === 0 ? makeRecord(record.key, { day }) : record,
      )
      last = await write(records, last)
      const indexes = (await getRanges(segments, last.root)).map(({ index }) => getIndex(segments, index))
      bases.push((await Promise.all(indexes)).filter(({ deltas }) => deltas.length === 0).length)
    }
    expect(bases.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(ranges)
    expect(Math.max(...bases)).toBeLessThanOrEqual(Math.ceil(ranges / 2))
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

  it('stores deltas, and no base, where one in a hundred has changed', async () => {
    const first = await write(numbered(0, 1000))
    const before = await getRanges(segments, first.root)
    const bases = await Promise.all(before.map(async (range) => (await getIndex(segments, range.index)).base))
    const changed = numbered(0, 1000).map((record, i) =>
      i % 100 === 50 ? makeRecord(record.key, { value: 1 }) : record,
    )
    const second = await write(changed, first)
    const after = await getRanges(segments, second.root)
    expect(after.map((range) => range.from)).toEqual(before.map((range) => range.from))
    for (const [i, range] of after.entries()) {
      const { base, deltas } = await getIndex(segments, range.index)
      expect(base).toEqual(bases[i])
      expect(deltas).toHaveLength(1)
      expect(deltas[0]!.records).toBeLessThanOrEqual(2)
    }
  })

  it('grows by a few records at a time without writing a base each time', async () => {
    const how = { records: 20, characters: 1e6, chain: 1000 }
    let last = await write(numbered(0, 40), undefined, how)
    const bases = new Set<string>()
    for (let size = 41; size <= 120; size++) {
      last = await write(numbered(0, size), last, how)
      for (const range of await getRanges(segments, last.root)) {
        bases.add((await getIndex(segments, range.index)).base.segment)
      }
    }
    // The one that was there, two of each of five splits, and those that had changed by more than half.
    expect(bases.size).toBeLessThan(18)
    const ranges = await getRanges(segments, last.root)
    expect(ranges.every((range) => range.records >= 20 && range.records <= 40)).toBe(true)
  })

  it('is cut by size as well as by number, and takes a record that is larger than any range', async () => {
    const large = (i: number): StreamRecord =>
      makeRecord(`k${i}`, { filler: 'x'.repeat(i === 5 ? 5000 : 300) })
    const records = Array.from({ length: 10 }, (_, i) => large(i))
    const stored = await write(records, undefined, { records: 1000, characters: 1000, chain: 6 })
    const sizes = await Promise.all(
      (await getRanges(segments, stored.root)).map(async (range) =>
        (await readRange(segments, range)).records.reduce((sum, record) => sum + record.line.length, 0),
      ),
    )
    expect(sizes.filter((size) => size > 2000)).toHaveLength(1)
    expect(await collect(readStream(segments, stored.root))).toHaveLength(10)
  })

  it.each(['root', 'index', 'base', 'delta'] as const)(
    'takes a full copy of what cannot be read of the parent, and no more: %s',
    async (what) => {
      const first = await write(numbered(0, 300))
      const changed = numbered(0, 300).map((record, i) =>
        i < 2 ? makeRecord(record.key, { day: 2 }) : record,
      )
      const second = await write(changed, first)
      const [range, other] = await getRanges(segments, second.root)
      const { base, deltas } = await getIndex(segments, range!.index)
      const ids = { root: second.root, index: range!.index, base: base.segment, delta: deltas[0]!.segment }
      await store.delete(segments.keyOf(ids[what]))
      segments = openSegments(store, 'pool')
      const third = await write(changed, second)
      expect(await collect(readStream(segments, third.root))).toHaveLength(300)
      if (what !== 'root') expect(await getRanges(segments, third.root)).toContainEqual(other)
    },
  )

  it('does not rely on what is stored already until it was read, and replaces what is damaged', async () => {
    const first = await write(numbered(0, 300))
    const [range] = await getRanges(segments, first.root)
    const { base } = await getIndex(segments, range!.index)
    for (const id of [first.root, range!.index, base.segment]) {
      await store.delete(segments.keyOf(id))
      await store.putIfAbsent(segments.keyOf(id), Buffer.from('rot'))
    }
    segments = openSegments(store, 'pool')
    // Without a parent nothing is read but what was to be stored.
    expect(await write(numbered(0, 300))).toEqual(first)
    expect(await collect(readStream(segments, first.root))).toHaveLength(300)
  })

  it('fails where the store does, rather than take a parent for damaged', async () => {
    const first = await write(numbered(0, 300))
    const error = new Error('the store is down')
    const faults = [{ method: 'get' as const, call: 3, effect: { kind: 'error-before' as const, error } }]
    segments = openSegments(createFaultyStore(store, faults), 'pool')
    await expect(write(numbered(0, 301), first)).rejects.toBe(error)
  })

  it('holds one range of records at a time, read or written', async () => {
    const first = await write(numbered(0, 2000))
    let read = 0
    const counting = {
      ...store,
      get: (key: string) => {
        read++
        return store.get(key)
      },
    }
    const reading = readStream(openSegments(counting, 'pool'), first.root)
    await reading.next()
    // The list of ranges, and the index and base of the first.
    expect(read).toBe(3)
    await reading.return(undefined)
    let pulled = 0
    let stored = 0
    async function* pulls(): AsyncGenerator<StreamRecord> {
      for (const record of numbered(0, 2000)) {
        pulled++
        yield await Promise.resolve(record)
      }
    }
    const watching = {
      ...store,
      putIfAbsent: async (key: string, bytes: Uint8Array) => {
        stored++
        // A range, and the two objects that are stored of each.
        expect(pulled).toBeLessThanOrEqual(200 + 1 + Math.ceil(stored / 2) * 100)
        return store.putIfAbsent(key, bytes)
      },
    }
    await writeStream(openSegments(watching, 'another'), pulls(), undefined, small)
    expect(stored).toBeGreaterThan(30)
  })
})

describe('a stream that was not written by this program', () => {
  const range = async (lines: string[], records = lines.length, from = ''): Promise<string> => {
    const base = { segment: await segments.put(lines), records: lines.length }
    return putRanges(segments, [{ from, records, index: await putIndex(segments, { base, deltas: [] }) }])
  }
  const [a, b] = [makeRecord('a', {}).line, makeRecord('b', {}).line]

  it.each([
    ['records that are out of order', () => range([b, a])],
    ['a record twice', () => range([a, a])],
    ['a base that deletes', () => range([a, tombstoneLine('b')])],
    ['fewer records than were counted', () => range([a, b], 3)],
    ['a first range that does not begin at the beginning', () => range([a, b], 2, 'a')],
    ['a line that is no record', () => range(['{}'])],
    [
      'an index that is none',
      async () => putRanges(segments, [{ from: '', records: 1, index: await segments.put(['{}']) }]),
    ],
    ['a list of ranges that is none', () => segments.put(['{"from":1}'])],
    ['a segment that is none', () => putRanges(segments, [{ from: '', records: 1, index: '0'.repeat(64) }])],
    [
      'a record outside of its range',
      async () => {
        const index = async (line: string): Promise<string> =>
          putIndex(segments, { base: { segment: await segments.put([line]), records: 1 }, deltas: [] })
        return putRanges(segments, [
          { from: '', records: 1, index: await index(b) },
          { from: 'b', records: 1, index: await index(a) },
        ])
      },
    ],
  ])('is refused, with the segment named: %s', async (_, make) => {
    await expect(collect(readStream(segments, await make()))).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: expect.stringContaining('pools/pool/segments/') as string,
    })
  })
})
