import { beforeEach, describe, expect, it } from 'vitest'
import { createFaultyStore } from '../storage/faulty/faulty-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { makeSmallVault, type SmallVault } from '../testing/small-vault.js'
import { type Manifest } from './manifest.js'
import { getIndex, getRanges } from './range-index.js'
import { openSegments } from './segment-store.js'
import {
  commitSnapshot,
  latestComplete,
  latestReadable,
  listManifests,
  listPools,
  openSnapshot,
} from './snapshots.js'
import { writeStream } from './stream-writer.js'

let lab: SmallVault
let first: Manifest
let second: Manifest

const lastKey = 'pools/pool_A/snapshots/day-2.json'
const held = (): Promise<void> => Promise.resolve()
const listed = async (): Promise<string[]> =>
  (await collect(listManifests(lab.vault))).map(({ manifest, error }) => manifest?.snapshot ?? error!.code)

beforeEach(async () => {
  lab = await makeSmallVault()
  first = await lab.take({ id: 'day-1', day: 1 })
  second = await lab.take({ id: 'day-2', day: 2, parent: first })
})

describe('pools', () => {
  it('are listed once each, by few requests, however much they hold', async () => {
    for (const pool of ['pool_A-b', 'pool_A.c', 'pool_B', 'pool_AA']) await lab.take({ id: 'one', pool })
    let seen = 0
    const counting: ObjectStore = {
      ...lab.store,
      async *list(prefix, after) {
        for await (const object of lab.store.list(prefix, after)) {
          seen++
          yield object
        }
      },
    }
    const pools = await listPools({ ...lab.vault, store: counting })
    expect(pools.sort()).toEqual(['pool_A', 'pool_A-b', 'pool_A.c', 'pool_AA', 'pool_B'])
    expect(seen).toBe(5)
  })

  it('are not what a file manager leaves beside them', async () => {
    await lab.store.putIfAbsent('pools/.DS_Store', Buffer.from('x'))
    await lab.store.putIfAbsent('pools/pool_A/snapshots/.DS_Store', Buffer.from('x'))
    await lab.store.putIfAbsent('pools/pool_A/snapshots/notes.txt', Buffer.from('x'))
    expect(await listPools(lab.vault)).toEqual(['pool_A'])
    expect(await listed()).toEqual(['day-1', 'day-2'])
    await lab.store.delete('pools/pool_A/snapshots/day-1.json')
    await lab.store.delete(lastKey)
    expect(await latestComplete(lab.vault, 'pool_A')).toBeUndefined()
  })
})

describe('snapshots', () => {
  it('are listed by pool, oldest first, of one pool where it is named', async () => {
    await lab.take({ id: 'day-0', pool: 'pool_B' })
    await lab.take({ id: 'day-10', pool: 'pool_A' })
    expect(await listed()).toEqual(['day-1', 'day-10', 'day-2', 'day-0'])
    const some = await collect(listManifests(lab.vault, 'pool_B'))
    expect(some.map((one) => one.manifest?.snapshot)).toEqual(['day-0'])
    expect(await collect(listManifests(lab.vault, 'not a pool'))).toEqual([])
  })

  it('are listed beside one that is damaged, or too new', async () => {
    await lab.replace(lastKey, '{}')
    expect(await listed()).toEqual(['day-1', 'VAULT_DAMAGED'])
  })

  it('that are forgotten between being listed and being read are passed over', async () => {
    const store = {
      ...lab.store,
      get: (key: string) => (key === lastKey ? Promise.resolve(undefined) : lab.store.get(key)),
    }
    const vault = { ...lab.vault, store }
    expect((await collect(listManifests(vault))).map(({ key }) => key)).toEqual([
      'pools/pool_A/snapshots/day-1.json',
    ])
    expect((await latestComplete(vault, 'pool_A'))?.snapshot).toBe('day-1')
    expect((await latestReadable(vault, 'pool_A'))?.snapshot).toBe('day-1')
  })

  it('are not listed as damaged because the store failed', async () => {
    const error = new Error('the store is down')
    const store = createFaultyStore(lab.store, [
      { method: 'get', call: 1, effect: { kind: 'error-before', error } },
    ])
    await expect(collect(listManifests({ ...lab.vault, store }))).rejects.toBe(error)
  })

  it('never give an older one for the latest, but a parent for the next', async () => {
    await lab.replace(lastKey, '{}')
    await expect(latestComplete(lab.vault, 'pool_A')).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: lastKey,
    })
    expect((await latestReadable(lab.vault, 'pool_A'))?.snapshot).toBe('day-1')
  })

  it('count complete ones only as the latest', async () => {
    await lab.take({ id: 'day-3', complete: false })
    expect((await latestComplete(lab.vault, 'pool_A'))?.snapshot).toBe('day-2')
    expect((await latestReadable(lab.vault, 'pool_A'))?.snapshot).toBe('day-2')
    expect(await latestComplete(lab.vault, 'pool_B')).toBeUndefined()
  })

  it('read alone: without the manifest of the one before', async () => {
    await lab.store.delete('pools/pool_A/snapshots/day-1.json')
    const users = await collect(openSnapshot(lab.vault, second).read('users'))
    expect(users.filter(({ line }) => line.includes('"day":2'))).toHaveLength(1)
    expect(users).toHaveLength(40)
  })
})

describe('a commit', () => {
  const commit = (touched: Iterable<string>, change: Partial<Manifest> = {}, lease = held): Promise<void> =>
    commitSnapshot(lab.vault, { ...second, snapshot: 'day-3', ...change }, touched, lease)
  const isThere = async (): Promise<boolean> =>
    (await lab.store.head('pools/pool_A/snapshots/day-3.json')) !== undefined

  it('makes a snapshot visible', async () => {
    await commit([])
    expect(await listed()).toEqual(['day-1', 'day-2', 'day-3'])
  })

  it('is refused when a segment has vanished that the snapshot stored, or refers to again', async () => {
    const reader = openSegments(lab.store, 'pool_A')
    const needed = [second.streams.users.root]
    for (const range of await getRanges(reader, second.streams.users.root)) {
      const { base, deltas } = await getIndex(reader, range.index)
      needed.push(range.index, base.segment, ...deltas.map((delta) => delta.segment))
    }
    expect(needed.length).toBeGreaterThan(6)
    for (const id of needed) {
      const segments = openSegments(lab.store, 'pool_A')
      await writeStream(segments, openSnapshot(lab.vault, second).read('users'), second.streams.users.root)
      const key = segments.keyOf(id)
      const bytes = (await lab.store.get(key))!
      await lab.store.delete(key)
      await expect(commit(segments.touched), key).rejects.toMatchObject({ code: 'VAULT_DAMAGED', value: key })
      expect(await isThere()).toBe(false)
      await lab.store.putIfAbsent(key, bytes)
    }
  })

  it('is refused when the lease is lost, after everything else was looked at', async () => {
    const lost = (): Promise<void> => Promise.reject(new Error('lost'))
    await expect(commit([], {}, lost)).rejects.toThrow('lost')
    await expect(commit(['0'.repeat(64)], {}, lost)).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    expect(await isThere()).toBe(false)
  })

  it('is withdrawn when something of it vanishes while the lease is looked at', async () => {
    const segments = openSegments(lab.store, 'pool_A')
    await writeStream(segments, openSnapshot(lab.vault, second).read('users'), second.streams.users.root)
    const key = segments.keyOf(second.streams.users.root)
    const vanishing = async (): Promise<void> => {
      await lab.store.delete(key)
    }
    await expect(commit(segments.touched, {}, vanishing)).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: key,
    })
    expect(await isThere()).toBe(false)
  })

  it('is refused when its manifest could not be read back', async () => {
    await expect(commit([], { vault: 'another' })).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    await expect(commit([], { window: { from: 'yesterday', to: 'today' } })).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
    })
    expect(await isThere()).toBe(false)
  })

  it('never replaces a snapshot', async () => {
    await expect(commit([], { snapshot: 'day-1' })).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    const stored = (await collect(listManifests(lab.vault)))[0]!.manifest!
    expect(stored.streams).toEqual(first.streams)
  })
})
