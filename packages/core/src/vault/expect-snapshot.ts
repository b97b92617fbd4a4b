import { CodedError } from '../model/errors.js'
import { listManifestKeys, listPools } from './snapshots.js'
import { arrivingIds } from './replica-store.js'
import type { Vault } from './vault.js'

/**
 * Makes sure that the vault has a snapshot that is known from elsewhere. A vault that was rolled back as a whole is sound in
 * itself: that something newer is gone shows only against what lies outside it.
 *
 * A replica has what is still arriving, too.
 *
 * @param snapshot its whole id
 * @throws CodedError `VAULT_ROLLED_BACK`, or `USAGE` where that is no whole id
 */
export async function expectSnapshot(vault: Vault, snapshot: string): Promise<void> {
  if (/^(latest(:.*)?)?$/.test(snapshot))
    throw new CodedError(
      'USAGE',
      `a snapshot that is expected is given by its whole id, not as "${snapshot}"`,
      {
        value: snapshot,
        hint: 'as backup printed it; a name such as latest says nothing of what the vault has lost',
      },
    )
  for (const pool of await listPools(vault)) {
    for (const key of await listManifestKeys(vault, pool)) if (key.endsWith(`/${snapshot}.json`)) return
    for await (const arriving of arrivingIds(vault, pool)) if (arriving === snapshot) return
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
