import { type CodedError, hasCode } from '../model/errors.js'
import { trimLog } from '../vault/lease-log.js'
import type { Lease } from '../vault/leases.js'
import { RETENTION_SCOPE } from '../vault/forgotten.js'
import { GRACE_MS, PRUNE_PURPOSE, type PrunedPool, prunePool } from '../vault/prune-pool.js'
import { listCapturedPools, listPools } from '../vault/snapshots.js'
import { createUnreleasedReader } from '../vault/unreleased.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'
import { withLease } from './with-lease.js'

/** The log of locks keeps so much of itself: prune looks back over a day of it. */
const LOG_KEPT_MS = 2 * GRACE_MS

/** What `prune` reports; the field names are those of its JSON document. */
export interface PruneResult {
  readonly dryRun: boolean
  readonly pools: readonly ({ readonly poolId: string } & PrunedPool)[]
  /** Pools of which nothing more was deleted, and why. */
  readonly failures: readonly { readonly poolId: string; readonly error: CodedError }[]
  /** Old entries of the log of locks that were deleted. */
  readonly lockEntriesRemoved: number
  /** What puts that never ended had left in the store. */
  readonly leftOversRemoved: number
}

/**
 * Deletes what no snapshot refers to any more, pool by pool: see {@link prunePool}. A pool that cannot be pruned, because
 * something of it cannot be read or a backup is under way, does not keep the others from being pruned. May be stopped at any moment;
 * the next prune goes on. Of restores nothing is deleted.
 *
 * @throws CodedError `LOCKED` when another prune is under way; `INTERRUPTED`
 */
export async function prune(
  context: VaultContext,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<PruneResult> {
  const vault = await openVault(context.store)
  return withLease(context, RETENTION_SCOPE, PRUNE_PURPOSE, async (retention) => {
    const done: ({ poolId: string } & PrunedPool)[] = []
    const failures: { poolId: string; error: CodedError }[] = []
    const unreleased = createUnreleasedReader(context.store, GRACE_MS)
    const pools = new Set([...(await listPools(vault)), ...(await listCapturedPools(vault))])
    for (const poolId of pools) {
      try {
        const pruned = await prunePool(vault, poolId, {
          dryRun,
          now: () => retention.storeTime,
          exclusively: (work) => withLease(context, `backup/${poolId}`, PRUNE_PURPOSE, work),
          unreleased,
          clock: context.clock,
          signal: context.signal,
          onProgress: (deleted) => context.sink({ code: 'prune.deleted', poolId, deleted }),
        })
        done.push({ poolId, ...pruned })
      } catch (error) {
        if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW', 'LOCKED', 'LOCK_LOST')) throw error
        failures.push({ poolId, error })
      }
    }
    const lockEntriesRemoved = dryRun ? 0 : await trim(context, retention)
    const leftOversRemoved = dryRun ? 0 : ((await context.store.sweep?.(retention.storeTime - GRACE_MS)) ?? 0)
    return { dryRun, pools: done, failures, lockEntriesRemoved, leftOversRemoved }
  })
}

async function trim({ store, signal }: VaultContext, retention: Lease): Promise<number> {
  await retention.check()
  return trimLog(store, retention.storeTime - LOG_KEPT_MS, signal)
}
