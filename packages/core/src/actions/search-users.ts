import { CodedError, hasCode } from '../model/errors.js'
import { recordValue } from '../model/records.js'
import type { UserMatcher } from '../restore/reach/user-query.js'
import type { Manifest } from '../vault/manifest.js'
import { manifestKey } from '../vault/object-keys.js'
import { liesNear, pickRecords } from '../vault/pick-records.js'
import { openSegments, type SegmentStore } from '../vault/segment-store.js'
import { listManifests } from '../vault/snapshots.js'
import type { Vault } from '../vault/vault.js'
import type { VaultContext } from './context.js'

/** The snapshots of a pool, as far as they can be read. */
export interface PoolSnapshots {
  readonly poolId: string
  readonly segments: SegmentStore
  /** Oldest first. */
  readonly snapshots: readonly Manifest[]
  /** Told, by the key of its manifest, of each snapshot that turns out to be unreadable. */
  readonly unreadable: Map<string, CodedError>
}

export async function openPoolSnapshots(vault: Vault, poolId: string): Promise<PoolSnapshots> {
  const snapshots: Manifest[] = []
  const unreadable = new Map<string, CodedError>()
  for await (const { key, manifest, error } of listManifests(vault, poolId)) {
    if (manifest === undefined) unreadable.set(key, error)
    else snapshots.push(manifest)
  }
  return { poolId, segments: openSegments(vault.store, poolId), snapshots, unreadable }
}

/** Reads from each snapshot of a pool. One that cannot be read keeps no other from being read. */
export async function eachSnapshot(
  { signal }: Pick<VaultContext, 'signal'>,
  { snapshots, unreadable }: PoolSnapshots,
  read: (manifest: Manifest) => Promise<unknown>,
): Promise<void> {
  for (const manifest of snapshots) {
    signal?.throwIfAborted()
    const key = manifestKey(manifest.pool.id, manifest.snapshot)
    try {
      if (!unreadable.has(key)) await read(manifest)
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
      unreadable.set(key, error)
    }
  }
}

/** Who asks for more asks for a listing. */
const MOST_USERS = 100

/**
 * The subs of the users who match in any snapshot of a pool. Each segment is read once, and nothing else is kept of it. A
 * name that somebody had only in a snapshot that is forgotten by now may be found too.
 *
 * @throws CodedError `USAGE` when more than a hundred users match
 */
export async function searchUsers(
  context: Pick<VaultContext, 'signal'>,
  pool: PoolSnapshots,
  matches: UserMatcher,
): Promise<ReadonlySet<string>> {
  const subs = new Set<string>()
  const look = pickRecords(pool.segments, {
    isWanted: (record) => {
      if (!record.deleted && matches(recordValue(record)).length > 0) subs.add(record.key)
      if (subs.size > MOST_USERS) throw tooMany()
      return false
    },
  })
  await eachSnapshot(context, pool, ({ streams }) => look(streams.users.root))
  return subs
}

/** Those of the users found who match in a snapshot that is there, not only in one that is forgotten by now. */
export async function matchingInSnapshots(
  context: Pick<VaultContext, 'signal'>,
  pool: PoolSnapshots,
  found: ReadonlySet<string>,
  matches: UserMatcher,
): Promise<ReadonlySet<string>> {
  const subs = new Set<string>()
  const pick = pickRecords(pool.segments, {
    isWanted: ({ key }) => found.has(key),
    mayLieIn: liesNear(found),
  })
  await eachSnapshot(context, pool, async ({ streams }) => {
    for (const record of await pick(streams.users.root))
      if (matches(recordValue(record)).length > 0) subs.add(record.key)
  })
  return subs
}

function tooMany(): CodedError {
  return new CodedError('USAGE', `more than ${MOST_USERS} users fit the query`, {
    hint: 'ask for one by the whole sub, username, email or phone number',
  })
}
