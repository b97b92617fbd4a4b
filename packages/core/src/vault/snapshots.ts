import { CodedError, hasCode } from '../model/errors.js'
import { timeOfSnapshotId } from '../model/ids.js'
import type { StreamName, StreamRecord } from '../model/records.js'
import { parallel } from '../model/parallel.js'
import { decodeManifest, encodeManifest, type Manifest } from './manifest.js'
import {
  CAPTURES_PREFIX,
  manifestKey,
  manifestsPrefix,
  POOLS_PREFIX,
  segmentKey,
  segmentsPrefix,
} from './object-keys.js'
import { damaged } from './segment.js'
import { openSegments, type SegmentStore } from './segment-store.js'
import { readStream } from './stream-reader.js'
import { type SnapshotKeeper, snapshotKeeper } from './retain-snapshot.js'
import type { Vault } from './vault.js'

/** A snapshot opened for reading. */
export interface Snapshot {
  readonly manifest: Manifest
  readonly segments: SegmentStore
  /** The records of one stream, ascending by key; none of a stream that the snapshot does not have. */
  read(stream: StreamName): AsyncIterable<StreamRecord>
}

/** The ids of the pools that the vault has snapshots or segments of. */
export function listPools(vault: Vault): Promise<string[]> {
  return foldersBelow(vault, POOLS_PREFIX)
}

/** The ids of the pools of which backups in slices have left something; there may be no snapshot of such a pool. */
export function listCapturedPools(vault: Vault): Promise<string[]> {
  return foldersBelow(vault, CAPTURES_PREFIX)
}

async function foldersBelow(vault: Vault, prefix: string): Promise<string[]> {
  const pools: string[] = []
  for (let after = prefix; ;) {
    const first = await firstKey(vault, prefix, after)
    if (first === undefined) return pools
    const [, poolId, ...rest] = first.split('/')
    // What lies beside the pools is somebody else's: a file manager's, say.
    const isPool = poolId !== undefined && rest.length > 0
    if (isPool) pools.push(poolId)
    // No key has a character after the tilde.
    after = isPool ? `${prefix}${poolId}/~` : first
  }
}

async function firstKey(vault: Vault, prefix: string, after: string): Promise<string | undefined> {
  for await (const object of vault.store.list(prefix, after)) return object.key
  return undefined
}

/** The keys of a pool's manifests, oldest first. */
export async function listManifestKeys(vault: Vault, poolId: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of vault.store.list(manifestsPrefix(poolId))) {
    if (MANIFEST_NAME.test(key.slice(manifestsPrefix(poolId).length))) keys.push(key)
  }
  return keys
}

/** Not what a file manager leaves in a folder. */
const MANIFEST_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*\.json$/

/** A manifest in the list, or why it cannot be read; one that is damaged does not hide the others. */
export type ListedManifest =
  | { readonly key: string; readonly manifest: Manifest; readonly error?: undefined }
  | { readonly key: string; readonly manifest?: undefined; readonly error: CodedError }

/** The manifests of one pool, or of all, each pool's oldest first; none of a pool that the vault does not have. */
export async function* listManifests(vault: Vault, poolId?: string): AsyncGenerator<ListedManifest> {
  for (const pool of await listPools(vault)) {
    if (poolId !== undefined && pool !== poolId) continue
    for (const key of await listManifestKeys(vault, pool)) {
      const listed = await listManifest(vault, key)
      if (listed !== undefined) yield listed
    }
  }
}

/** @returns `undefined` for one that was forgotten since it was listed */
async function listManifest(vault: Vault, key: string): Promise<ListedManifest | undefined> {
  try {
    const manifest = await readManifestIfThere(vault, key)
    return manifest && { key, manifest }
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) return { key, error }
    throw error
  }
}

/** Reads one manifest by its object's key. */
export async function readManifest(vault: Vault, key: string): Promise<Manifest> {
  const manifest = await readManifestIfThere(vault, key)
  if (manifest === undefined) throw damaged(key, 'it is missing')
  return manifest
}

/** The same; `undefined` where it is not there: one that was listed may have been forgotten since. */
export async function readManifestIfThere(vault: Vault, key: string): Promise<Manifest | undefined> {
  const bytes = await vault.store.get(key)
  return bytes === undefined ? undefined : decodeManifest(bytes, key, vault)
}

/** Opens a snapshot whose manifest is at hand. */
export function openSnapshot(vault: Vault, manifest: Manifest): Snapshot {
  const segments = openSegments(vault.store, manifest.pool.id)
  function read(name: StreamName): AsyncIterable<StreamRecord> {
    const stream = manifest.streams[name]
    return stream === undefined ? nothing() : readStream(segments, stream.root)
  }
  return { manifest, segments, read }
}

async function* nothing(): AsyncGenerator<never> {
  // A stream that is not there.
}

/**
 * The newest complete snapshot of a pool that a backup took, if there is one; none that was taken during a restore, which
 * may hold people half-restored.
 *
 * @throws CodedError `VAULT_DAMAGED` or `VAULT_TOO_NEW` when a newer one cannot be read: an older one is never taken for it.
 */
export async function latestComplete(vault: Vault, poolId: string): Promise<Manifest | undefined> {
  for (const key of (await listManifestKeys(vault, poolId)).reverse()) {
    const listed = await listManifest(vault, key)
    if (listed?.error !== undefined) throw listed.error
    if (listed !== undefined && isCompleteBackup(listed.manifest)) return listed.manifest
  }
  return undefined
}

/** Whether `latest`, retention and the shrink guard count the snapshot. */
export function isCompleteBackup({ complete, during, takenFor }: Manifest): boolean {
  return complete && during === undefined && takenFor === 'backup'
}

/** The newest complete snapshot that can be read: what a new one is stored as a delta over. */
export async function latestReadable(vault: Vault, poolId: string): Promise<Manifest | undefined> {
  for (const key of (await listManifestKeys(vault, poolId)).reverse()) {
    const listed = await listManifest(vault, key)
    if (listed?.manifest?.complete === true) return listed.manifest
  }
  return undefined
}

/** The newest complete snapshot that can be read and has the second factors of users, which few may have. */
export async function latestWithMfa(vault: Vault, poolId: string): Promise<Manifest | undefined> {
  for (const key of (await listManifestKeys(vault, poolId)).reverse()) {
    const listed = await listManifest(vault, key)
    if (listed?.manifest?.complete === true && listed.manifest.streams.mfa !== undefined)
      return listed.manifest
  }
  return undefined
}

/** The time of the newest snapshot of a pool, readable or not, by its id: of one that is to be newer it is the bound. */
export async function newestSnapshotTime(vault: Vault, poolId: string): Promise<number | undefined> {
  const prefix = manifestsPrefix(poolId)
  const times = (await listManifestKeys(vault, poolId)).map((key) =>
    timeOfSnapshotId(key.slice(prefix.length, -'.json'.length)),
  )
  return times.findLast((time) => time !== undefined)
}

/** Requests under way at once while a commit looks for its segments. */
const LOOKS_AT_ONCE = 16

/**
 * Makes a snapshot visible, after making sure that its manifest can be read back, that every segment it refers to is
 * stored, and that nobody else has taken over. This is the commit point: before it no reader sees anything of the
 * snapshot, after it every reader sees all of it. Whoever calls has held the lease `backup/POOL` since before the first
 * segment was put or used: nothing is pruned meanwhile.
 *
 * @param touched the segments that its streams' writers stored or refer to again
 * @throws CodedError `VAULT_DAMAGED` naming a segment that is gone, or the manifest where it could not be read back
 */
export async function commitSnapshot(
  vault: Vault,
  manifest: Manifest,
  touched: Iterable<string>,
  checkLease: () => Promise<void>,
): Promise<void> {
  const bytes = encodeManifest(manifest, vault.cipher)
  decodeManifest(bytes, manifestKey(manifest.pool.id, manifest.snapshot), vault)
  await putManifest(vault, manifest, bytes, touched, checkLease)
}

/**
 * Puts a manifest where readers see it, as {@link commitSnapshot} does. What it refers to is looked for again afterwards: should
 * anything have vanished in between, the manifest is withdrawn.
 */
export async function putManifest(
  vault: Vault,
  { pool, snapshot }: Pick<Manifest, 'pool' | 'snapshot'>,
  bytes: Uint8Array,
  touched: Iterable<string>,
  checkLease: () => Promise<void>,
): Promise<void> {
  const key = manifestKey(pool.id, snapshot)
  const all = [...touched]
  const keeper = await snapshotKeeper(vault.store)
  await keepSegments(vault, keeper, pool.id, all)
  await checkLease()
  if ((await keeper.put(key, bytes)) === 'exists') {
    throw new CodedError('STORAGE_FAILED', `a snapshot with the id ${snapshot} is there already`, {
      value: snapshot,
      hint: 'run the same command again; it takes a new id',
    })
  }
  const gone = await vanished(vault, pool.id, new Set(all))
  if (gone === undefined) return
  // Where this is not allowed, verify names the snapshot.
  await vault.store.delete(key).catch(() => undefined)
  throw gone
}

async function keepSegments(
  vault: Vault,
  keeper: SnapshotKeeper,
  poolId: string,
  ids: readonly string[],
): Promise<void> {
  await parallel(ids, LOOKS_AT_ONCE, undefined, async (id) => {
    const segment = segmentKey(poolId, id)
    if ((await vault.store.head(segment)) === undefined)
      throw damaged(segment, 'it vanished while the snapshot was taken')
    await keeper.keep(segment)
  })
}

/** Which of these segments is not there any more: by one listing, which is fewer requests than a look at each. */
async function vanished(
  { store }: Vault,
  poolId: string,
  ids: ReadonlySet<string>,
): Promise<CodedError | undefined> {
  const missing = new Set([...ids].map((id) => segmentKey(poolId, id)))
  for await (const { key } of store.list(segmentsPrefix(poolId))) {
    missing.delete(key)
    if (missing.size === 0) break
  }
  const [first] = missing
  return first === undefined ? undefined : damaged(first, 'it vanished while the snapshot was stored')
}
