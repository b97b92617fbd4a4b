import { CodedError } from '../model/errors.js'
import { isoTime } from '../model/ids.js'
import { DEFAULT_GUARD, type GuardLimits, type Shrinkage } from '../retention/shrink-guard.js'
import { addAcknowledgement } from '../vault/acknowledgements.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import { isCompleteBackup } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'
import { judgePool, readPool } from './guard.js'

/** What was acknowledged; the field names are those of the JSON document. */
export interface Acknowledged {
  readonly snapshot: string
  readonly poolId: string
  /** The flagged snapshots that are settled by it, and what each had too little of. */
  readonly settled: readonly { readonly id: string; readonly shrunk: readonly Shrinkage[] }[]
}

/**
 * Writes down, for good, that a snapshot is the new normal: the shrink guard compares with it from now on, and holds back no
 * longer what is before it. All flagged ones up to it are settled.
 *
 * @param guard the limits by which forget goes; each backup's own are looked at too
 * @throws CodedError `USAGE` when the guard has flagged nothing up to it, or it is not a complete backup
 */
export async function acknowledge(
  context: VaultContext,
  name: string,
  { guard = DEFAULT_GUARD }: { readonly guard?: GuardLimits | undefined } = {},
): Promise<Acknowledged> {
  const vault = await openVault(context.store)
  const { manifest } = await findSnapshot(vault, name)
  const poolId = manifest.pool.id
  const { manifests } = await readPool(vault, poolId)
  const byThemselves = await judgePool(vault, poolId, manifests)
  const flagged = new Map([
    ...byThemselves.flagged,
    ...(await judgePool(vault, poolId, manifests, guard)).flagged,
  ])
  const settled = [...flagged]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, shrunk]) => (id <= manifest.snapshot ? [{ id, shrunk }] : []))
  if (settled.length === 0 || !isCompleteBackup(manifest)) {
    const why = isCompleteBackup(manifest) ? 'nothing up to it is flagged' : 'it is not a complete backup'
    throw new CodedError('USAGE', `${manifest.snapshot} cannot be acknowledged: ${why}`, {
      value: manifest.snapshot,
      hint: 'see what is flagged: cognito-vault snapshots; nothing was written',
    })
  }
  await addAcknowledgement(context.store, {
    poolId,
    snapshotId: manifest.snapshot,
    at: isoTime(context.clock.now()),
    host: context.holder.host,
  })
  return { snapshot: manifest.snapshot, poolId, settled }
}
