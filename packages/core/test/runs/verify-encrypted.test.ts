import { beforeAll, describe, expect, it } from 'vitest'
import type { VaultContext } from '../../src/actions/context.js'
import { verify } from '../../src/actions/verify.js'
import { hasCode } from '../../src/model/errors.js'
import { openImportRecords } from '../../src/restore/engines/import-records.js'
import { openJournal } from '../../src/restore/journal.js'
import { openRun } from '../../src/restore/run-store.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { collect } from '../../src/testing/collect.js'
import { createSimulatedClock } from '../../src/testing/simulated-clock.js'
import { makeSmallVault } from '../../src/testing/small-vault.js'
import { newPassphrase, withPassphrase } from '../../src/testing/test-keys.js'
import { addErasure } from '../../src/vault/erasures.js'
import { addSlots } from '../../src/vault/key-slots.js'
import { withKeys } from '../../src/vault/keyed-store.js'
import { acquireLease } from '../../src/vault/leases.js'
import { runHeader } from '../../src/testing/run-headers.js'

let firstSlot: string | undefined
let whole: ReadonlyMap<string, Uint8Array>
const clock = createSimulatedClock(Date.parse('2026-11-23T00:00:00Z'))

/** A vault with two pools, two snapshots of one, two key slots, an erasure, a run with everything that a run has, a lock. */
beforeAll(async () => {
  const small = await makeSmallVault(undefined, newPassphrase('one'))
  const { store } = small
  const first = await small.take({ id: 'day-1', day: 1 })
  await small.take({ id: 'day-2', day: 2, parent: first })
  await small.take({ id: 'day-1', pool: 'pool_B', day: 1 })
  const keyed = withKeys(store, withPassphrase('one'))
  firstSlot = (await collect(store.list('keys/')))[0]?.key
  await addSlots(keyed, newPassphrase('two'), 0, Math.random)
  await addErasure(keyed, [['email', 'a@example.com']], 0, () => Buffer.alloc(32, 1))
  const run = openRun(keyed, 'run-1')
  await run.begin('then')
  const step = { phase: 'group', subject: { kind: 'group', id: 'a' }, operations: [], notes: [] } as const
  const chunk = await run.putChunk('06-000000', 'group', [step])
  await run.putHeader(runHeader('run-1', { chunks: [chunk] }))
  await run.approve('then')
  const hasty = { ...clock, sleep: () => Promise.resolve() }
  const journal = await openJournal(keyed, `${run.prefix}journal/${chunk.id}/`, hasty)
  await journal.append({ intent: 1 })
  await journal.finish([{ step: 0, outcomes: [], reasons: [], bound: {}, notes: [] }])
  await openImportRecords(keyed, run.prefix).putEnd({})
  const lines = await run.putLines('fidelity/06-000000.ndjson.gz', ['{"a":1}'])
  const map = await run.putLines('identity-map/06-000000.ndjson.gz', ['{"kind":"user","old":"a","new":"b"}'])
  await run.putReport({}, { 'fidelity/06-000000.ndjson.gz': lines, 'identity-map/06-000000.ndjson.gz': map })
  const holder = { host: 'h', pid: 1 }
  await acquireLease(keyed, {
    scope: 's',
    purpose: 'p',
    holder,
    clock,
    random: Math.random,
    newId: () => 'a',
  })
  const found = await collect(store.list(''))
  whole = new Map(await Promise.all(found.map(async ({ key }) => [key, (await store.get(key))!] as const)))
})

/** The objects that `verify` names in a vault with these in the place of its own. */
async function named(changes: ReadonlyMap<string, Uint8Array | undefined>, as = 'one'): Promise<string[]> {
  const store: ObjectStore = createMemoryStore(clock)
  for (const [key, bytes] of new Map([...whole, ...changes]))
    if (bytes !== undefined) await store.putIfAbsent(key, bytes)
  const context: VaultContext = {
    store: withKeys(store, withPassphrase(as)),
    clock,
    random: Math.random,
    sink: () => undefined,
    tempDirectory: '',
    holder: { host: 'h', pid: 1 },
  }
  try {
    const { ok, damage } = await verify(context)
    expect(ok).toBe(damage.length === 0)
    return damage.map(({ key }) => key)
  } catch (error) {
    // What the vault is opened with is needed before anything else can be looked at.
    if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
    return [error.value!, ...(error.message.match(/keys\/[0-9a-f]+/g) ?? [])]
  }
}

function altered(bytes: Uint8Array, at: number): Uint8Array {
  const other = Uint8Array.from(bytes)
  other[at]! ^= 4
  return other
}

/** Whether an object is the slot of this passphrase: the first was made with the vault. */
function isSlotOf(passphrase: 'one' | 'two', key: string): boolean {
  return key.startsWith('keys/') && (key === firstSlot) === (passphrase === 'one')
}

const segments = (keys: Iterable<string>): string[] => [...keys].filter((key) => key.includes('/segments/'))

describe('verify of an encrypted vault', () => {
  it('finds nothing where all is whole, with either key', async () => {
    expect(await named(new Map())).toEqual([])
    expect(await named(new Map(), 'two')).toEqual([])
    const kinds = new Set([...whole.keys()].map((key) => key.split('/')[0]))
    expect([...kinds]).toEqual(['erasures', 'keys', 'leases', 'pools', 'restores', 'vault.json'])
    expect([...whole.keys()].filter((key) => key.startsWith('restores/'))).toHaveLength(10)
  })

  /** Each of the ways in which an object can be spoilt. */
  const WAYS: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
    (bytes) => bytes.subarray(0, bytes.length - 1),
    (bytes) => bytes.subarray(0, 0),
    (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
    (bytes) => altered(bytes, 0),
    (bytes) => altered(bytes, bytes.length >> 1),
    (bytes) => altered(bytes, bytes.length - 1),
  ]

  it('names every object that is cut short, emptied, added to, or altered in one byte, each in turn', async () => {
    // Of one pool only: the same happens with the segments of the other, and all at once they are below.
    const some = [...whole].filter(([key]) => !key.startsWith('pools/pool_B/segments/'))
    for (const [at, [key, bytes]] of some.entries()) {
      const spoilt = WAYS[at % WAYS.length]!(bytes)
      expect(await named(new Map([[key, spoilt]])), key).toContain(key)
    }
  })

  it('names all of them at once, in whichever way they are spoilt', async () => {
    // What opens the vault is left: without that there is nothing to look at further.
    const others = [...whole].filter(([key]) => key !== 'vault.json' && !isSlotOf('one', key))
    for (const [at, way] of WAYS.entries()) {
      const found = await named(new Map(others.map(([key, bytes]) => [key, way(bytes)])))
      // What a run consists of is in its plan and its report: where these are unreadable, its lines have no digest to be held against.
      const keys = others.map(([key]) => key)
      expect(found.sort(), `way ${at}`).toEqual(expect.arrayContaining(keys))
    }
    for (const way of WAYS)
      expect(await named(new Map([['vault.json', way(whole.get('vault.json')!)]]))).toEqual(['vault.json'])
    const slots = [...whole.keys()].filter((key) => key.startsWith('keys/'))
    for (const way of WAYS)
      expect(await named(new Map(slots.map((key) => [key, way(whole.get(key)!)])))).toEqual(
        expect.arrayContaining(slots),
      )
  })

  it('names both of two objects that were swapped, whatever they are', async () => {
    const keys = [...whole.keys()]
    const ofPool = ['pool_A', 'pool_B'].map((pool) => segments(keys).filter((key) => key.includes(pool)))
    // All segments at once: each with one of its pool, then each with one of the other's.
    const inTurn = new Map(
      segments(keys).map((key, at, all) => [key, whole.get(all[(at + 1) % all.length]!)]),
    )
    expect(await named(inTurn)).toEqual(expect.arrayContaining([...inTurn.keys()]))
    const across = ofPool[1]!.flatMap((key, at) => [
      [key, whole.get(ofPool[0]![at]!)] as const,
      [ofPool[0]![at]!, whole.get(key)] as const,
    ])
    expect(await named(new Map(across))).toEqual(expect.arrayContaining(across.map(([key]) => key)))
    // All else, each with the next.
    const others = keys.filter((key) => !key.includes('/segments/') && key !== 'vault.json')
    for (const [at, key] of others.entries()) {
      const next = others[(at + 1) % others.length]!
      const as = isSlotOf('one', key) || isSlotOf('one', next) ? 'two' : 'one'
      const found = await named(
        new Map([
          [key, whole.get(next)],
          [next, whole.get(key)],
        ]),
        as,
      )
      expect(found, `${key} and ${next}`).toEqual(expect.arrayContaining([key, next]))
    }
  })

  it('names the same segment in the place that it has in another pool', async () => {
    const [ofA] = segments(whole.keys()).filter((key) => key.includes('pool_A'))
    const [id] = ofA!.split('/').slice(-1)
    const same = `pools/pool_B/segments/${id!.slice(0, 2)}/${id!}`
    const other = segments(whole.keys()).find(
      (key) => key.includes('pool_A') && !whole.has(key.replace('pool_A', 'pool_B')),
    )!
    const moved = other.replace('pool_A', 'pool_B')
    expect(await named(new Map([[moved, whole.get(other)]]))).toEqual([moved])
    if (whole.has(same)) expect(await named(new Map([[same, whole.get(ofA!)]]))).toContain(same)
  })

  it('names what is in the clear among what is encrypted', async () => {
    const { store } = await makeSmallVault()
    await openRun(store, 'run-1').begin('then')
    await addErasure(store, [['email', 'b@example.com']], 0, () => Buffer.alloc(32, 1))
    for (const key of ['restores/run-1/begun.json', 'erasures/key.json', 'erasures/000000000001.json'])
      expect(await named(new Map([[key, (await store.get(key))!]]))).toEqual([key])
  })
})
