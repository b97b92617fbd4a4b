import { beforeEach, describe, expect, it } from 'vitest'
import { noEvents } from '../model/events.js'
import { makeRecord } from '../model/records.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import type { Manifest } from './manifest.js'
import { openSegments } from './segment-store.js'
import { commitSnapshot, latestComplete, latestReadable, listManifests } from './snapshots.js'
import { writeStream } from './stream-writer.js'
import { initVault, openVault, type Vault } from './vault.js'
import { verifyVault } from './verify.js'

let store: ObjectStore
let vault: Vault

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* users(day: number): AsyncGenerator<ReturnType<typeof makeRecord>> {
  for (let i = 0; i < 40; i++)
    yield makeRecord(`user-${String(i).padStart(2, '0')}`, { day: i === 7 ? day : 0 })
}

async function* nothing(): AsyncGenerator<never> {
  // An empty stream.
}

async function snapshot(day: number, parent?: Manifest, complete = true): Promise<Manifest> {
  const segments = openSegments(store, 'pool_A')
  const how = { records: 20, characters: 1e6, chain: 6 }
  const manifest: Manifest = {
    format: 1,
    features: [],
    vault: vault.id,
    snapshot: `day-${day}`,
    pool: { id: 'pool_A', name: 'a', region: 'eu-west-1' },
    window: { from: '2026-11-23T00:00:00.000Z', to: '2026-11-23T00:00:01.000Z' },
    complete,
    missing: [],
    notApplicable: [],
    counts: { users: 40 },
    streams: {
      resources: await writeStream(segments, nothing(), undefined),
      users: await writeStream(segments, users(day), parent?.streams.users.root, how),
      memberships: await writeStream(segments, nothing(), undefined),
    },
    capture: { requests: {}, mau: 0, listing: 'shards', program: 'test' },
  }
  await commitSnapshot(vault, manifest, segments.touched, () => Promise.resolve())
  return manifest
}

async function replace(key: string, bytes: Uint8Array): Promise<void> {
  await store.delete(key)
  await store.putIfAbsent(key, bytes)
}

const verify = (): ReturnType<typeof verifyVault> => verifyVault(vault, { sink: noEvents })

beforeEach(async () => {
  store = createMemoryStore(createSimulatedClock(Date.parse('2026-11-23T00:00:00Z')))
  vault = await initVault(store, 0, () => 0.5)
  await snapshot(2, await snapshot(1))
})

describe('verify', () => {
  it('finds nothing in a vault that is whole', async () => {
    expect(await verify()).toMatchObject({ snapshots: 2, damage: [] })
  })

  it('names every object that is cut short, altered in one byte, or gone', async () => {
    const keys = (await collect(store.list('pools/'))).map((object) => object.key)
    expect(keys.length).toBeGreaterThan(8)
    for (const key of keys) {
      const whole = (await store.get(key))!
      const altered = Uint8Array.from(whole)
      altered[Math.floor(altered.length / 2)]! ^= 4
      for (const bytes of [whole.subarray(0, whole.length - 1), altered, whole.subarray(0, 0)]) {
        await replace(key, bytes)
        expect(
          (await verify()).damage.map((damage) => damage.key),
          key,
        ).toContain(key)
      }
      await store.delete(key)
      const isSegment = key.includes('/segments/')
      expect(
        (await verify()).damage.map((damage) => damage.key),
        key,
      ).toEqual(isSegment ? expect.arrayContaining([key]) : [])
      await replace(key, whole)
    }
    expect((await verify()).damage).toEqual([])
  })

  it('names two objects that were swapped', async () => {
    const keys = (await collect(store.list('pools/'))).map((object) => object.key)
    for (let i = 1; i < keys.length; i++) {
      const [a, b] = [keys[i - 1]!, keys[i]!]
      const [bytesA, bytesB] = [(await store.get(a))!, (await store.get(b))!]
      await replace(a, bytesB)
      await replace(b, bytesA)
      expect((await verify()).damage.map((damage) => damage.key)).toEqual(expect.arrayContaining([a, b]))
      await replace(a, bytesA)
      await replace(b, bytesB)
    }
  })

  it('says which snapshots need what is damaged', async () => {
    const [first, second] = (await collect(listManifests(vault))).map((listed) => listed.manifest!)
    const segments = openSegments(store, 'pool_A')
    await store.delete(segments.keyOf(second!.streams.users.root))
    expect((await verify()).damage).toMatchObject([{ snapshots: [second!.snapshot] }])
    const one = await verifyVault(vault, { snapshot: first!, sink: noEvents })
    expect(one).toMatchObject({ snapshots: 1, damage: [] })
  })

  it('looks at segments that no snapshot uses as well', async () => {
    const segments = openSegments(store, 'pool_A')
    const id = await segments.put(['left behind'])
    await replace(segments.keyOf(id), Buffer.from('rot'))
    expect((await verify()).damage).toMatchObject([{ key: segments.keyOf(id), snapshots: [] }])
  })
})

describe('snapshots', () => {
  const lastKey = 'pools/pool_A/snapshots/day-2.json'

  it('are listed beside one that is damaged', async () => {
    await replace(lastKey, Buffer.from('{}'))
    const listed = await collect(listManifests(vault))
    expect(listed.map((one) => one.manifest?.snapshot ?? one.error?.code)).toEqual(['day-1', 'VAULT_DAMAGED'])
  })

  it('never give an older one for the latest, but a parent for the next', async () => {
    await replace(lastKey, Buffer.from('{}'))
    await expect(latestComplete(vault, 'pool_A')).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: lastKey,
    })
    expect((await latestReadable(vault, 'pool_A'))?.snapshot).toBe('day-1')
  })

  it('count complete ones only as the latest', async () => {
    await snapshot(3, undefined, false)
    expect((await latestComplete(vault, 'pool_A'))?.snapshot).toBe('day-2')
  })

  it('of a newer format or with an unknown feature are refused, not misread', async () => {
    const original = Buffer.from((await store.get(lastKey))!).toString('utf8')
    for (const [from, to] of [
      ['"format":1', '"format":2'],
      ['"features":[]', '"features":["x"]'],
    ] as const) {
      const { manifest } = JSON.parse(original) as { manifest: Manifest }
      const changed = JSON.parse(JSON.stringify(manifest).replace(from, to)) as Manifest
      const { encodeManifest } = await import('./manifest.js')
      await replace(lastKey, encodeManifest(changed))
      await expect(latestComplete(vault, 'pool_A')).rejects.toMatchObject({ code: 'VAULT_TOO_NEW' })
    }
  })

  it('are not committed when a segment has vanished, or the lease is lost', async () => {
    const segments = openSegments(store, 'pool_A')
    const id = await segments.put(['a segment'])
    await store.delete(segments.keyOf(id))
    const manifest = { ...(await latestComplete(vault, 'pool_A'))!, snapshot: 'day-9' }
    const held = (): Promise<void> => Promise.resolve()
    await expect(commitSnapshot(vault, manifest, segments.touched, held)).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
    })
    const lost = (): Promise<void> => Promise.reject(new Error('lost'))
    await expect(commitSnapshot(vault, manifest, [], lost)).rejects.toThrow('lost')
    expect(await store.get('pools/pool_A/snapshots/day-9.json')).toBeUndefined()
  })
})

describe('a vault', () => {
  it('is made once', async () => {
    await expect(initVault(store, 0, () => 0.1)).rejects.toMatchObject({ code: 'VAULT_EXISTS' })
    expect((await openVault(store)).id).toBe(vault.id)
  })

  it.each([
    ['VAULT_TOO_NEW', '{"format":2}'],
    ['VAULT_DAMAGED', 'garbage'],
    ['VAULT_DAMAGED', '{"format":1}'],
  ])('is refused as %s when its description is %s', async (code, description) => {
    await replace('vault.json', Buffer.from(description))
    await expect(openVault(store)).rejects.toMatchObject({ code })
  })
})
