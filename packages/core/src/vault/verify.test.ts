import { beforeEach, describe, expect, it } from 'vitest'
import { noEvents } from '../model/events.js'
import { createFaultyStore } from '../storage/faulty/faulty-store.js'
import { collect } from '../testing/collect.js'
import { makeSmallVault, type SmallVault } from '../testing/small-vault.js'
import type { Manifest } from './manifest.js'
import { getIndex, getRanges } from './range-index.js'
import { openSegments } from './segment-store.js'
import { verifyVault } from './verify.js'

let lab: SmallVault
let first: Manifest
let second: Manifest

const verify = (snapshot?: Manifest): ReturnType<typeof verifyVault> =>
  verifyVault(lab.vault, { snapshot, sink: noEvents })
const objects = async (): Promise<string[]> =>
  (await collect(lab.store.list('pools/'))).map((object) => object.key)
const damagedKeys = async (): Promise<string[]> => (await verify()).damage.map((damage) => damage.key)

beforeEach(async () => {
  lab = await makeSmallVault()
  first = await lab.take({ id: 'day-1', day: 1 })
  second = await lab.take({ id: 'day-2', day: 2, parent: first })
})

describe('verify', () => {
  it('finds nothing in a vault that is whole, and has read all of it', async () => {
    const keys = await objects()
    const found = await verify()
    expect(found).toMatchObject({ snapshots: 2, damage: [] })
    expect(found.segments).toBe(keys.filter((key) => key.includes('/segments/')).length)
    expect(found.bytesRead).toBeGreaterThan(0)
  })

  it('names every object that is cut short, altered in one byte, emptied or gone, and nothing else', async () => {
    const keys = await objects()
    expect(keys.length).toBeGreaterThan(12)
    for (const key of keys) {
      const whole = (await lab.store.get(key))!
      const altered = Uint8Array.from(whole)
      altered[Math.floor(altered.length / 2)]! ^= 4
      for (const bytes of [whole.subarray(0, whole.length - 1), altered, whole.subarray(0, 0)]) {
        await lab.replace(key, bytes)
        expect(await damagedKeys()).toEqual([key])
      }
      await lab.store.delete(key)
      // A snapshot whose manifest is gone was forgotten, for all that the vault itself can tell.
      expect(await damagedKeys()).toEqual(key.includes('/segments/') ? [key] : [])
      await lab.replace(key, whole)
    }
    expect(await damagedKeys()).toEqual([])
  })

  it('names two objects that were swapped', async () => {
    const keys = await objects()
    for (let i = 1; i < keys.length; i++) {
      const [a, b] = [keys[i - 1]!, keys[i]!]
      const [bytesA, bytesB] = [(await lab.store.get(a))!, (await lab.store.get(b))!]
      await lab.replace(a, bytesB)
      await lab.replace(b, bytesA)
      expect((await damagedKeys()).sort()).toEqual([a, b].sort())
      await lab.replace(a, bytesA)
      await lab.replace(b, bytesB)
    }
  })

  it('says of each segment which snapshots need it', async () => {
    const segments = openSegments(lab.store, 'pool_A')
    const rangesOf = async (manifest: Manifest): Promise<Set<string>> => {
      const ids = new Set<string>([manifest.streams.users.root])
      for (const range of await getRanges(segments, manifest.streams.users.root)) {
        const { base, deltas } = await getIndex(segments, range.index)
        for (const id of [range.index, base.segment, ...deltas.map((delta) => delta.segment)]) ids.add(id)
      }
      return ids
    }
    const [ofFirst, ofSecond] = [await rangesOf(first), await rangesOf(second)]
    for (const id of new Set([...ofFirst, ...ofSecond])) {
      const key = segments.keyOf(id)
      const bytes = (await lab.store.get(key))!
      await lab.store.delete(key)
      const snapshots = [...(ofFirst.has(id) ? ['day-1'] : []), ...(ofSecond.has(id) ? ['day-2'] : [])]
      expect((await verify()).damage).toMatchObject([{ key, snapshots }])
      expect((await verify(first)).damage).toHaveLength(ofFirst.has(id) ? 1 : 0)
      expect((await verify(second)).damage).toHaveLength(ofSecond.has(id) ? 1 : 0)
      await lab.replace(key, bytes)
    }
  })

  it('names all that is damaged in one range, each with every snapshot that needs it', async () => {
    const third = await lab.take({ id: 'day-3', day: 3, parent: second })
    const segments = openSegments(lab.store, 'pool_A')
    const [range] = await getRanges(segments, third.streams.users.root)
    const { base, deltas } = await getIndex(segments, range!.index)
    expect(deltas).toHaveLength(2)
    for (const { segment } of [base, ...deltas]) await lab.replace(segments.keyOf(segment), 'rot')
    const { damage } = await verify()
    expect(new Map(damage.map(({ key, snapshots }) => [key, snapshots]))).toEqual(
      new Map([
        [segments.keyOf(base.segment), ['day-1', 'day-2', 'day-3']],
        [segments.keyOf(deltas[0]!.segment), ['day-2', 'day-3']],
        [segments.keyOf(deltas[1]!.segment), ['day-3']],
      ]),
    )
  })

  it('tells a stream from the one that its manifest promises', async () => {
    const { users } = first.streams
    for (const [id, stream] of [
      ['day-8', { ...users, digest: second.streams.users.digest }],
      ['day-9', { ...users, records: 41 }],
    ] as const) {
      const manifest = { ...first, snapshot: id, streams: { ...first.streams, users: stream } }
      expect((await verify(manifest)).damage).toMatchObject([{ snapshots: [id] }])
    }
  })

  it('looks at every pool, and keeps them apart', async () => {
    await lab.take({ id: 'day-1', pool: 'pool_B', day: 1 })
    const [key] = (await objects()).filter((one) => one.startsWith('pools/pool_B/segments/'))
    await lab.store.delete(key!)
    const found = await verify()
    expect(found.snapshots).toBe(3)
    expect(found.damage.map((damage) => damage.key)).toEqual([key])
    expect((await verify(first)).damage).toEqual([])
  })

  it('looks at segments that no snapshot uses as well', async () => {
    const segments = openSegments(lab.store, 'pool_A')
    const id = await segments.put(['left behind'])
    await lab.replace(segments.keyOf(id), 'rot')
    expect((await verify()).damage).toMatchObject([{ key: segments.keyOf(id), snapshots: [] }])
  })

  it('names what lies among the segments and is none, but for what file managers leave', async () => {
    const segments = openSegments(lab.store, 'pool_A')
    const id = await segments.put(['moved'])
    const bytes = (await lab.store.get(segments.keyOf(id)))!
    const elsewhere = `pools/pool_A/segments/xx/${id}`
    await lab.replace(elsewhere, bytes)
    await lab.replace('pools/pool_A/segments/ab/notes', 'notes')
    await lab.replace('pools/pool_A/segments/.DS_Store', 'x')
    expect((await damagedKeys()).sort()).toEqual(['pools/pool_A/segments/ab/notes', elsewhere].sort())
  })

  it('does not take a store that fails for a vault that is damaged', async () => {
    const error = new Error('the store is down')
    const faults = [{ method: 'get' as const, call: 5, effect: { kind: 'error-before' as const, error } }]
    const vault = { ...lab.vault, store: createFaultyStore(lab.store, faults) }
    await expect(verifyVault(vault, { sink: noEvents })).rejects.toBe(error)
  })

  it('finds a bit that flips on the way', async () => {
    const faults = [
      {
        method: 'get' as const,
        call: 1,
        keys: /segments/,
        effect: { kind: 'flip-bit' as const, offset: 200 },
      },
    ]
    const vault = { ...lab.vault, store: createFaultyStore(lab.store, faults) }
    expect((await verifyVault(vault, { sink: noEvents })).damage).toHaveLength(1)
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const sink = (): void => controller.abort(new Error('enough'))
    await expect(verifyVault(lab.vault, { sink, signal: controller.signal })).rejects.toThrow('enough')
  })
})
