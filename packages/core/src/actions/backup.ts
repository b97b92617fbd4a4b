import { CodedError } from '../model/errors.js'
import type { GuardLimits, Shrinkage } from '../retention/shrink-guard.js'
import { openVault } from '../vault/vault.js'
import type { Gap } from '../vault/manifest.js'
import type { CognitoContext } from './context.js'
import { requirePool } from './pool.js'
import { type AgreeToMfa, agreedTo } from './second-factors.js'
import type { TakenSnapshot } from './store-capture.js'
import { takeSnapshot } from './take-snapshot.js'

/** What `backup` reports of each pool; the field names are those of its JSON document. */
export interface SnapshotReport {
  readonly id: string
  readonly poolId: string
  readonly complete: boolean
  readonly missing: readonly Gap[]
  /** The restore that was under way in the pool, or had stopped half-way: `latest` passes over such a snapshot. */
  readonly during?: string
  readonly counts: Readonly<Record<string, number>>
  /** What there is far too little of, or what has changed far too much, beside the best backup of late: the shrink guard tripped. */
  readonly shrunk: readonly Shrinkage[]
  /** Requests sent, by operation. */
  readonly requests: Readonly<Record<string, number>>
  /** Users made monthly active by the backup: none, unless second factors were asked for. */
  readonly mau: number
  readonly bytesStored: number
  readonly durationMs: number
}

export interface BackupOptions {
  /** By which the shrink guard judges; {@link DEFAULT_GUARD} where nothing is said. */
  readonly guard?: GuardLimits | undefined
  /** Asked of each pool's price before its second factors are read; without it they are not. */
  readonly mfa?: AgreeToMfa | undefined
}

/** What became of each pool: its snapshot, or why there is none. */
export interface BackupResult {
  readonly snapshots: readonly SnapshotReport[]
  readonly failures: readonly { readonly poolId: string; readonly error: CodedError }[]
}

/**
 * Takes a snapshot of each pool, one after the other. A pool that fails does not keep the others from being backed up.
 *
 * @param mfa reads the second factors of users too, where it agrees to the price: each becomes monthly active by it. Of a pool
 *   for which it does not, nothing but the description is read, and nothing is stored (`CONFIRMATION_NEEDED`)
 * @throws CodedError `VAULT_NOT_FOUND` and the like, before anything is read; `INTERRUPTED` when the signal aborts.
 */
export async function backup(
  context: CognitoContext,
  poolIds: readonly string[],
  { guard, mfa }: BackupOptions = {},
): Promise<BackupResult> {
  const vault = await openVault(context.store)
  const snapshots: SnapshotReport[] = []
  const failures: { poolId: string; error: CodedError }[] = []
  for (const poolId of new Set(poolIds)) {
    try {
      const pool = await requirePool(context.api, poolId, context.signal)
      const options = { mfa: await agreedTo(mfa, pool), guardLimits: guard }
      snapshots.push(reportOf(await takeSnapshot(context, vault, pool, 'backup', options)))
    } catch (error) {
      if (!(error instanceof CodedError) || error.code === 'INTERRUPTED') throw error
      failures.push({ poolId, error })
    }
  }
  return { snapshots, failures }
}

/** What taking a snapshot has come to. */
export function reportOf({
  snapshot: { manifest },
  requests,
  shrunk,
  bytesStored,
  durationMs,
}: TakenSnapshot): SnapshotReport {
  return {
    id: manifest.snapshot,
    poolId: manifest.pool.id,
    complete: manifest.complete,
    missing: manifest.missing,
    ...(manifest.during === undefined ? {} : { during: manifest.during }),
    counts: manifest.counts,
    shrunk,
    requests,
    mau: manifest.capture.mau,
    bytesStored,
    durationMs,
  }
}
