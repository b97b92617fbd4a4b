import { makeRecord, type StreamRecord } from '../model/records.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import type { Manifest } from '../vault/manifest.js'
import type { NewKeys } from '../vault/encryption/make-slots.js'
import { openSegments } from '../vault/segment-store.js'
import { commitSnapshot } from '../vault/snapshots.js'
import { writeStream } from '../vault/stream-writer.js'
import { initVault, type Vault } from '../vault/vault.js'
import { createSimulatedClock } from './simulated-clock.js'

export interface SmallSnapshot {
  readonly id: string
  readonly pool?: string
  /** What has changed since day 0. */
  readonly day?: number
  readonly parent?: Manifest
  readonly complete?: boolean
  readonly takenFor?: Manifest['takenFor']
}

/** A vault in memory, of pools with forty users in three ranges. For tests. */
export interface SmallVault {
  /** What is stored, as it lies there. */
  readonly store: ObjectStore
  readonly vault: Vault
  take(snapshot: SmallSnapshot): Promise<Manifest>
  /** Puts other bytes in an object's place. */
  replace(key: string, bytes: Uint8Array | string): Promise<void>
}

export async function makeSmallVault(
  store: ObjectStore = createMemoryStore(createSimulatedClock(Date.parse('2026-11-23T00:00:00Z'))),
  keys?: NewKeys,
): Promise<SmallVault> {
  const vault = await initVault(store, Date.parse('2026-11-23T00:00:00Z'), countingUp(), keys)

  async function take({
    id,
    pool = 'pool_A',
    day = 0,
    parent,
    complete = true,
    takenFor = 'backup',
  }: SmallSnapshot): Promise<Manifest> {
    const segments = openSegments(vault.store, pool)
    const how = { records: 10, characters: 1e6, chain: 6 }
    const manifest: Manifest = {
      format: 1,
      features: [],
      vault: vault.id,
      snapshot: id,
      pool: { id: pool, name: 'a pool', region: 'eu-west-1' },
      window: { from: '2026-11-23T00:00:00.000Z', to: '2026-11-23T00:00:01.000Z' },
      ...(parent === undefined ? {} : { parent: parent.snapshot }),
      takenFor,
      complete,
      missing: [],
      notApplicable: [],
      counts: { users: 40 },
      streams: {
        resources: await writeStream(segments, resources(pool), parent?.streams.resources.root),
        users: await writeStream(segments, users(day), parent?.streams.users.root, how),
        memberships: await writeStream(segments, nothing(), parent?.streams.memberships.root),
      },
      capture: { requests: { ListUsers: 1 }, mau: 0, listing: 'shards', program: 'test' },
    }
    await commitSnapshot(vault, manifest, segments.touched, () => Promise.resolve())
    return manifest
  }

  async function replace(key: string, bytes: Uint8Array | string): Promise<void> {
    await store.delete(key)
    await store.putIfAbsent(key, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  }

  return { store, vault, take, replace }
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* users(day: number): AsyncGenerator<StreamRecord> {
  for (let i = 0; i < 40; i++) {
    yield makeRecord(`user-${String(i).padStart(2, '0')}`, { day: i === 7 ? day : 0 })
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* resources(pool: string): AsyncGenerator<StreamRecord> {
  yield makeRecord('pool', { Id: pool })
}

async function* nothing(): AsyncGenerator<never> {
  // An empty stream.
}

/** Numbers that make one id after another, the same in each vault. */
function countingUp(): () => number {
  let calls = 0
  return () => ((calls++ * 7) % 16) / 16
}
