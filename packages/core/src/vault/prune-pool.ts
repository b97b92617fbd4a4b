import type { Clock } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import type { ObjectInfo } from '../storage/object-store.js'
import { type DeadCapture, deadCaptures } from './dead-captures.js'
import { type Deleted, deleteUnderLease } from './fenced-delete.js'
import { listForgotten, readForgotten } from './forgotten.js'
import type { Lease } from './leases.js'
import { segmentKey, segmentsPrefix } from './object-keys.js'
import { addReachable } from './reachable.js'
import { openSegments } from './segment-store.js'
import { listManifestKeys, readManifestIfThere } from './snapshots.js'
import type { createUnreleasedReader } from './unreleased.js'
import type { Vault } from './vault.js'

/** Nothing younger is deleted, by the store's clock, and nobody who was suspended for so long is reckoned with. */
export const GRACE_MS = 24 * 3_600_000
/** What prune says it is at, for who finds a scope locked by it. */
export const PRUNE_PURPOSE = 'prune'

/** Deleted while writers of the pool wait: no more. */
const SLICE = 512
/** Between two slices whoever waits comes in. */
const PAUSE_MS = 5_000

export interface PruneOptions {
  /** Count what would be deleted, and delete nothing. */
  readonly dryRun: boolean
  /** The store's time, in milliseconds. */
  readonly now: () => number
  /** Does work while holding `backup/POOL` for the purpose of pruning. @throws CodedError `LOCKED` */
  readonly exclusively: <T>(work: (lease: Lease) => Promise<T>) => Promise<T>
  /** Over {@link GRACE_MS}. */
  readonly unreleased: ReturnType<typeof createUnreleasedReader>
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  readonly onProgress: (deleted: number) => void
}

/** What pruning a pool has come to. */
export interface PrunedPool {
  /** Segments that no snapshot refers to and that are old enough: deleted, or in a dry run to be. */
  readonly deleted: number
  readonly bytesFreed: number
  /** Segments that some snapshot refers to, forgotten ones included that can still be taken back. */
  readonly used: number
  /** Segments that none refers to, and that the store keeps from being deleted for now. */
  readonly retained: number
  /** Segments that none refers to and that are too young. */
  readonly young: number
  /** Forgotten snapshots that cannot be taken back any more, and those that can. */
  readonly forgottenRemoved: number
  readonly forgottenKept: number
  /** Backups in slices that are over, and whose parts nobody needs any more: what they take up counts among the bytes. */
  readonly capturesRemoved: number
}

/**
 * Deletes the segments of a pool that no snapshot refers to: mark and sweep, safe while others back up, restore and read.
 *
 * - Marking needs no lock: manifests are immutable, and what was marked stays marked.
 * - Deleting is done in slices under the pool's own lease for backups, so that no writer can come to rely on what is about to be deleted.
 *   In each slice the manifests are listed again first, and what has come since is marked.
 * - Whoever held that lease within a day and did not release it may have been suspended right before a commit, which looking at
 *   the lease can no longer stop: until the day is over nothing of the pool is deleted.
 * - A prune that was suspended itself puts back what it deleted (see {@link deleteUnderLease}).
 *
 * Holds in memory the ids of the segments that are used, some 150 bytes each, and no record.
 *
 * @throws CodedError `VAULT_DAMAGED` or `VAULT_TOO_NEW` when a manifest or an index cannot be read: nothing is deleted where
 *   it is not known what is used; `LOCKED` while a backup is under way, or may be; `LOCK_LOST`
 */
export async function prunePool(vault: Vault, poolId: string, options: PruneOptions): Promise<PrunedPool> {
  const { dryRun, now, exclusively, unreleased, clock, signal, onProgress } = options
  const used = new Set<string>()
  const marked = new Set<string>()
  const segments = openSegments(vault.store, poolId)
  const total = { deleted: 0, bytesFreed: 0, retained: 0, forgottenRemoved: 0, capturesRemoved: 0 }

  /** What is listed first is the place that a snapshot is moved from, so that one that is moved meanwhile is seen in one of them. */
  async function mark(): Promise<ObjectInfo[]> {
    const expired: ObjectInfo[] = []
    for (const key of await listManifestKeys(vault, poolId)) {
      signal?.throwIfAborted()
      if (marked.has(key)) continue
      const manifest = await readManifestIfThere(vault, key)
      if (manifest !== undefined) await addReachable(segments, manifest, used, signal)
      marked.add(key)
    }
    for (const { key, snapshotId, forgottenAt, bytes } of await listForgotten(vault, poolId)) {
      if (forgottenAt <= now() - GRACE_MS) expired.push({ key, size: bytes, lastModified: forgottenAt })
      if (forgottenAt <= now() - GRACE_MS || marked.has(key)) continue
      const found = await readForgotten(vault, poolId, snapshotId)
      if (found !== undefined) await addReachable(segments, found.manifest, used, signal)
      marked.add(key)
    }
    return expired
  }

  function isGarbage({ key, lastModified }: ObjectInfo, at: number): boolean {
    const id = key.slice(key.lastIndexOf('/') + 1)
    // What has another name is not known, and is left.
    const isSegment = /^[0-9a-f]{64}$/.test(id) && segmentKey(poolId, id) === key
    return isSegment && !used.has(id) && lastModified <= at - GRACE_MS
  }

  async function* garbage(at: () => number, after?: string): AsyncGenerator<ObjectInfo> {
    for await (const object of vault.store.list(segmentsPrefix(poolId), after)) {
      if (isGarbage(object, at())) yield object
    }
  }

  function note({ objects, bytes, retained }: Deleted): void {
    total.deleted += objects
    total.bytesFreed += bytes
    total.retained += retained
    onProgress(total.deleted)
  }

  /** While this is held no process can go on with a run that is taken for dead: each holds the same. */
  async function sweepCaptures(lease: Lease): Promise<void> {
    for (const { objects } of await deadCaptures(vault, poolId, {
      now: lease.storeTime,
      silentMs: GRACE_MS,
    })) {
      signal?.throwIfAborted()
      const { bytes, retained } = await deleteUnderLease(vault.store, objects, lease)
      total.bytesFreed += bytes
      if (retained === 0) total.capturesRemoved++
    }
  }

  /** @returns the key after which to go on, or nothing when all is done */
  async function sweepSlice(lease: Lease, after: string | undefined): Promise<string | undefined> {
    await refuseBeforeSuspended(lease)
    await sweepCaptures(lease)
    const expired = await mark()
    total.forgottenRemoved += (await deleteUnderLease(vault.store, expired, lease)).objects
    const slice: ObjectInfo[] = []
    for await (const object of garbage(() => lease.storeTime, after)) {
      signal?.throwIfAborted()
      slice.push(object)
      if (slice.length === SLICE) break
    }
    note(await deleteUnderLease(vault.store, slice, lease))
    return slice.length === SLICE ? slice.at(-1)?.key : undefined
  }

  async function refuseBeforeSuspended({ scope, id }: Lease): Promise<void> {
    const others = await unreleased(scope, id)
    // Another prune deletes what is not used, as this one does.
    const [writer] = others.filter(({ holder }) => holder.purpose !== PRUNE_PURPOSE)
    if (writer === undefined) return
    const { holder, seenAt } = writer
    const hours = Math.ceil((seenAt + GRACE_MS - now()) / 3_600_000)
    throw new CodedError(
      'LOCKED',
      `a ${holder.purpose} of ${poolId} (process ${holder.pid} on ${holder.host}) ended without a word, and could still go on`,
      { value: poolId, hint: `prune again in ${hours} hours: by then it is taken for dead` },
    )
  }

  /** What is there: in a dry run with what would not be any more. */
  async function count(
    expired: readonly ObjectInfo[],
    captures: readonly DeadCapture[],
  ): Promise<PrunedPool> {
    let [old, oldBytes, young] = [0, 0, 0]
    for (const { size } of captures.flatMap(({ objects }) => objects)) oldBytes += size
    for await (const object of vault.store.list(segmentsPrefix(poolId))) {
      if (!isGarbage(object, Infinity)) continue
      if (isGarbage(object, now())) {
        old++
        oldBytes += object.size
      } else young++
    }
    const forgotten = (await listForgotten(vault, poolId)).length
    const left = { used: used.size, young, forgottenKept: dryRun ? forgotten - expired.length : forgotten }
    if (!dryRun) return { ...total, ...left }
    const forgottenRemoved = expired.length
    const capturesRemoved = captures.length
    return { ...left, deleted: old, bytesFreed: oldBytes, retained: 0, forgottenRemoved, capturesRemoved }
  }

  const expired = await mark()
  const captures = await deadCaptures(vault, poolId, { now: now(), silentMs: GRACE_MS })
  const isNothing = expired.length === 0 && captures.length === 0 && (await isEmpty(garbage(now)))
  if (dryRun || isNothing) return count(expired, captures)
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    if (!isFirst) await clock.sleep(PAUSE_MS, signal)
    const from = after
    after = await exclusively((lease) => sweepSlice(lease, from))
  }
  return count([], [])
}

async function isEmpty(items: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _ of items) return false
  return true
}
