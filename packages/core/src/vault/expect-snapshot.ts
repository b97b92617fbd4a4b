import { CodedError } from '../model/errors.js'
import { listManifestKeys, listPools } from './snapshots.js'
import type { Vault } from './vault.js'

/**
 * Makes sure that the vault has a snapshot that is known from elsewhere. A vault that was rolled back as a whole is sound in
 * itself: that something newer is gone shows only against what lies outside it.
 *
 * @param snapshot its whole id
 * @throws CodedError `VAULT_ROLLED_BACK`
 */
export async function expectSnapshot(vault: Vault, snapshot: string): Promise<void> {
  for (const pool of await listPools(vault)) {
    for (const key of await listManifestKeys(vault, pool)) if (key.endsWith(`/${snapshot}.json`)) return
  }
  throw new CodedError(
    'VAULT_ROLLED_BACK',
    `the vault does not have snapshot ${snapshot}, which was expected`,
    {
      value: snapshot,
      hint: 'it is an older state of the vault, or another vault, or the snapshot was forgotten; nothing was changed',
    },
  )
}
