import { CodedError, hasCode } from '../model/errors.js'
import { decodeManifest, type Manifest } from './manifest.js'
import { forgottenKey, forgottenPrefix, manifestKey } from './object-keys.js'
import { addReachable } from './reachable.js'
import { removeStandIn } from './repair/stand-in.js'
import { openSegments } from './segment-store.js'
import { damaged } from './segment.js'
import { putManifest } from './snapshots.js'
import type { Vault } from './vault.js'

/** The scope of who forgets or prunes: one at a time in a vault. */
export const RETENTION_SCOPE = 'retention'
/** What forget says it is at, for who finds that scope taken. */
export const FORGET_PURPOSE = 'forget'

/** The manifest of a forgotten snapshot, byte for byte what it was, or why it cannot be read. */
export interface Forgotten {
  readonly key: string
  readonly snapshotId: string
  /** When it was forgotten, in milliseconds by the store's clock. */
  readonly forgottenAt: number
  readonly bytes: number
}

/** Not what a file manager leaves in a folder. */
const NAME = /^([A-Za-z0-9][A-Za-z0-9._-]*)\.json$/

/** The forgotten snapshots of a pool that prune has not taken away, oldest first. */
export async function listForgotten(vault: Vault, poolId: string): Promise<Forgotten[]> {
  const prefix = forgottenPrefix(poolId)
  const found: Forgotten[] = []
  for await (const { key, lastModified, size } of vault.store.list(prefix)) {
    const snapshotId = NAME.exec(key.slice(prefix.length))?.[1]
    if (snapshotId !== undefined) found.push({ key, snapshotId, forgottenAt: lastModified, bytes: size })
  }
  return found
}

/**
 * The manifest of a forgotten snapshot; `undefined` where there is none any more.
 *
 * @throws CodedError `VAULT_DAMAGED` or `VAULT_TOO_NEW`
 */
export async function readForgotten(
  vault: Vault,
  poolId: string,
  snapshotId: string,
): Promise<{ readonly manifest: Manifest; readonly bytes: Uint8Array } | undefined> {
  const bytes = await vault.store.get(forgottenKey(poolId, snapshotId))
  if (bytes === undefined) return undefined
  try {
    return { manifest: decodeManifest(bytes, manifestKey(poolId, snapshotId), vault), bytes }
  } catch (error) {
    // It is this object that is not as it was, and not the one that it was once.
    if (!hasCode(error, 'VAULT_DAMAGED')) throw error
    throw damaged(forgottenKey(poolId, snapshotId), 'it is not the manifest of a forgotten snapshot', error)
  }
}

/**
 * Forgets a snapshot: its manifest goes out of sight, and what it refers to stays for whoever is reading it until prune
 * finds it to have been forgotten long enough. Whoever calls holds the lease `retention`.
 *
 * @param checkLease called right before the manifest goes
 * @returns whether it was there; `retained` where the store keeps its manifest from being deleted for now: it stays in sight
 * @throws CodedError `VAULT_DAMAGED` or `VAULT_TOO_NEW` when it cannot be read: nothing is forgotten that is not understood
 */
export async function forgetSnapshot(
  vault: Vault,
  poolId: string,
  snapshotId: string,
  checkLease: () => Promise<void>,
): Promise<boolean | 'retained'> {
  const { store } = vault
  const key = manifestKey(poolId, snapshotId)
  const bytes = await store.get(key)
  if (bytes === undefined) return false
  decodeManifest(bytes, key, vault)
  const copy = forgottenKey(poolId, snapshotId)
  if ((await store.putIfAbsent(copy, bytes)) === 'exists') {
    // Left by a forget that was stopped, or taken back: its age is not that of this one.
    await store.delete(copy)
    await store.putIfAbsent(copy, bytes)
  }
  // Else the next repair would take the snapshot for one that it has to put back.
  await removeStandIn(store, poolId, snapshotId)
  await checkLease()
  try {
    await store.delete(key)
    return true
  } catch (error) {
    if (!hasCode(error, 'RETAINED')) throw error
    await store.delete(copy)
    return 'retained'
  }
}

/**
 * Takes a forgotten snapshot back. Whoever calls holds the lease `backup/POOL`, as a writer does, so that no prune goes on
 * meanwhile. The copy stays until prune removes it: it may be read at this moment.
 *
 * @throws CodedError `SNAPSHOT_NOT_FOUND` when prune has removed it, `VAULT_DAMAGED` when something of it is gone
 */
export async function recallSnapshot(
  vault: Vault,
  poolId: string,
  snapshotId: string,
  checkLease: () => Promise<void>,
): Promise<Manifest> {
  const found = await readForgotten(vault, poolId, snapshotId)
  if (found === undefined) {
    throw new CodedError(
      'SNAPSHOT_NOT_FOUND',
      `${snapshotId} is not among the forgotten snapshots any more`,
      {
        value: snapshotId,
        hint: 'forgotten snapshots can be taken back until a prune that comes a day later',
      },
    )
  }
  const reachable = new Set<string>()
  await addReachable(openSegments(vault.store, poolId), found.manifest, reachable)
  await putManifest(vault, found.manifest, found.bytes, reachable, checkLease)
  return found.manifest
}
