import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReadOnlyStore } from '../storage/read-only/read-only-store.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { makeSmallVault, type SmallVault } from '../testing/small-vault.js'
import { CodedError } from '../model/errors.js'
import { findSnapshot } from './find-snapshot.js'
import { manifestKey } from './object-keys.js'
import { addReachable } from './reachable.js'
import { openSegments } from './segment-store.js'
import { isReplica, replicaOf } from './replica-store.js'
import { listManifests, openSnapshot } from './snapshots.js'
import type { Vault } from './vault.js'
import { verifyVault } from './verify.js'

/** Three days, the first two alike but for one user, the third as the second; and another pool. */
async function fourSnapshots(): Promise<SmallVault> {
  const small = await makeSmallVault()
  const first = await small.take({ id: 'day-1' })
  const second = await small.take({ id: 'day-2', day: 2, parent: first })
  await small.take({ id: 'day-3', day: 2, parent: second })
  await small.take({ id: 'other', pool: 'pool_B', day: 5 })
  return small
}

async function keysIn(store: ObjectStore): Promise<string[]> {
  return (await collect(store.list(''))).map(({ key }) => key)
}

async function copyObject(from: ObjectStore, to: ObjectStore, key: string): Promise<void> {
  const bytes = await from.get(key)
  if (bytes !== undefined) await to.putIfAbsent(key, bytes)
}

async function isClean(vault: Vault, name: string): Promise<boolean> {
  for await (const { manifest } of listManifests(vault)) {
    if (manifest?.snapshot !== name) continue
    return (await verifyVault(vault, { snapshot: manifest, sink: () => undefined })).damage.length === 0
  }
  return false
}

function partMissing(key: string): CodedError {
  return new CodedError('VAULT_DAMAGED', `${key} is damaged: a part of it is missing`, { value: key })
}

const NAMES = ['day-1', 'day-2', 'day-3', 'other']

describe('a replica', () => {
  it('lists a snapshot as soon as all of it is there, and not before, in whatever order files arrive', async () => {
    const { store, vault } = await fourSnapshots()
    const keys = (await keysIn(store)).filter((key) => key.startsWith('pools/'))
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(keys, { minLength: keys.length }), async (order) => {
        const arrived = createMemoryStore(createSimulatedClock())
        await copyObject(store, arrived, 'vault.json')
        const plain = { ...vault, store: arrived }
        const replica = replicaOf(createReadOnlyStore(arrived))
        for (const key of order) {
          await copyObject(store, arrived, key)
          const listed = await collect(listManifests({ ...vault, store: replica }))
          const clean: string[] = []
          for (const name of NAMES) if (await isClean(plain, name)) clean.push(name)
          expect(listed.map(({ manifest }) => manifest?.snapshot)).toEqual(clean)
          const there = await collect(listManifests(plain))
          const pools = ['pool_A', 'pool_B']
          const arriving = (await Promise.all(pools.map((pool) => collect(replica.arriving(pool))))).flat()
          expect(arriving.length + listed.length).toBe(there.length)
        }
        expect(await collect(listManifests({ ...vault, store: replica }))).toHaveLength(4)
      }),
      { numRuns: 4 },
    )
  })

  it('has the newest snapshot that is whole as its latest, which can be read', async () => {
    const { store, vault } = await fourSnapshots()
    const arrived = createMemoryStore(createSimulatedClock())
    const { root } = (await findSnapshot(vault, 'day-2')).manifest.streams.users
    for (const key of await keysIn(store)) if (!key.endsWith(root)) await copyObject(store, arrived, key)
    const replica = { ...vault, store: replicaOf(createReadOnlyStore(arrived)) }
    const latest = await findSnapshot(replica, 'latest:pool_A')
    expect(latest.manifest.snapshot).toBe('day-1')
    expect(await collect(openSnapshot(replica, latest.manifest).read('users'))).toHaveLength(40)
    await expect(findSnapshot(replica, 'day-3')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
  })

  it('lists no snapshot while an object of it has arrived in part, be that its manifest, a list, an index or data', async () => {
    const { store, vault } = await fourSnapshots()
    const inPart = new Set<string>()
    const replica = replicaOf({
      ...createReadOnlyStore(store),
      get: (key) => (inPart.has(key) ? Promise.reject(partMissing(key)) : store.get(key)),
      isWhole: (key) => Promise.resolve(!inPart.has(key)),
    })
    const listed = async (): Promise<unknown[]> =>
      (await collect(listManifests({ ...vault, store: replica }))).map(({ manifest }) => manifest?.snapshot)
    const all = await listed()
    expect(all).toHaveLength(4)
    const needed = new Map<string, Set<string>>()
    for (const name of NAMES) {
      const { manifest } = await findSnapshot(vault, name)
      const ids = new Set<string>()
      const segments = openSegments(store, manifest.pool.id)
      await addReachable(segments, manifest, ids)
      needed.set(name, new Set([...ids].map((id) => segments.keyOf(id))))
      needed.get(name)?.add(manifestKey(manifest.pool.id, name))
    }
    for (const key of await keysIn(store)) {
      if (!/\/(segments|snapshots)\//.test(key)) continue
      inPart.clear()
      inPart.add(key)
      expect(await listed(), key).toEqual(all.filter((name) => needed.get(name as string)?.has(key) !== true))
    }
  })

  it('lists what is there and damaged: that is not arriving, and verify names it', async () => {
    const small = await fourSnapshots()
    const { store, vault } = small
    const { root } = (await findSnapshot(vault, 'other')).manifest.streams.users
    const key = (await keysIn(store)).find((one) => one.endsWith(root))
    await small.replace(key ?? '', 'rot')
    const replica = replicaOf(createReadOnlyStore(store))
    expect(await collect(replica.arriving('pool_B'))).toEqual([])
    const { damage } = await verifyVault({ ...vault, store: replica }, { sink: () => undefined })
    expect(damage).toMatchObject([{ key, snapshots: ['other'] }])
  })

  it('is told from a vault by its store, and looks an index up once however many snapshots name it', async () => {
    const { store, vault } = await fourSnapshots()
    let gets = 0
    const counting: ObjectStore = {
      ...createReadOnlyStore(store),
      get: (key: string) => {
        if (key.includes('/segments/')) gets++
        return store.get(key)
      },
    }
    const replica = replicaOf(counting)
    expect([isReplica(replica), isReplica(store)]).toEqual([true, false])
    await collect(listManifests({ ...vault, store: replica }))
    // Of pool_A the lists of resources, of no memberships, and of users on two days, and the indexes of one and of three ranges and one changed.
    const poolA = 4 + 1 + 3 + 1
    const poolB = 3 + 1 + 3
    expect(gets).toBe(poolA + poolB)
  })
})
