import { beforeEach, describe, expect, it } from 'vitest'
import { noEvents } from '../model/events.js'
import { collect } from '../testing/collect.js'
import { makeSmallVault, type SmallVault } from '../testing/small-vault.js'
import { type Manifest, streamsOf } from './manifest.js'
import { getIndex, getRanges } from './range-index.js'
import { parseReadSubset } from './read-subset.js'
import { openSegments, type SegmentStore } from './segment-store.js'
import { type Verification, verifyVault } from './verify.js'

let lab: SmallVault
let first: Manifest
let second: Manifest
let segments: SegmentStore

beforeEach(async () => {
  lab = await makeSmallVault()
  first = await lab.take({ id: 'day-1', day: 1 })
  second = await lab.take({ id: 'day-2', day: 2, parent: first })
  segments = openSegments(lab.store, 'pool_A')
})

function verify(subset: string, snapshot?: Manifest, random = (): number => 0.5): Promise<Verification> {
  const sample = { subset: parseReadSubset(subset), random }
  return verifyVault(lab.vault, { snapshot, sample, sink: noEvents })
}

/** The segments of data of both snapshots' users, and what refers to them. */
async function parts(): Promise<{ data: string[]; structure: string[] }> {
  const data = new Set<string>()
  const structure = new Set<string>()
  for (const manifest of [first, second]) {
    for (const [, { root }] of streamsOf(manifest)) {
      structure.add(root)
      for (const { index } of await getRanges(segments, root)) {
        structure.add(index)
        const { base, deltas } = await getIndex(segments, index)
        for (const { segment } of [base, ...deltas]) data.add(segment)
      }
    }
  }
  return { data: [...data], structure: [...structure] }
}

const keysOf = ({ damage }: Verification): string[] => damage.map(({ key }) => key)

describe('a verification of a part', () => {
  it('finds nothing in a vault that is whole, reads less, and says how much', async () => {
    const { data } = await parts()
    const whole = await verifyVault(lab.vault, { sink: noEvents })
    const some = await verify('1%')
    expect(some).toMatchObject({
      snapshots: 2,
      segments: whole.segments,
      damage: [],
      sample: { dataSegments: data.length, dataSegmentsRead: 1 },
    })
    expect(some.bytesRead).toBeLessThan(whole.bytesRead)
    expect(whole).not.toHaveProperty('sample')
  })

  it('finds in one of the runs of a week, and in one only, every altered segment of data', async () => {
    const { data } = await parts()
    expect(data.length).toBeGreaterThan(4)
    for (const id of data) {
      const whole = (await lab.store.get(segments.keyOf(id)))!
      await lab.replace(segments.keyOf(id), 'rot')
      const found: string[][] = []
      for (let day = 1; day <= 7; day++) found.push(keysOf(await verify(`${day}/7`)))
      expect(found.filter((keys) => keys.length > 0)).toEqual([[segments.keyOf(id)]])
      await lab.replace(segments.keyOf(id), whole)
    }
  })

  it('reads ranges and indexes always, and misses no segment that is gone or empty', async () => {
    const { data, structure } = await parts()
    for (const [ids, damages] of [
      [structure, ['rot', '', undefined]],
      [data, ['', undefined]],
    ] as const) {
      for (const id of ids) {
        const key = segments.keyOf(id)
        const whole = (await lab.store.get(key))!
        for (const bytes of damages) {
          if (bytes === undefined) await lab.store.delete(key)
          else await lab.replace(key, bytes)
          // A group that most likely nothing falls to.
          expect(keysOf(await verify('1/999999'))).toEqual([key])
        }
        await lab.replace(key, whole)
      }
    }
    expect((await verify('1/999999')).damage).toEqual([])
  })

  it('names the snapshots that need what is damaged', async () => {
    const [, range] = await getRanges(segments, second.streams.users.root)
    const [firstRange] = await getRanges(segments, second.streams.users.root)
    const { base, deltas } = await getIndex(segments, firstRange!.index)
    const shared = await getIndex(segments, range!.index)
    for (const id of [base.segment, deltas[0]!.segment, shared.base.segment])
      await lab.replace(segments.keyOf(id), 'rot')
    const { damage } = await verify('100%')
    expect(new Map(damage.map(({ key, snapshots }) => [key, snapshots]))).toEqual(
      new Map([
        [segments.keyOf(base.segment), ['day-1', 'day-2']],
        [segments.keyOf(deltas[0]!.segment), ['day-2']],
        [segments.keyOf(shared.base.segment), ['day-1', 'day-2']],
      ]),
    )
  })

  it('compares the number of records that the snapshot had', async () => {
    const stream = { ...first.streams.users, records: 41 }
    const manifest = { ...first, snapshot: 'day-9', streams: { ...first.streams, users: stream } }
    expect((await verify('1/7', manifest)).damage).toMatchObject([
      { key: segments.keyOf(stream.root), snapshots: ['day-9'] },
    ])
  })

  it('looks at segments that no snapshot uses, but not where one snapshot is meant', async () => {
    const id = await segments.put(['left behind'])
    await lab.replace(segments.keyOf(id), 'rot')
    await lab.replace('pools/pool_A/segments/ab/notes', 'notes')
    await lab.replace('pools/pool_A/segments/.DS_Store', 'x')
    expect(keysOf(await verify('100%')).sort()).toEqual(
      ['pools/pool_A/segments/ab/notes', segments.keyOf(id)].sort(),
    )
    expect((await verify('100%', first)).damage).toEqual([])
  })

  it('reads of one snapshot its own data only', async () => {
    const own = await verify('100%', first)
    const all = await collect(lab.store.list('pools/pool_A/segments/'))
    expect(own.sample!.dataSegmentsRead).toBe(own.sample!.dataSegments)
    expect(own.segments).toBeLessThan(all.length)
  })
})
