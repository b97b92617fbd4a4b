import type { CodedError } from '../model/errors.js'
import type { TakenFor } from '../vault/manifest.js'
import { listManifests } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'

/** A snapshot in the list; the field names are those of the JSON document. */
export interface SnapshotSummary {
  readonly id: string
  readonly poolId: string
  readonly poolName: string
  readonly region: string
  /** When its reading began. */
  readonly takenAt: string
  readonly complete: boolean
  /** `latest` counts backups only. */
  readonly takenFor: TakenFor
  /** The restore that was under way in the pool, or had stopped half-way; `latest` passes over it. */
  readonly during?: string
  readonly counts: Readonly<Record<string, number>>
}

/** The snapshots that can be read, and the manifests that cannot. */
export interface SnapshotList {
  readonly snapshots: readonly SnapshotSummary[]
  readonly unreadable: readonly { readonly key: string; readonly error: CodedError }[]
}

/** The snapshots of the vault, or of one pool of it, each pool's oldest first. */
export async function snapshots(
  context: VaultContext,
  options: { poolId?: string | undefined } = {},
): Promise<SnapshotList> {
  const vault = await openVault(context.store)
  const found: SnapshotSummary[] = []
  const unreadable: { key: string; error: CodedError }[] = []
  for await (const { key, manifest, error } of listManifests(vault, options.poolId)) {
    if (manifest === undefined) {
      unreadable.push({ key, error })
      continue
    }
    found.push({
      id: manifest.snapshot,
      poolId: manifest.pool.id,
      poolName: manifest.pool.name,
      region: manifest.pool.region,
      takenAt: manifest.window.from,
      complete: manifest.complete,
      takenFor: manifest.takenFor,
      ...(manifest.during === undefined ? {} : { during: manifest.during }),
      counts: manifest.counts,
    })
  }
  return { snapshots: found, unreadable }
}
