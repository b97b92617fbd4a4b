import { beforeEach, describe, expect, it } from 'vitest'
import { noEvents } from '../model/events.js'
import { STREAMS, type StreamRecord } from '../model/records.js'
import { createFaultyStore, type Fault } from '../storage/faulty/faulty-store.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { vaultContextOf } from '../testing/vault-context.js'
import { makeSmallVault, type SmallVault } from '../testing/small-vault.js'
import { addErasure, readErasures } from '../vault/erasures.js'
import type { Manifest } from '../vault/manifest.js'
import { openSegments } from '../vault/segment-store.js'
import { commitSnapshot, listManifests, openSnapshot } from '../vault/snapshots.js'
import { writeStream } from '../vault/stream-writer.js'
import { initVault, openVault, type Vault } from '../vault/vault.js'
import { verifyVault } from '../vault/verify.js'
import type { VaultContext } from './context.js'
import { copy, type CopyRequest, type CopyResult } from './copy.js'
import { withLease } from './with-lease.js'

const NOW = Date.parse('2026-11-24T00:00:00Z')
let source: SmallVault
let target: ObjectStore
let taken: Manifest[]

beforeEach(async () => {
  source = await makeSmallVault()
  const first = await source.take({ id: 'day-1', day: 1 })
  const second = await source.take({ id: 'day-2', day: 2, parent: first })
  const other = await source.take({ id: 'day-2', pool: 'pool_B' })
  taken = [first, second, other]
  target = createMemoryStore(createSimulatedClock(NOW))
  await initVault(target, NOW, () => 0.25)
})

const contextOf = (store: ObjectStore): VaultContext => vaultContextOf(store, createSimulatedClock(NOW))

const run = (request: Partial<CopyRequest> = {}, store = target): Promise<CopyResult> =>
  copy(contextOf(store), { from: source.store, ...request })

async function recordsOf(vault: Vault, manifest: Manifest): Promise<StreamRecord[][]> {
  const snapshot = openSnapshot(vault, manifest)
  return Promise.all(STREAMS.map((stream) => collect(snapshot.read(stream))))
}

async function manifestsIn(store: ObjectStore): Promise<Manifest[]> {
  const listed = await collect(listManifests(await openVault(store)))
  return listed.map(({ manifest }) => manifest!)
}

/** All that a copy promises: the same snapshots with the same records, in a vault that is whole. */
async function expectCopied(store: ObjectStore, manifests: readonly Manifest[]): Promise<void> {
  const vault = await openVault(store)
  const copies = await manifestsIn(store)
  expect(copies.map(({ pool, snapshot }) => `${pool.id} ${snapshot}`).sort()).toEqual(
    manifests.map(({ pool, snapshot }) => `${pool.id} ${snapshot}`).sort(),
  )
  for (const manifest of manifests) {
    const copied = copies.find(
      (one) => one.pool.id === manifest.pool.id && one.snapshot === manifest.snapshot,
    )!
    expect({ ...copied, streams: manifest.streams }).toEqual({ ...manifest, vault: vault.id })
    expect(STREAMS.map((name) => copied.streams[name].digest)).toEqual(
      STREAMS.map((name) => manifest.streams[name].digest),
    )
    expect(await recordsOf(vault, copied)).toEqual(await recordsOf(source.vault, manifest))
  }
  expect((await verifyVault(vault, { sink: noEvents })).damage).toEqual([])
}

const outcomes = ({ snapshots }: CopyResult): string[] =>
  snapshots.map(({ poolId, id, outcome }) => `${poolId} ${id} ${outcome}`)

describe('copy', () => {
  it('takes every snapshot of every pool along, each segment read once', async () => {
    const result = await run()
    expect(outcomes(result)).toEqual(['pool_A day-1 copied', 'pool_A day-2 copied', 'pool_B day-2 copied'])
    await expectCopied(target, taken)
    const segments = (await collect(source.store.list('pools/'))).filter(({ key }) =>
      key.includes('/segments/'),
    )
    expect(result.bytesRead).toBe(segments.reduce((sum, { size }) => sum + size, 0))
    expect(result.bytesStored).toBe(result.bytesRead)
  })

  it('sends nothing a second time, and with a new snapshot only what is new', async () => {
    await run()
    const again = await run()
    expect(outcomes(again)).toEqual(['pool_A day-1 there', 'pool_A day-2 there', 'pool_B day-2 there'])
    expect(again.bytesStored).toBe(0)
    const third = await source.take({ id: 'day-3', day: 3, parent: taken[1]! })
    const more = await run()
    expect(outcomes(more)).toContain('pool_A day-3 copied')
    await expectCopied(target, [...taken, third])
    // Bases that both have are neither read nor sent again; a delta, an index and a root are.
    expect(more.bytesStored).toBeGreaterThan(0)
    expect(more.bytesStored).toBeLessThan(600)
  })

  it('takes no segment for another where the same records were cut otherwise there', async () => {
    const manifest = taken[0]!
    const vault = await openVault(target)
    const segments = openSegments(target, 'pool_A')
    const records = openSnapshot(source.vault, manifest).read('users')
    const users = await writeStream(segments, records, undefined, { records: 7, characters: 1e6, chain: 6 })
    const streams = { ...manifest.streams, users }
    for (const name of ['resources', 'memberships'] as const) {
      const same = openSnapshot(source.vault, manifest).read(name)
      streams[name] = await writeStream(segments, same, undefined)
    }
    const recut = { ...manifest, vault: vault.id, streams }
    await commitSnapshot(vault, recut, segments.touched, () => Promise.resolve())
    expect(outcomes(await run({ pools: ['pool_A'] }))).toEqual(['pool_A day-1 there', 'pool_A day-2 copied'])
    const copied = (await manifestsIn(target)).find(({ snapshot }) => snapshot === 'day-2')!
    expect(await recordsOf(vault, copied)).toEqual(await recordsOf(source.vault, taken[1]!))
    expect((await verifyVault(vault, { sink: noEvents })).damage).toEqual([])
  })

  it('sends again what the other vault has lost, with the next snapshot that needs it', async () => {
    const pool = { pools: ['pool_A'] }
    await run(pool)
    // The base of a range that no later day changes.
    const segments = openSegments(target, 'pool_A')
    const keys = (await collect(target.list('pools/pool_A/segments/'))).map(({ key }) => key)
    let lost = ''
    for (const key of keys) {
      const lines = await segments.get(key.slice(key.lastIndexOf('/') + 1))
      if (lines.some((line) => line.startsWith('{"key":"user-30"'))) lost = key
    }
    expect(await target.delete(lost)).toBe(true)
    const third = await source.take({ id: 'day-3', day: 3, parent: taken[1]! })
    expect(outcomes(await run(pool))).toContain('pool_A day-3 copied')
    await expectCopied(target, [taken[0]!, taken[1]!, third])
  })

  it('takes what was named, by id, latest or pool', async () => {
    expect(outcomes(await run({ snapshots: ['day-1'] }))).toEqual(['pool_A day-1 copied'])
    expect(outcomes(await run({ snapshots: ['latest:pool_A'] }))).toEqual(['pool_A day-2 copied'])
    expect(outcomes(await run({ pools: ['pool_B'] }))).toEqual(['pool_B day-2 copied'])
    await expect(run({ pools: ['pool_C'] })).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
    await expectCopied(target, taken)
  })

  it('says in a dry run what it would do, and does nothing', async () => {
    await run({ snapshots: ['day-1'] })
    const before = await collect(target.list(''))
    expect(outcomes(await run({ dryRun: true }))).toEqual([
      'pool_A day-1 there',
      'pool_A day-2 planned',
      'pool_B day-2 planned',
    ])
    expect(await collect(target.list(''))).toEqual(before)
  })

  it('leaves out a snapshot of which something is damaged, names it, and copies the others', async () => {
    const root = taken[1]!.streams.users.root
    const key = `pools/pool_A/segments/${root.slice(0, 2)}/${root}`
    await source.replace(key, 'not what it was')
    const result = await run()
    expect(outcomes(result)).toEqual(['pool_A day-1 copied', 'pool_A day-2 failed', 'pool_B day-2 copied'])
    expect(result.snapshots[1]?.error).toMatchObject({ code: 'VAULT_DAMAGED', value: key })
    await expectCopied(target, [taken[0]!, taken[2]!])
  })

  it('tells of a manifest that cannot be read', async () => {
    await source.replace('pools/pool_A/snapshots/day-1.json', '{}')
    const result = await run()
    expect(outcomes(result)).toEqual(['pool_A day-2 copied', 'pool_B day-2 copied'])
    expect(result.unreadable).toMatchObject([{ key: 'pools/pool_A/snapshots/day-1.json' }])
  })

  it('names a manifest here that is damaged, puts nothing over it, and copies the others', async () => {
    await run({ snapshots: ['day-1'] })
    const key = 'pools/pool_A/snapshots/day-1.json'
    await target.delete(key)
    await target.putIfAbsent(key, Buffer.from('{}'))
    const result = await run()
    expect(outcomes(result)).toEqual(['pool_A day-1 failed', 'pool_A day-2 copied', 'pool_B day-2 copied'])
    expect(result.snapshots[0]?.error).toMatchObject({ code: 'VAULT_DAMAGED', value: key })
    expect(Buffer.from((await target.get(key))!).toString()).toBe('{}')
  })

  it('refuses to copy a vault into itself, or over a snapshot that holds something else', async () => {
    await expect(run({}, source.store)).rejects.toMatchObject({ code: 'USAGE' })
    const forged = await makeSmallVault()
    const other = createMemoryStore(createSimulatedClock(NOW))
    await initVault(other, NOW, () => 0.75)
    await forged.take({ id: 'day-1', day: 9 })
    await copy(contextOf(other), { from: forged.store })
    const result = await run({ snapshots: ['day-1'] }, other)
    expect(result.snapshots).toMatchObject([{ outcome: 'failed', error: { code: 'SNAPSHOT_DIFFERS' } }])
  })

  it('does not begin while a backup of the pool is under way here', async () => {
    await withLease(contextOf(target), 'backup/pool_A', 'backup', async () => {
      await expect(run({ pools: ['pool_A'] })).rejects.toMatchObject({ code: 'LOCKED' })
      expect(outcomes(await run({ pools: ['pool_B'] }))).toEqual(['pool_B day-2 copied'])
    })
  })
})

describe('a copy that is stopped', () => {
  const ofOnePool = { pools: ['pool_A'] }

  it.each(['before', 'after'] as const)(
    'at any write, %s it, is gone on with, and never shows half',
    async (when) => {
      for (let call = 1; ; call++) {
        const store = createMemoryStore(createSimulatedClock(NOW))
        await initVault(store, NOW, () => 0.25)
        const fault: Fault = {
          method: 'putIfAbsent',
          keys: 'pools/',
          call,
          effect: { kind: 'crash', when, error: new Error('the process died') },
        }
        const died = await run(ofOnePool, createFaultyStore(store, [fault])).then(
          () => false,
          () => true,
        )
        if (!died) break
        const vault = await openVault(store)
        expect((await verifyVault(vault, { sink: noEvents })).damage).toEqual([])
        await forget(store)
        await run(ofOnePool, store)
        await expectCopied(store, taken.slice(0, 2))
      }
    },
  )
})

/** The lease of the dead is over. */
async function forget(store: ObjectStore): Promise<void> {
  for (const { key } of await collect(store.list('leases/'))) await store.delete(key)
}

describe('the erasure list', () => {
  const erase = (store: ObjectStore, sub: string): Promise<number> =>
    addErasure(store, [['sub', sub]], NOW, () => Buffer.alloc(32, sub))

  it('comes along, and what was added since with the next copy', async () => {
    await erase(source.store, 'ann')
    expect((await run()).erasures).toBe(1)
    expect((await run()).erasures).toBe(0)
    await erase(target, 'bob')
    await erase(source.store, 'cleo')
    expect((await run()).erasures).toBe(1)
    const list = await readErasures(target)
    expect(['ann', 'bob', 'cleo', 'dee'].map((sub) => list.of(['sub', sub]) !== undefined)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('stops the copy before its first write where both vaults have one of their own', async () => {
    await erase(source.store, 'ann')
    await erase(target, 'bob')
    await expect(run()).rejects.toMatchObject({ code: 'ERASURES_DIFFER' })
    expect(await manifestsIn(target)).toEqual([])
    expect((await run({ withoutErasures: true })).erasures).toBe(0)
    await expectCopied(target, taken)
  })
})
