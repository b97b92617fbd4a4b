import type { ObjectStore } from '../../storage/object-store.js'
import { decodeManifest, type Manifest } from '../manifest.js'
import { manifestKey, standInKey, standInPrefix } from '../object-keys.js'
import type { Vault } from '../vault.js'
import { damaged } from '../segment.js'
import { orUnreadable } from './or-unreadable.js'

/**
 * The right bytes of a manifest that is being replaced, put before what lies in its place is deleted, and deleted when it is there again: what a repair that was
 * stopped in between leaves. Prune takes it for the manifest, `verify` names a manifest that is away, and the next repair puts it back.
 */
export interface StandIn {
  readonly key: string
  readonly snapshotId: string
  /** Bytes. */
  readonly size: number
  /** By the store's clock. */
  readonly lastModified: number
}

const NAME = /^([A-Za-z0-9][A-Za-z0-9._-]*)\.json$/

/** The stand-ins of a pool, whether their manifests are there or not. */
export async function listStandIns(vault: Vault, poolId: string): Promise<StandIn[]> {
  const prefix = standInPrefix(poolId)
  const found: StandIn[] = []
  for await (const { key, size, lastModified } of vault.store.list(prefix)) {
    const snapshotId = NAME.exec(key.slice(prefix.length))?.[1]
    if (snapshotId !== undefined) found.push({ key, snapshotId, size, lastModified })
  }
  return found
}

/**
 * Puts one, of bytes that were proven. What an earlier repair left stays where it is the same, as it may be the only copy that there is; what is
 * another was proven then and not now, and is replaced.
 *
 * @returns whether it was put now
 */
export async function putStandIn(
  store: ObjectStore,
  poolId: string,
  snapshotId: string,
  bytes: Uint8Array,
): Promise<boolean> {
  const key = standInKey(poolId, snapshotId)
  if ((await store.putIfAbsent(key, bytes)) === 'stored') return true
  const left = await orUnreadable(store.get(key))
  if (left !== undefined && Buffer.compare(left, bytes) === 0) return false
  await store.delete(key)
  await store.putIfAbsent(key, bytes)
  return true
}

/** Removes one, where there is one. */
export async function removeStandIn(store: ObjectStore, poolId: string, snapshotId: string): Promise<void> {
  const key = standInKey(poolId, snapshotId)
  if ((await store.head(key)) !== undefined) await store.delete(key)
}

/**
 * The manifest that one stands for; `undefined` where there is none any more.
 *
 * @throws CodedError `VAULT_DAMAGED` or `VAULT_TOO_NEW`
 */
export async function readStandIn(
  vault: Vault,
  poolId: string,
  snapshotId: string,
): Promise<Manifest | undefined> {
  const bytes = await vault.store.get(standInKey(poolId, snapshotId))
  return bytes === undefined ? undefined : decodeManifest(bytes, manifestKey(poolId, snapshotId), vault)
}

/** The manifests of a pool that are away because a repair was stopped while it replaced them. */
export async function manifestsAway(
  vault: Vault,
  poolId: string,
): Promise<{ readonly snapshotId: string; readonly error: Error }[]> {
  const away: { snapshotId: string; error: Error }[] = []
  for (const { key, snapshotId } of await listStandIns(vault, poolId)) {
    const own = manifestKey(poolId, snapshotId)
    if ((await vault.store.head(own)) !== undefined) continue
    // `forget` removes it first, and a repair that is at work last.
    if ((await vault.store.head(key)) === undefined) continue
    const error = damaged(own, 'it is missing: a repair was stopped while it replaced it')
    away.push({ snapshotId, error })
  }
  return away
}
