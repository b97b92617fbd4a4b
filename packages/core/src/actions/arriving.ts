import { isReplica } from '../vault/replica-store.js'
import { listPools } from '../vault/snapshots.js'
import type { Vault } from '../vault/vault.js'

/** A snapshot of which the manifest has arrived in a replica, and something else has not; the field names are those of the JSON documents. */
export interface ArrivingSnapshot {
  readonly id: string
  readonly poolId: string
  /** When its reading began. */
  readonly takenAt: string
}

/** Those of the pools that are asked about; none of a vault that is no replica. */
export async function arrivingIn(
  vault: Vault,
  isAsked: (poolId: string) => boolean,
): Promise<ArrivingSnapshot[]> {
  const { store } = vault
  const found: ArrivingSnapshot[] = []
  if (!isReplica(store)) return found
  for (const poolId of await listPools(vault)) {
    if (!isAsked(poolId)) continue
    for await (const { snapshot, window } of store.arriving(poolId))
      found.push({ id: snapshot, poolId, takenAt: window.from })
  }
  return found
}
