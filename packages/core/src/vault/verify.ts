import { createHash } from 'node:crypto'
import { CodedError } from '../model/errors.js'
import type { EventSink } from '../model/events.js'
import { damagedSlots } from './key-slots.js'
import { unreadableEntries } from './lease-log.js'
import { type Manifest, streamsOf } from './manifest.js'
import { segmentsPrefix } from './object-keys.js'
import { isLitter, type Note, type PoolVerifier, type Sample, segmentIdIn } from './pool-verifier.js'
import { getIndex, getRanges, type Range } from './range-index.js'
import { manifestsAway } from './repair/stand-in.js'
import { createRetentionCheck } from './retain-snapshot.js'
import { damaged } from './segment.js'
import { openSegments, type SegmentStore } from './segment-store.js'
import { listManifests, listPools } from './snapshots.js'
import { readRange } from './stream-reader.js'
import type { Vault } from './vault.js'
import { sampledPool, type SampleOptions } from './verify-sample.js'

/** An object that is not what the vault says it is, and the snapshots that need it. */
export interface Damage {
  readonly key: string
  readonly reason: string
  readonly snapshots: string[]
}

/** An object that is whole, and locked for a shorter time than those snapshots are to be. */
export interface LockedTooShort {
  readonly key: string
  readonly reason: string
  readonly snapshots: string[]
}

/** What a verification read, and what it found. */
export interface Verification {
  readonly snapshots: number
  readonly segments: number
  readonly bytesRead: number
  readonly damage: readonly Damage[]
  /** Nothing of it is lost or damaged: it can be deleted sooner than was promised. Empty where the store keeps nothing from being deleted. */
  readonly lockedTooShort: readonly LockedTooShort[]
  /** Where a subset was asked for: how much of the data was read. */
  readonly sample?: Sample
}

export interface VerifyOptions {
  /** This snapshot only; without one all of the vault, segments that no snapshot uses included. */
  readonly snapshot?: Manifest | undefined
  /** The part of the data that is read; all of it where nothing is said. */
  readonly sample?: SampleOptions | undefined
  readonly sink: EventSink
  readonly signal?: AbortSignal | undefined
}

/**
 * Proves that a vault is whole: every manifest, every index and every segment is read, the digest of each is computed
 * again, and every snapshot's streams are put together and compared with the counts and digests that it was committed with.
 * Where the store keeps objects from being deleted, every snapshot is to be kept, and every segment as long as the snapshots that need it; what is not is no damage.
 * Of the whole vault the log of leases and the key slots are read too; what restores have left is not this layer's.
 *
 * What it cannot see: that a manifest is gone, with or without its segments. A snapshot may be forgotten, also one that
 * another names as its parent, and nothing in the vault says which were to be kept.
 */
export async function verifyVault(vault: Vault, options: VerifyOptions): Promise<Verification> {
  const damage = new Map<string, Damage>()
  const short = new Map<string, LockedTooShort>()
  let snapshots = 0
  let segmentCount = 0
  let bytesRead = 0
  let sample: Sample = { dataSegments: 0, dataSegmentsRead: 0 }
  const retention = createRetentionCheck(vault.store)

  function note(error: unknown, key: string, snapshot?: string): void {
    if (!(error instanceof CodedError) || !['VAULT_DAMAGED', 'VAULT_TOO_NEW'].includes(error.code))
      throw error
    const at = error.value ?? key
    const known = damage.get(at) ?? { key: at, reason: error.message, snapshots: [] }
    if (snapshot !== undefined && !known.snapshots.includes(snapshot)) known.snapshots.push(snapshot)
    damage.set(at, known)
  }

  for (const poolId of options.snapshot === undefined ? await listPools(vault) : [options.snapshot.pool.id]) {
    const segments = openSegments(vault.store, poolId)
    const { snapshot, sink, signal } = options
    const pool =
      options.sample === undefined
        ? verifiedPool(vault, poolId, segments, note, options)
        : sampledPool(vault, poolId, {
            ...options.sample,
            segments,
            note,
            all: snapshot === undefined,
            sink,
            signal,
          })
    for await (const { key, manifest, error } of manifestsOf(vault, poolId, options.snapshot)) {
      snapshots++
      if (manifest === undefined) note(error, key)
      else {
        await pool.checkSnapshot(manifest)
        for (const one of await retention.keptTooShort(manifest, pool.segments)) {
          const known = short.get(one.key) ?? { ...one, snapshots: [] }
          known.snapshots.push(manifest.snapshot)
          short.set(one.key, known)
        }
      }
    }
    if (options.snapshot === undefined)
      for (const { snapshotId, error } of await manifestsAway(vault, poolId)) note(error, '', snapshotId)
    await pool.finish()
    sample = sumOf(sample, pool.sample)
    segmentCount += pool.count
    bytesRead += pool.segments.bytesRead
  }
  if (options.snapshot === undefined) {
    const onRead = (bytes: number): void => void (bytesRead += bytes)
    for await (const error of unreadableEntries(vault.store, onRead)) note(error, error.value ?? '')
    for await (const error of damagedSlots(vault.store)) note(error, error.value ?? '')
  }
  const found = {
    snapshots,
    segments: segmentCount,
    bytesRead,
    damage: [...damage.values()],
    lockedTooShort: [...short.values()],
  }
  return options.sample === undefined ? found : { ...found, sample }
}

function sumOf(a: Sample, b: Sample | undefined): Sample {
  return {
    dataSegments: a.dataSegments + (b?.dataSegments ?? 0),
    dataSegmentsRead: a.dataSegmentsRead + (b?.dataSegmentsRead ?? 0),
  }
}

async function* manifestsOf(
  vault: Vault,
  poolId: string,
  only: Manifest | undefined,
): ReturnType<typeof listManifests> {
  if (only === undefined) yield* listManifests(vault, poolId)
  else yield { key: only.snapshot, manifest: only }
}

function verifiedPool(
  vault: Vault,
  poolId: string,
  segments: SegmentStore,
  note: Note,
  options: VerifyOptions,
): PoolVerifier {
  /** Why segments cannot be read, so that every snapshot that needs one is named. */
  const unsound = new Map<string, unknown>()
  /** Streams that snapshots share need to be put together once. */
  const streams = new Map<string, { records: number; digest: string } | undefined>()

  function progress(): void {
    options.signal?.throwIfAborted()
    const { sound, bytesRead } = segments
    options.sink({ code: 'verify.segment', segments: sound.size + unsound.size, bytesRead })
  }

  /** Looks at what lies where segments do, unless that was done. */
  async function checkObject(key: string): Promise<void> {
    if (isLitter(key)) return
    const id = segmentIdIn(key, segments)
    if (id !== undefined) await checkSegment(id)
    else note(damaged(key, 'it is not the name of a segment'), key)
  }

  /** Reads one segment, unless that was done; its digest is checked as it is read. */
  async function checkSegment(id: string, snapshot?: string): Promise<void> {
    if (segments.sound.has(id)) return
    progress()
    try {
      if (!unsound.has(id)) await segments.get(id)
      else throw unsound.get(id)
    } catch (error) {
      // What no snapshot needs may be pruned between being listed and being read.
      if (snapshot === undefined && !unsound.has(id) && (await isGone(id))) return
      unsound.set(id, error)
      note(error, segments.keyOf(id), snapshot)
    }
  }

  async function isGone(id: string): Promise<boolean> {
    return (await vault.store.head(segments.keyOf(id))) === undefined
  }

  async function noting<T>(
    key: string,
    snapshot: string | undefined,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      note(error, key, snapshot)
      return undefined
    }
  }

  async function checkSnapshot(manifest: Manifest): Promise<void> {
    for (const [, { root, records, digest }] of streamsOf(manifest)) {
      const memo = streams.get(root) ?? (await putTogether(manifest, root))
      streams.set(root, memo)
      if (memo !== undefined && (memo.records !== records || memo.digest !== digest)) {
        note(notThatContent(segments.keyOf(root)), root, manifest.snapshot)
      }
    }
  }

  /** The count and digest of a stream; `undefined` where damage keeps it from being put together. */
  async function putTogether(
    manifest: Manifest,
    root: string,
  ): Promise<{ records: number; digest: string } | undefined> {
    const ranges = await noting(segments.keyOf(root), manifest.snapshot, () => getRanges(segments, root))
    const hash = createHash('sha256')
    let records = 0
    let whole = ranges !== undefined
    for (const range of ranges ?? []) {
      progress()
      const found = await noting(segments.keyOf(range.index), manifest.snapshot, () =>
        readRange(segments, range),
      )
      if (found === undefined) {
        whole = false
        await checkChain(range, manifest.snapshot)
      }
      for (const { line } of found?.records ?? []) {
        hash.update(line).update('\n')
        records++
      }
    }
    return whole ? { records, digest: hash.digest('hex') } : undefined
  }

  /** Where one segment of a range is damaged, its others are still looked at. */
  async function checkChain(range: Range, snapshot: string): Promise<void> {
    const index = await noting(segments.keyOf(range.index), snapshot, () => getIndex(segments, range.index))
    if (index === undefined) return
    for (const { segment } of [index.base, ...index.deltas]) await checkSegment(segment, snapshot)
  }

  async function finish(): Promise<void> {
    if (options.snapshot !== undefined) return
    for await (const object of vault.store.list(segmentsPrefix(poolId))) await checkObject(object.key)
  }

  return {
    segments,
    get count() {
      return segments.sound.size + unsound.size
    },
    checkSnapshot,
    finish,
  }
}

function notThatContent(key: string): CodedError {
  return damaged(key, 'it does not yield the content that the snapshot had')
}
