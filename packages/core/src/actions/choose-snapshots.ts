import type { CodedError } from '../model/errors.js'
import { findSnapshot, requireSnapshots } from '../vault/find-snapshot.js'
import type { Manifest } from '../vault/manifest.js'
import { listManifests } from '../vault/snapshots.js'
import type { Vault } from '../vault/vault.js'

/** The snapshots that were named, or all, of the pools that were named, or of all; and what could not be read. */
export interface ChosenSnapshots {
  readonly wanted: readonly Manifest[]
  readonly unreadable: readonly { readonly key: string; readonly error: CodedError }[]
}

/** @throws CodedError `SNAPSHOT_NOT_FOUND` where a name fits nothing, `VAULT_DAMAGED` where a snapshot that was named cannot be read */
export async function chooseSnapshots(
  vault: Vault,
  { snapshots = [], pools = [] }: { snapshots?: readonly string[]; pools?: readonly string[] },
): Promise<ChosenSnapshots> {
  const isAmong = (pool: string): boolean => pools.length === 0 || pools.includes(pool)
  for (const pool of pools) await requireSnapshots(vault, pool)
  const wanted = new Map<string, Manifest>()
  const unreadable: { key: string; error: CodedError }[] = []
  if (snapshots.length > 0) {
    for (const name of snapshots) {
      const { manifest } = await findSnapshot(vault, name)
      if (isAmong(manifest.pool.id)) wanted.set(`${manifest.pool.id}/${manifest.snapshot}`, manifest)
    }
    return { wanted: [...wanted.values()], unreadable }
  }
  for await (const { key, manifest, error } of listManifests(vault)) {
    if (!isAmong(key.split('/')[1] ?? '')) continue
    if (manifest === undefined) unreadable.push({ key, error })
    else wanted.set(key, manifest)
  }
  return { wanted: [...wanted.values()], unreadable }
}
