import type { CodedError } from '../model/errors.js'
import type { Shrinkage } from '../retention/shrink-guard.js'
import { expectSnapshot } from '../vault/expect-snapshot.js'
import type { Manifest, TakenFor } from '../vault/manifest.js'
import { listPools } from '../vault/snapshots.js'
import { isReplica } from '../vault/replica-store.js'
import { openVault } from '../vault/vault.js'
import { type ArrivingSnapshot, arrivingIn } from './arriving.js'
import type { VaultContext } from './context.js'
import { judgePool, readPool } from './guard.js'

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
  /** What the shrink guard flagged it for, where nobody has acknowledged that. */
  readonly shrunk?: readonly Shrinkage[]
  /** Another tool's backup that was imported; `latest` passes over it, as over all that is not complete. */
  readonly imported?: Manifest['imported']
}

export type { ArrivingSnapshot } from './arriving.js'

/** The snapshots that can be read, and the manifests that cannot. */
export interface SnapshotList {
  readonly snapshots: readonly SnapshotSummary[]
  readonly unreadable: readonly { readonly key: string; readonly error: CodedError }[]
  /** In a replica: those of which not everything is there yet. */
  readonly arriving?: readonly ArrivingSnapshot[]
}

/**
 * The snapshots of the vault, or of one pool of it, each pool's oldest first.
 *
 * @throws CodedError `VAULT_ROLLED_BACK` when the vault lacks the snapshot that is expected
 */
export async function snapshots(
  context: VaultContext,
  options: { poolId?: string | undefined; expect?: string | undefined } = {},
): Promise<SnapshotList> {
  const vault = await openVault(context.store)
  if (options.expect !== undefined) await expectSnapshot(vault, options.expect)
  const found: SnapshotSummary[] = []
  const unreadable: { key: string; error: CodedError }[] = []
  for (const poolId of await listPools(vault)) {
    if (options.poolId !== undefined && options.poolId !== poolId) continue
    const pool = await readPool(vault, poolId)
    const { flagged } = await judgePool(vault, poolId, pool.manifests)
    unreadable.push(...pool.unreadable)
    found.push(...pool.manifests.map((manifest) => summaryOf(manifest, flagged.get(manifest.snapshot))))
  }
  if (!isReplica(context.store)) return { snapshots: found, unreadable }
  const isAsked = (poolId: string): boolean => options.poolId === undefined || options.poolId === poolId
  return { snapshots: found, unreadable, arriving: await arrivingIn(vault, isAsked) }
}

function summaryOf(manifest: Manifest, shrunk: readonly Shrinkage[] | undefined): SnapshotSummary {
  return {
    id: manifest.snapshot,
    poolId: manifest.pool.id,
    poolName: manifest.pool.name,
    region: manifest.pool.region,
    takenAt: manifest.window.from,
    complete: manifest.complete,
    takenFor: manifest.takenFor,
    ...(manifest.during === undefined ? {} : { during: manifest.during }),
    counts: manifest.counts,
    ...(manifest.imported === undefined ? {} : { imported: manifest.imported }),
    ...(shrunk === undefined ? {} : { shrunk }),
  }
}
