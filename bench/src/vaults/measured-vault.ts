import { hostname } from 'node:os'
import { init, type ObjectStore, withKeys } from 'cognito-vault'
import type { BenchContext } from '../figure-file.js'
import {
  commitSnapshot,
  isoTime,
  latestComplete,
  latestReadable,
  type Manifest,
  makeRecord,
  newSnapshotId,
  openSegments,
  openSnapshot,
  openVault,
  PROGRAM,
  STREAMS,
  type StreamRecord,
  type Vault,
  type VaultContext,
  withLease,
  writeStream,
} from '../library.js'
import type { Population } from '../people/population.js'
import { FIRST_DAY } from '../people/user-line.js'
import { bytesHeld, countingReads, type Reads } from './counting-store.js'

const POOL = 'eu-west-1_Benchmark'
const DAY_MS = 86_400_000

/** A vault of one generated pool. It is written by what a backup writes with, and what it takes is counted in the store. */
export interface MeasuredVault {
  /** Takes a snapshot of the population as it is. Answers the bytes that the store has more of for it. */
  take(population: Population): Promise<number>
  /**
   * Opens the vault anew, and reads all records of its newest snapshot, as a restore does at least once.
   * @throws Error when they are not the population's
   */
  readNewest(population: Population): Promise<Reads>
}

/**
 * Makes a vault in an empty store, as `init --passphrase-file` or `init --no-encryption` does. It counts in full to the
 * first snapshot.
 */
export async function makeMeasuredVault(
  store: ObjectStore,
  encryption: 'passphrase' | 'none',
  context: Pick<BenchContext, 'clock' | 'random' | 'signal'>,
): Promise<MeasuredVault> {
  const passphrase = (): Promise<Uint8Array> => Promise.resolve(Buffer.from('a passphrase for a benchmark'))
  const keys = encryption === 'none' ? {} : { passphrase }
  const opened = withKeys(store, keys)
  const { signal } = context
  const vaultContext: VaultContext = {
    store: opened,
    clock: context.clock,
    random: context.random,
    sink: () => undefined,
    tempDirectory: '',
    holder: { host: hostname(), pid: process.pid },
    signal,
  }
  await init({ ...vaultContext, store }, encryption === 'none' ? 'none' : { passphrase })
  let held = 0
  let changed = 0

  async function take(population: Population): Promise<number> {
    const vault = await openVault(opened)
    await withLease(vaultContext, `backup/${POOL}`, `backup of ${POOL}`, async (lease) => {
      const segments = openSegments(vault.store, POOL)
      const parent = await latestReadable(vault, POOL)
      const { resources, users, memberships } = parent?.streams ?? {}
      const streams = {
        resources: await writeStream(segments, streamOf(configuration(), signal), resources?.root),
        users: await writeStream(segments, streamOf(population.records(), signal), users?.root),
        memberships: await writeStream(segments, streamOf([], signal), memberships?.root),
      }
      changed += population.changedToday
      const at = FIRST_DAY + population.day * DAY_MS
      const manifest = manifestOf(vault, newSnapshotId(at, context.random), at, streams, changed, parent)
      await commitSnapshot(vault, manifest, segments.touched, () => lease.check())
    })
    const before = held
    held = await bytesHeld(store)
    return held - before
  }

  async function readNewest(population: Population): Promise<Reads> {
    const counting = countingReads(store)
    const vault = await openVault(withKeys(counting.store, keys))
    const manifest = await latestComplete(vault, POOL)
    if (manifest === undefined) throw new Error('the vault has no snapshot')
    const snapshot = openSnapshot(vault, manifest)
    const expected = population.records()
    for (const stream of STREAMS) {
      for await (const record of snapshot.read(stream)) {
        if (stream === 'users' && expected.next().value?.line !== record.line)
          throw new Error(`the snapshot’s record of ${record.key} is not the one that was stored`)
      }
    }
    if (expected.next().done !== true) throw new Error('the snapshot lacks users who were stored')
    return counting.reads()
  }

  return { take, readNewest }
}

function manifestOf(
  vault: Vault,
  snapshot: string,
  at: number,
  streams: Manifest['streams'],
  usersChanged: number,
  parent: Manifest | undefined,
): Manifest {
  const users = streams.users.records
  return {
    format: 1,
    features: [],
    vault: vault.id,
    snapshot,
    pool: { id: POOL, name: 'benchmark', region: 'eu-west-1' },
    window: { from: isoTime(at), to: isoTime(at + 60_000) },
    ...(parent === undefined ? {} : { parent: parent.snapshot }),
    takenFor: 'backup',
    complete: true,
    missing: [],
    notApplicable: [],
    counts: { users, memberships: 0, pool: 1 },
    streams,
    guard: { usersChanged, populatedGroups: 0, threshold: 0.2, windowDays: 30 },
    capture: {
      requests: { DescribeUserPool: 1, ListUsers: Math.ceil(users / 60) },
      mau: 0,
      estimatedUsers: users,
      listing: 'shards',
      program: PROGRAM,
    },
  }
}

/** As good as nothing beside the users, whom these figures are about. */
function configuration(): StreamRecord[] {
  return [makeRecord('pool', { Id: POOL, Name: 'benchmark', UserPoolTier: 'ESSENTIALS' })]
}

/** What is at hand as a stream, until the signal. */
function streamOf(records: Iterable<StreamRecord>, signal: AbortSignal): AsyncIterable<StreamRecord> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = records[Symbol.iterator]()
      return {
        next: () => {
          signal.throwIfAborted()
          return Promise.resolve(iterator.next())
        },
      }
    },
  }
}
