import type { VaultContext } from '../../src/actions/context.js'
import { withLease } from '../../src/actions/with-lease.js'
import type { Clock } from '../../src/model/clock.js'
import { noEvents } from '../../src/model/events.js'
import { makeRecord, type StreamRecord } from '../../src/model/records.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import type { ObjectInfo, ObjectStore } from '../../src/storage/object-store.js'
import { collect } from '../../src/testing/collect.js'
import { createSimulatedClock, type SimulatedClock } from '../../src/testing/simulated-clock.js'
import type { Manifest } from '../../src/vault/manifest.js'
import { openSegments } from '../../src/vault/segment-store.js'
import { commitSnapshot, latestReadable, listManifests, openSnapshot } from '../../src/vault/snapshots.js'
import { writeStream } from '../../src/vault/stream-writer.js'
import { initVault, openVault, type Vault } from '../../src/vault/vault.js'
import { verifyVault } from '../../src/vault/verify.js'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const START = Date.parse('2026-11-23T00:00:00Z')
const POOL = 'pool_A'
const LIMITS = { records: 4, characters: 1e6, chain: 4 }

/** A vault in memory whose clock is moved by hand, and processes that use it, each with a clock of its own. */
export interface VaultLab {
  readonly clock: SimulatedClock
  readonly store: ObjectStore
  readonly vault: Vault
  /** A process: what it sees of the store may be wrapped, and its clock may be wrong by so much. */
  process(options?: { store?: ObjectStore; skewMs?: number }): VaultContext
  /** Lets time go by, a second at a time, until the promise has settled. */
  settle<T>(promise: Promise<T>): Promise<T>
  /** What is wrong with the vault; and snapshots that do not hold what they held when they were taken. */
  faults(): Promise<string[]>
  segmentKeys(): Promise<string[]>
  /** What a snapshot was taken of. */
  readonly contents: Map<string, string>
}

export async function openVaultLab(): Promise<VaultLab> {
  const clock = createSimulatedClock(START)
  const store = createMemoryStore(clock)
  const vault = await initVault(store, START, () => 0.5)
  const contents = new Map<string, string>()
  let processes = 0

  function process({
    store: seen = store,
    skewMs = 0,
  }: { store?: ObjectStore; skewMs?: number } = {}): VaultContext {
    const own: Clock = { now: () => clock.now() + skewMs, sleep: (ms, signal) => clock.sleep(ms, signal) }
    const holder = { host: `host-${++processes}`, pid: processes }
    return { store: seen, clock: own, random: () => 0.5, sink: noEvents, tempDirectory: '/nowhere', holder }
  }

  async function settle<T>(promise: Promise<T>): Promise<T> {
    const state = { done: false }
    const settled = promise.finally(() => (state.done = true))
    settled.catch(() => undefined)
    for (let turns = 0; !state.done; turns++) {
      if (turns > 200_000) throw new Error('it does not end')
      await clock.advance(1000)
    }
    return settled
  }

  async function faults(): Promise<string[]> {
    const { damage } = await verifyVault(vault, { sink: noEvents })
    const found = damage.map(({ key, reason }) => `${key}: ${reason}`)
    for await (const { manifest } of listManifests(vault)) {
      if (manifest === undefined) continue
      const text = await contentOf(vault, manifest).catch(String)
      if (text !== contents.get(manifest.snapshot)) found.push(`${manifest.snapshot} is another`)
    }
    return found
  }

  const segmentKeys = async (): Promise<string[]> =>
    (await collect(store.list(`pools/${POOL}/segments/`))).map(({ key }) => key)

  return { clock, store, vault, process, settle, faults, segmentKeys, contents }
}

export async function contentOf(vault: Vault, manifest: Manifest): Promise<string> {
  const lines: string[] = []
  for await (const { line } of openSnapshot(vault, manifest).read('users')) lines.push(line)
  return lines.join('\n')
}

export interface Taking {
  readonly id: string
  /** Each user's state, by number. */
  readonly users: readonly number[]
  readonly pool?: string
  readonly takenFor?: Manifest['takenFor']
  readonly complete?: boolean
  readonly windowFrom?: string
  readonly guard?: Manifest['guard']
  readonly imported?: Manifest['imported']
  /** Whether it is stored over the newest that there is. */
  readonly overParent?: boolean
}

/** Takes a snapshot as a backup does: under its lease, from the parent, to the commit. */
export async function takeSnapshot(lab: VaultLab, context: VaultContext, taking: Taking): Promise<Manifest> {
  const { pool = POOL } = taking
  return withLease(context, `backup/${pool}`, 'backup', async (lease) => {
    const vault = await openVault(context.store)
    const { manifest, touched } = await writeSegments(vault, taking)
    lab.contents.set(
      taking.id,
      usersOf(taking.users)
        .map(({ line }) => line)
        .join('\n'),
    )
    await commitSnapshot(vault, manifest, touched, () => lease.check())
    return manifest
  })
}

/** Stores all of a snapshot but the manifest, as a backup that dies before its commit does. */
export async function writeSegments(
  vault: Vault,
  {
    id,
    users,
    pool = POOL,
    takenFor = 'backup',
    complete = true,
    overParent = true,
    windowFrom,
    guard,
    imported,
  }: Taking,
): Promise<{ manifest: Manifest; touched: ReadonlySet<string> }> {
  const parent = overParent ? await latestReadable(vault, pool) : undefined
  const segments = openSegments(vault.store, pool)
  const streams = {
    resources: await writeStream(
      segments,
      stream([makeRecord('pool', { Id: pool })]),
      parent?.streams.resources.root,
    ),
    users: await writeStream(segments, stream(usersOf(users)), parent?.streams.users.root, LIMITS),
    memberships: await writeStream(segments, stream([]), parent?.streams.memberships.root),
  }
  const manifest: Manifest = {
    format: 1,
    features: [],
    vault: vault.id,
    snapshot: id,
    pool: { id: pool, name: 'a pool', region: 'eu-west-1' },
    window: { from: windowFrom ?? '2026-11-23T00:00:00.000Z', to: windowFrom ?? '2026-11-23T00:00:00.000Z' },
    ...(parent === undefined ? {} : { parent: parent.snapshot }),
    takenFor,
    complete,
    missing: [],
    notApplicable: [],
    counts: { users: users.length },
    streams,
    ...(guard === undefined ? {} : { guard }),
    ...(imported === undefined ? {} : { imported }),
    capture: { requests: {}, mau: 0, listing: 'shards', program: 'test' },
  }
  return { manifest, touched: segments.touched }
}

function usersOf(users: readonly number[]): StreamRecord[] {
  return users.map((state, i) => makeRecord(`user-${String(i).padStart(3, '0')}`, { state }))
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* stream(records: readonly StreamRecord[]): AsyncGenerator<StreamRecord> {
  yield* records
}

/** A store that stops before one of its calls, counted from 1, until it is told to go on. */
export interface StoppingStore {
  readonly store: ObjectStore
  /** Resolves when the call has come; never where there are fewer. */
  readonly reached: Promise<void>
  readonly calls: () => number
  goOn(): void
}

export function stoppingAt(inner: ObjectStore, call: number): StoppingStore {
  let calls = 0
  let arrive: () => void = () => undefined
  let goOn: () => void = () => undefined
  const reached = new Promise<void>((resolve) => (arrive = resolve))
  const released = new Promise<void>((resolve) => (goOn = resolve))

  /** A process that is suspended does nothing at all, whichever of its threads it is about. */
  async function pass(): Promise<void> {
    calls++
    if (calls === call) arrive()
    if (calls >= call) await released
  }

  return {
    reached,
    calls: () => calls,
    goOn: () => goOn(),
    store: eachCall(inner, pass),
  }
}

/** The store, with something done before each of its calls. */
export function eachCall(inner: ObjectStore, before: () => Promise<void>): ObjectStore {
  async function* list(prefix: string, after?: string): AsyncGenerator<ObjectInfo> {
    await before()
    yield* inner.list(prefix, after)
  }
  return {
    url: inner.url,
    putIfAbsent: async (key, bytes) => (await before(), inner.putIfAbsent(key, bytes)),
    get: async (key) => (await before(), inner.get(key)),
    head: async (key) => (await before(), inner.head(key)),
    list,
    delete: async (key) => (await before(), inner.delete(key)),
  }
}
