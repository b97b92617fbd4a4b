import { beforeEach, describe, expect, it } from 'vitest'
import { makeRecord, type StreamRecord } from '../model/records.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { streamOf } from '../testing/user-views.js'
import { liesNear, pickRecords } from './pick-records.js'
import { openSegments, type SegmentStore } from './segment-store.js'
import { readStream } from './stream-reader.js'
import { type StoredStream, writeStream } from './stream-writer.js'

let reads: string[]
let segments: SegmentStore
let days: StoredStream[]

const keyOf = (n: number): string => String(n).padStart(3, '0')

/** A stream of 100 records in ten ranges, over ten days: record 15 changes daily, 16 is deleted on day 3, 17 comes on day 5. */
beforeEach(async () => {
  const memory = createMemoryStore(createSimulatedClock())
  reads = []
  const store: ObjectStore = {
    ...memory,
    get: (key) => {
      reads.push(key)
      return memory.get(key)
    },
  }
  segments = openSegments(store, 'pool')
  days = []
  for (let day = 0; day < 10; day++) {
    const records: StreamRecord[] = []
    for (let n = 0; n < 100; n++) {
      const isThere = n === 16 ? day < 3 : n === 17 ? day >= 5 : true
      if (isThere) records.push(makeRecord(keyOf(n), { day: n === 15 ? day : 0 }))
    }
    const limits = { records: 10, characters: 1e6, chain: 60 }
    days.push(await writeStream(segments, streamOf(...records), days.at(-1)?.root, limits))
  }
  reads.length = 0
})

describe('what is picked from many streams', () => {
  it('is what each of them reads, and no segment is read twice', async () => {
    const wanted = new Set([15, 16, 17, 99].map(keyOf))
    const pick = pickRecords(segments, { isWanted: ({ key }) => wanted.has(key) })
    const picked = []
    for (const { root } of days) picked.push((await pick(root)).map(({ line }) => line))
    expect(reads.length).toBe(new Set(reads).size)
    for (const [day, { root }] of days.entries()) {
      const all = await collect(readStream(segments, root))
      expect(picked[day]).toEqual(all.filter(({ key }) => wanted.has(key)).map(({ line }) => line))
    }
    expect(picked.map((lines) => lines.length)).toEqual([3, 3, 3, 2, 2, 3, 3, 3, 3, 3])
  })

  it('reads only the ranges in which a key may lie', async () => {
    const pick = pickRecords(segments, {
      isWanted: ({ key }) => key === '042',
      mayLieIn: liesNear(['042']),
    })
    expect((await pick(days[0]!.root)).map(({ key }) => key)).toEqual(['042'])
    // The list of ranges, one index, one base.
    expect(reads).toHaveLength(3)
  })
})

it.each<[from: string, to: string | undefined, near: boolean]>([
  ['', undefined, true],
  ['', 'b', false],
  ['', 'c', true],
  ['b/x', 'b/y', true],
  ['b/x', undefined, true],
  ['c', undefined, false],
])('a key beginning with b/ may lie from "%s" to "%s": %s', (from, to, near) => {
  expect(liesNear(['b/'])(from, to)).toBe(near)
})
