import { openCaptureRun } from '../vault/capture-run.js'
import { manifestKey } from '../vault/object-keys.js'
import { readManifestIfThere } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import { endRun, takeOverIfHeld } from './backup-run.js'
import type { BackupState } from './backup-state.js'
import type { VaultContext } from './context.js'

/**
 * Gives a run up: unlocks the pool, and lets no process go on with it. May be called again, and for a run whose beginning has no answer.
 *
 * @returns whether its snapshot had been stored already, which is whole then and stays
 */
export async function failBackup(
  context: VaultContext,
  {
    poolId,
    runId,
    ...given
  }: Pick<BackupState, 'poolId' | 'runId'> & Partial<Pick<BackupState, 'snapshotId'>>,
): Promise<{ readonly isStored: boolean }> {
  const vault = await openVault(context.store)
  const run = openCaptureRun(vault.store, poolId, runId)
  const snapshotId = given.snapshotId ?? (await run.getFacts())?.['snapshotId']
  const manifest =
    typeof snapshotId === 'string'
      ? await readManifestIfThere(vault, manifestKey(poolId, snapshotId))
      : undefined
  const lease = await takeOverIfHeld(context, poolId, runId)
  await endRun(context, run, manifest === undefined ? 'abandoned' : 'finished', lease)
  return { isStored: manifest !== undefined }
}
