import { beforeAll, describe, expect, it } from 'vitest'
import { CodedError } from '../model/errors.js'
import { createFaultyStore } from '../storage/faulty/faulty-store.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { vaultContextOf } from '../testing/vault-context.js'
import { makeSmallVault } from '../testing/small-vault.js'
import { newPassphrase, withPassphrase } from '../testing/test-keys.js'
import { createVersionedStore } from '../testing/versioned-store.js'
import { addAcknowledgement } from '../vault/acknowledgements.js'
import { addErasure, readErasures } from '../vault/erasures.js'
import { addSlots } from '../vault/key-slots.js'
import { withKeys } from '../vault/keyed-store.js'
import { forgetSnapshot } from '../vault/forgotten.js'
import { segmentKey } from '../vault/object-keys.js'
import { some } from '../../test/support/sweep.js'
import { addReachable } from '../vault/reachable.js'
import { sealJson } from '../vault/sealed-json.js'
import { openSegments } from '../vault/segment-store.js'
import { listManifests } from '../vault/snapshots.js'
import { initVault, openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'
import { copy } from './copy.js'
import { prune } from './prune.js'
import { repair, type RepairApproval, type RepairResult } from './repair.js'
import type { RepairPlan } from './repair-plan.js'
import { verify } from './verify.js'

const NOW = Date.parse('2026-11-24T00:00:00Z')
const HOUR = 3_600_000
const ALL: RepairApproval = { bringBack: 'all' }
const NONE: RepairApproval = { bringBack: [] }
const JOURNAL = 'restores/run-1/journal/users-000001/000001.json'

const KINDS = ['in the clear', 'encrypted'] as const
type Kind = (typeof KINDS)[number]

/** A vault with an object of every kind, as it is stored. */
interface Whole {
  readonly raw: ObjectStore
  readonly open: (raw: ObjectStore) => ObjectStore
  readonly keys: readonly string[]
}

async function makeWhole(
  kind: Kind,
  raw = createMemoryStore(createSimulatedClock(NOW - HOUR)),
): Promise<Whole> {
  const isEncrypted = kind === 'encrypted'
  const open = (store: ObjectStore): ObjectStore =>
    isEncrypted ? withKeys(store, withPassphrase('horse')) : store
  const lab = await makeSmallVault(raw, isEncrypted ? newPassphrase('horse') : undefined)
  const first = await lab.take({ id: 'day-1', day: 1 })
  await lab.take({ id: 'day-2', day: 2, parent: first })
  await lab.take({ id: 'day-2', pool: 'pool_B' })
  const store = open(raw)
  await addErasure(store, [['sub', 'someone']], NOW, () => Buffer.alloc(32, 7))
  await addErasure(store, [['sub', 'another']], NOW, () => Buffer.alloc(32, 7))
  await addAcknowledgement(store, {
    poolId: 'pool_A',
    snapshotId: 'day-1',
    at: '2026-11-24T00:00:00.000Z',
    host: 'h',
  })
  for (const [key, body] of [
    ['restores/run-1/begun.json', { at: 'x' }],
    [JOURNAL, [{ intent: 5 }]],
    ['restores/run-1/journal/users-000001/done.json', { results: [] }],
  ] as const)
    await store.putIfAbsent(key, sealJson(key, body as never))
  const keys = (await collect(raw.list(''))).map(({ key }) => key)
  return { raw, open, keys }
}

const contextOf = (store: ObjectStore): VaultContext => vaultContextOf(store, createSimulatedClock(NOW))

async function copyOf(
  store: ObjectStore,
  into = createMemoryStore(createSimulatedClock(NOW)),
): Promise<ObjectStore> {
  for await (const { key } of store.list('')) await into.putIfAbsent(key, (await store.get(key))!)
  return into
}

/** As when the locks of those who died are over. */
async function withoutLocks(store: ObjectStore): Promise<void> {
  for (const { key } of await collect(store.list('leases/'))) await store.delete(key)
}

async function put(store: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  await store.delete(key)
  await store.putIfAbsent(key, bytes)
}

type Damage = 'gone' | 'rot' | 'cut'
async function damage(store: ObjectStore, key: string, how: Damage): Promise<void> {
  const bytes = (await store.get(key))!
  await store.delete(key)
  if (how !== 'gone') await store.putIfAbsent(key, how === 'rot' ? Buffer.from('rot') : bytes.subarray(0, -3))
}

async function run(store: ObjectStore, from?: ObjectStore, approval = NONE): Promise<RepairResult> {
  return (await repair(contextOf(store), { from }, () => Promise.resolve(approval)))!
}

/** What is stored, but for the log of locks. */
async function contentOf(raw: ObjectStore): Promise<Map<string, string>> {
  const content = new Map<string, string>()
  for await (const { key } of raw.list(''))
    if (!key.startsWith('leases/')) content.set(key, Buffer.from((await raw.get(key))!).toString('base64'))
  return content
}

/** What no verification can see to be gone. */
const UNSEEN = /\/snapshots\/|^keys\/|^acknowledged\/|^erasures\/000000000002|begun|journal/

const BATCHES = 6

/** Every object damaged in every way, or in one where that takes long or not all is tried, some at a time. */
function batchesOf(keys: readonly string[], kind: Kind): [key: string, how: Damage][][] {
  const ways: Damage[] = ['rot', 'gone', 'cut']
  const isSeen = ([key, how]: [string, Damage]): boolean =>
    how !== 'gone' || !UNSEEN.test(key) || key.startsWith('keys/')
  const turns = kind === 'encrypted' ? [0] : some([0, 1, 2], 1)
  return turns.flatMap((turn) => {
    const all = keys
      .map((key, place): [string, Damage] => [key, ways[(place + turn) % 3]!])
      .map((one): [string, Damage] => (isSeen(one) ? one : [one[0], 'rot']))
    return [...Array(BATCHES).keys()].map((first) => all.filter((_, place) => place % BATCHES === first))
  })
}

/** A repair by a process that dies at a call of the store; whether it did. */
async function dyingAt(
  { method, call, when }: { method: 'putIfAbsent' | 'delete'; call: number; when: 'before' | 'after' },
  raw: ObjectStore,
  open: Whole['open'],
  from?: ObjectStore,
): Promise<boolean> {
  const error = new Error('dead')
  const faulty = createFaultyStore(raw, [
    { method, call, keys: /^(?!leases)/, effect: { kind: 'crash', when, error } },
  ])
  return run(open(faulty), from).then(
    () => false,
    (reason: unknown) => {
      if (reason !== error) throw reason
      return true
    },
  )
}

/** The key of a segment that a snapshot alone needs. */
async function onlyOf({ raw, open }: Whole, snapshot: string): Promise<string> {
  const vault = await openVault(open(raw))
  const needed = new Set<string>()
  const others = new Set<string>()
  for await (const { manifest } of listManifests(vault, 'pool_A'))
    await addReachable(
      openSegments(vault.store, 'pool_A'),
      manifest!,
      manifest!.snapshot === snapshot ? needed : others,
    )
  return segmentKey(
    'pool_A',
    [...needed].find((id) => !others.has(id))!,
  )
}

function actionsOf({ items }: RepairResult): Map<string, string> {
  return new Map(items.map(({ key, action }) => [key, action]))
}

describe.each(KINDS)('repair of a vault %s', (kind) => {
  let whole: Whole

  beforeAll(async () => {
    whole = await makeWhole(kind)
  })

  it('does nothing where nothing is wrong', async () => {
    const raw = await copyOf(whole.raw)
    expect(await run(whole.open(raw), undefined, ALL)).toMatchObject({ ok: true, items: [], outcomes: [] })
    expect(await contentOf(raw)).toEqual(await contentOf(whole.raw))
  })

  it('puts every object in turn back from a copy, whether it is altered, cut short or gone', async () => {
    for (const batch of batchesOf(whole.keys, kind)) {
      const raw = await copyOf(whole.raw)
      for (const [key, how] of batch) await damage(raw, key, how)
      const result = await run(whole.open(raw), whole.open(whole.raw))
      expect(actionsOf(result)).toEqual(
        new Map(batch.map(([key, how]) => [key, how === 'gone' ? 'put' : 'replace'])),
      )
      expect(result.items.every(({ origin }) => origin?.kind === 'vault')).toBe(true)
      expect(result.outcomes.map(({ outcome }) => outcome)).toEqual(batch.map(() => 'repaired'))
      expect((await verify(contextOf(whole.open(raw)))).damage).toEqual([])
      const [now, then] = [await contentOf(raw), await contentOf(whole.raw)]
      // Put behind the list for as long as its last entry was away.
      now.delete('erasures/000000000003.json')
      expect([...now.keys()]).toEqual([...then.keys()])
    }
  })

  it('puts a snapshot back of which everything but the manifest is gone', async () => {
    const raw = await copyOf(whole.raw)
    for (const key of whole.keys) if (key.startsWith('pools/pool_A/segments/')) await raw.delete(key)
    const result = await run(whole.open(raw), whole.open(whole.raw))
    expect(result.ok).toBe(true)
    expect((await verify(contextOf(whole.open(raw)))).ok).toBe(true)
    expect([...(await contentOf(raw)).keys()]).toEqual([...(await contentOf(whole.raw)).keys()])
  })

  it('finds the segments in a vault of other keys that was copied to', async () => {
    const other = createMemoryStore(createSimulatedClock(NOW))
    await initVault(other, NOW, () => 0.25, newPassphrase('battery'))
    const from = withKeys(other, withPassphrase('battery'))
    await copy(contextOf(from), { from: whole.open(whole.raw) })
    const raw = await copyOf(whole.raw)
    const segments = whole.keys.filter((key) => key.startsWith('pools/pool_A/segments/'))
    for (const [place, key] of segments.entries()) await damage(raw, key, place % 2 === 0 ? 'gone' : 'rot')
    const result = await run(whole.open(raw), from)
    expect(result.items).toHaveLength(segments.length)
    expect(result.ok).toBe(true)
    expect((await verify(contextOf(whole.open(raw)))).ok).toBe(true)
  })

  it('takes nothing that is not proven: another vault’s manifests, erasures and restores', async () => {
    const lab = await makeSmallVault()
    await lab.take({ id: 'day-1', day: 5 })
    await addErasure(lab.store, [['sub', 'nobody']], NOW, () => Buffer.alloc(32, 9))
    const key = 'restores/run-1/begun.json'
    await lab.store.putIfAbsent(key, sealJson(key, { at: 'forged' }))
    const other = createMemoryStore(createSimulatedClock(NOW))
    await initVault(other, NOW, () => 0.9)
    await copy(contextOf(other), { from: lab.store })
    await other.putIfAbsent(key, sealJson(key, { at: 'forged' }))
    // Of the same id, and in the clear: no copy of one that is encrypted.
    const others = kind === 'encrypted' ? [other, lab.store] : [other]
    for (const damaged of ['pools/pool_A/snapshots/day-1.json', 'erasures/000000000001.json', key]) {
      for (const from of others) {
        const raw = await copyOf(whole.raw)
        await damage(raw, damaged, 'rot')
        const result = await run(whole.open(raw), from)
        expect(result).toMatchObject({ ok: false, items: [{ key: damaged, action: 'leave' }] })
        expect(Buffer.from((await raw.get(damaged))!).toString()).toBe('rot')
      }
    }
  })

  it('computes indexes and roots again from the other snapshot, where the id proves it', async () => {
    let derived = 0
    const all = whole.keys.filter((one) => one.startsWith('pools/pool_A/segments/'))
    for (const key of all) {
      if (kind === 'encrypted' && derived > 0) break
      const raw = await copyOf(whole.raw)
      await damage(raw, key, 'gone')
      const result = await run(whole.open(raw))
      if (!result.ok) continue
      derived++
      expect(result.items).toMatchObject([{ key, origin: { kind: 'derived' } }])
      expect((await verify(contextOf(whole.open(raw)))).ok).toBe(true)
    }
    // Both indexes of the range that changed, and those of the others; both roots of the users; the empty root.
    expect(derived).toBeGreaterThanOrEqual(kind === 'encrypted' ? 1 : 6)
  })

  it('names what is lost where there is no copy, and leaves it', async () => {
    const raw = await copyOf(whole.raw)
    const segments = whole.keys.filter((key) => key.startsWith('pools/pool_A/segments/'))
    for (const key of segments) await damage(raw, key, 'rot')
    const before = await contentOf(raw)
    const result = await run(whole.open(raw))
    expect(result.ok).toBe(false)
    const left = result.items.filter(({ action }) => action === 'leave')
    expect(left.flatMap(({ lost }) => lost ?? [])).toContainEqual({
      snapshot: 'day-2',
      stream: 'users',
      ranges: [],
      records: 40,
      of: 40,
    })
    expect(left.every(({ hint }) => hint !== undefined)).toBe(true)
    // The list of an empty stream's ranges can be computed from nothing.
    const put = result.outcomes.filter(({ outcome }) => outcome === 'repaired').map(({ key }) => key)
    for (const key of put) before.delete(key)
    const after = await contentOf(raw)
    for (const [key, bytes] of before) expect(after.get(key)).toBe(bytes)
  })
})

describe.each(KINDS)('repair of a vault %s whose store keeps versions', (kind) => {
  it('puts every object in turn back from beneath', async () => {
    const clock = createSimulatedClock(NOW - HOUR)
    const { raw, open, keys } = await makeWhole(kind, createVersionedStore(clock))
    for (const batch of batchesOf(keys, kind)) {
      for (const [key, how] of batch) await damage(raw, key, how)
      const result = await run(open(raw))
      expect(new Set(actionsOf(result).keys())).toEqual(new Set(batch.map(([key]) => key)))
      expect(result.items.every(({ origin }) => origin?.kind === 'version')).toBe(true)
      expect(result.ok).toBe(true)
      expect((await verify(contextOf(open(raw)))).damage).toEqual([])
    }
  })

  it('brings a snapshot back that was deleted by other means, with what went with it, only when told to', async () => {
    const { raw, open, keys } = await makeWhole(kind, createVersionedStore(createSimulatedClock(NOW - HOUR)))
    for (const key of keys) if (key.startsWith('pools/pool_B/')) await raw.delete(key)
    const refused = await run(open(raw))
    expect(refused).toMatchObject({
      ok: true,
      items: [],
      hidden: [{ snapshot: 'day-2', poolId: 'pool_B', isWhole: true }],
      broughtBack: [],
    })
    expect(await collect(raw.list('pools/pool_B/'))).toEqual([])
    const result = await run(open(raw), undefined, { bringBack: ['day-2'] })
    expect(result).toMatchObject({ ok: true, broughtBack: ['day-2'] })
    expect(await verify(contextOf(open(raw)))).toMatchObject({ ok: true, snapshots: 3 })
    await expect(run(open(raw), undefined, { bringBack: ['day-9'] })).rejects.toMatchObject({
      code: 'SNAPSHOT_NOT_FOUND',
    })
  })

  it('does not take what was forgotten for deleted, nor a key slot that was removed for lost', async () => {
    const { raw, open, keys } = await makeWhole(kind, createVersionedStore(createSimulatedClock(NOW - HOUR)))
    const key = keys.find((one) => one.endsWith('pool_A/snapshots/day-1.json'))!
    const store = open(raw)
    const copyKey = 'pools/pool_A/forgotten/day-1.json'
    await store.putIfAbsent(copyKey, (await store.get(key))!)
    await store.delete(key)
    await store.delete(copyKey)
    if (kind === 'encrypted') {
      const [slot] = await addSlots(store, newPassphrase('battery'), NOW, Math.random)
      await raw.delete(`keys/${slot!.slot}`)
    }
    const slots = await collect(raw.list('keys/'))
    expect(await run(store, undefined, ALL)).toMatchObject({ items: [], hidden: [], broughtBack: [] })
    // Nor where the one that was left is gone, and comes back.
    for (const slot of slots) await raw.delete(slot.key)
    await run(open(raw), undefined, ALL)
    expect((await collect(raw.list('keys/'))).map(({ key: slot }) => slot)).toEqual(
      slots.map(({ key: slot }) => slot),
    )
  })
})

describe('repair', () => {
  it('says by ranges what a segment of data takes with it', async () => {
    const whole = await makeWhole('in the clear')
    const raw = await copyOf(whole.raw)
    const lost = new Map<string, unknown>()
    for (const key of whole.keys.filter((one) => one.startsWith('pools/pool_A/segments/'))) {
      const bytes = (await raw.get(key))!
      await damage(raw, key, 'rot')
      const { items } = await run(whole.open(raw), undefined, 'dry-run')
      for (const item of items) if (item.action === 'leave') lost.set(key, item.lost)
      await put(raw, key, bytes)
    }
    expect([...lost.values()]).toContainEqual([
      { snapshot: 'day-1', stream: 'users', ranges: [2], records: 10, of: 40 },
      { snapshot: 'day-2', stream: 'users', ranges: [2], records: 10, of: 40 },
    ])
  })

  it('comes to the same end when it dies at any write, and is never worse in between', async () => {
    const whole = await makeWhole('in the clear')
    const manifest = 'pools/pool_A/snapshots/day-1.json'
    const erasure = 'erasures/000000000002.json'
    const segment = whole.keys.find((key) => key.startsWith('pools/pool_B/segments/'))!
    for (const method of ['putIfAbsent', 'delete'] as const) {
      for (let call = 1; ; call++) {
        const raw = await copyOf(whole.raw)
        for (const key of [manifest, erasure, segment]) await damage(raw, key, 'rot')
        const died = await dyingAt({ method, call, when: 'after' }, raw, whole.open, whole.open(whole.raw))
        // Of the erasure list nothing is missing unseen.
        const count = await readErasures(whole.open(raw)).then(
          (list) => list.count,
          () => 'refused',
        )
        expect(['refused', 2, 3]).toContain(count)
        await withoutLocks(raw)
        expect((await run(whole.open(raw), whole.open(whole.raw))).ok, `${method} ${call}`).toBe(true)
        expect((await verify(contextOf(whole.open(raw)))).ok).toBe(true)
        expect(await raw.head(manifest)).toBeDefined()
        if (!died) break
      }
    }
  })

  it.each(KINDS)('loses no manifest when it dies while it replaces one, of a vault %s', async (kind) => {
    const clock = createSimulatedClock(NOW)
    const context = (store: ObjectStore): VaultContext => vaultContextOf(store, clock)
    const whole = await makeWhole(kind)
    const manifest = 'pools/pool_A/snapshots/day-1.json'
    const own = await onlyOf(whole, 'day-1')
    const states = new Set<string>()
    const isAll = kind === 'in the clear'
    for (const method of isAll ? (['putIfAbsent', 'delete'] as const) : (['delete'] as const))
      for (const when of isAll ? (['before', 'after'] as const) : (['after'] as const))
        for (let call = 1; ; call++) {
          const raw = await copyOf(whole.raw, createMemoryStore(clock))
          await damage(raw, manifest, 'rot')
          const died = await dyingAt({ method, call, when }, raw, whole.open, whole.open(whole.raw))
          const found = (await verify(context(whole.open(raw)))).damage.map(({ key }) => key)
          const isAway = (await raw.head(manifest)) === undefined
          // Before the segment of the snapshot's own is at risk, and when a day and more has gone by.
          await clock.advance(2 * 24 * HOUR)
          await prune(context(whole.open(raw)))
          expect(await raw.head(own), `${method} ${call} ${when}`).toBeDefined()
          const standIns = await collect(raw.list('pools/pool_A/repairing/'))
          states.add(`${isAway ? 'away' : found.length > 0 ? 'damaged' : 'there'}, ${standIns.length}`)
          // Nothing but what the first has left.
          const from = isAway ? undefined : whole.open(whole.raw)
          const again = await repair(context(whole.open(raw)), { from }, () => Promise.resolve(NONE))
          expect(again?.ok).toBe(true)
          expect(isAway ? again?.items : []).toMatchObject(
            isAway ? [{ key: manifest, action: 'put', origin: { kind: 'repair' } }] : [],
          )
          expect((await verify(context(whole.open(raw)))).ok).toBe(true)
          expect(await raw.get(manifest)).toEqual(await whole.raw.get(manifest))
          if (isAway) expect(await collect(raw.list('pools/pool_A/repairing/'))).toEqual([])
          if (!died) break
        }
    // Every state was there: before anything, with the stand-in, without the manifest, and after the end, when prune has removed what was left.
    const all = ['away, 1', 'damaged, 0', 'damaged, 1', 'there, 0']
    expect([...states].toSorted()).toEqual(isAll ? all : ['away, 1', 'there, 0'])
  })

  it('keeps the only copy of a manifest when a second repair dies as well, wherever it does', async () => {
    const { raw, open } = await makeWhole('in the clear')
    const manifest = 'pools/pool_A/snapshots/day-1.json'
    const stopped = await copyOf(raw)
    await damage(stopped, manifest, 'rot')
    await dyingAt({ method: 'delete', call: 1, when: 'before' }, stopped, open, raw)
    await withoutLocks(stopped)
    expect(await collect(stopped.list('pools/pool_A/repairing/'))).toHaveLength(1)
    for (const method of ['putIfAbsent', 'delete'] as const)
      for (const when of ['before', 'after'] as const)
        for (let call = 1; ; call++) {
          const again = await copyOf(stopped)
          const died = await dyingAt({ method, call, when }, again, open)
          await withoutLocks(again)
          expect((await run(open(again))).ok, `${method} ${call} ${when}`).toBe(true)
          expect(await again.get(manifest)).toEqual(await raw.get(manifest))
          if (!died) break
        }
  })

  it('keeps the only copy of a manifest when what lies in its place may not be deleted', async () => {
    const { raw, open } = await makeWhole('in the clear')
    const manifest = 'pools/pool_A/snapshots/day-1.json'
    const stopped = await copyOf(raw)
    await damage(stopped, manifest, 'rot')
    await dyingAt({ method: 'delete', call: 1, when: 'before' }, stopped, open, raw)
    await withoutLocks(stopped)
    const error = new CodedError('RETAINED', 'kept until tomorrow')
    const locked = createFaultyStore(stopped, [
      { method: 'delete', call: 1, keys: manifest, effect: { kind: 'error-before', error } },
    ])
    expect((await run(open(locked))).ok).toBe(false)
    expect(await collect(stopped.list('pools/pool_A/repairing/'))).toHaveLength(1)
    expect((await run(open(stopped))).ok).toBe(true)
    expect(await stopped.get(manifest)).toEqual(await raw.get(manifest))
  })

  it('does not bring a snapshot back that was forgotten after a repair of it had been stopped', async () => {
    const { raw, open } = await makeWhole('in the clear')
    const broken = await copyOf(raw)
    const manifest = 'pools/pool_A/snapshots/day-1.json'
    await damage(broken, manifest, 'rot')
    // The last deletion is of the stand-in.
    await dyingAt({ method: 'delete', call: 2, when: 'before' }, broken, open, raw)
    expect(await collect(broken.list('pools/pool_A/repairing/'))).toHaveLength(1)
    await forgetSnapshot(await openVault(broken), 'pool_A', 'day-1', () => Promise.resolve())
    expect(await run(open(broken), undefined, ALL)).toMatchObject({ ok: true, items: [] })
    expect(await broken.head(manifest)).toBeUndefined()
  })

  it('carries out the plan that it showed, and a dry run writes nothing', async () => {
    const { raw, open, keys } = await makeWhole('in the clear')
    const broken = await copyOf(raw)
    await damage(
      broken,
      keys.find((key) => key.includes('pool_A/segments/'))!,
      'rot',
    )
    const before = await collect(broken.list(''))
    const plans: RepairPlan[] = []
    for (const approval of ['dry-run', 'refuse', NONE] as const) {
      await repair(contextOf(open(broken)), { from: raw }, (plan) => {
        plans.push(plan)
        return Promise.resolve(approval)
      })
      if (approval !== NONE) expect(await collect(broken.list(''))).toEqual(before)
    }
    expect(plans[0]).toEqual(plans[2])
    expect((await verify(contextOf(broken))).ok).toBe(true)
  })

  it('removes entries of the log of locks that cannot be read once they are over, and no others', async () => {
    const clock = createSimulatedClock(NOW)
    const { raw } = await makeWhole('in the clear', createMemoryStore(clock))
    const locks = ['leases/000000000001.json', 'leases/000000000002.json', 'leases/notes']
    for (const key of locks) await raw.putIfAbsent(key, Buffer.from('rot'))
    const early = await run(raw)
    expect(early.outcomes).toMatchObject([
      {
        key: locks[0],
        outcome: 'failed',
        error: { code: 'LOCKED', hint: expect.stringContaining('T01:00:0') as unknown },
      },
      { key: locks[1], outcome: 'failed' },
      { key: locks[2], outcome: 'left' },
    ])
    await clock.advance(HOUR + 1000)
    const late = await run(raw)
    expect(late.outcomes.map(({ outcome }) => outcome)).toEqual(['removed', 'removed', 'left'])
    expect((await verify(contextOf(raw))).damage.map(({ key }) => key)).toEqual(['leases/notes'])
  })

  it('leaves the journal of a restore alone that may be resumed', async () => {
    const { raw, open } = await makeWhole('in the clear')
    const broken = await copyOf(raw)
    await broken.delete('restores/run-1/journal/users-000001/done.json')
    await damage(broken, JOURNAL, 'rot')
    const result = await run(open(broken), raw)
    expect(result).toMatchObject({ ok: false, items: [{ key: JOURNAL, action: 'leave' }] })
    expect(await broken.head(JOURNAL)).toBeDefined()
  })

  it('says that a parent is gone, which is no damage', async () => {
    const { raw } = await makeWhole('in the clear')
    await raw.delete('pools/pool_A/snapshots/day-1.json')
    expect(await run(raw)).toMatchObject({
      ok: true,
      withoutParent: [{ snapshot: 'day-2', parent: 'day-1' }],
    })
  })

  it('does not take another vault’s description, and says what it lacks', async () => {
    const { raw } = await makeWhole('in the clear')
    const other = await makeSmallVault(undefined, newPassphrase('x'))
    const third = createMemoryStore(createSimulatedClock(NOW))
    await initVault(third, NOW, () => 0.9)
    await raw.delete('vault.json')
    for (const from of [withKeys(other.store, withPassphrase('x')), third, undefined])
      await expect(run(raw, from)).rejects.toMatchObject({ code: 'VAULT_NOT_FOUND' })
    await expect(openVault(raw)).rejects.toMatchObject({ code: 'VAULT_NOT_FOUND' })
  })
})
