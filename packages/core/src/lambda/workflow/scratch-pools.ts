import { deleteScratchPools, DRILL_SCOPE } from '../../actions/drill-pools.js'
import { withLease } from '../../actions/with-lease.js'
import { openVault } from '../../vault/vault.js'
import type { Call } from './call.js'
import { withCognito } from './connect.js'
import { toCoded } from './thrown.js'
import { whileLocked } from './while-locked.js'

/**
 * Deletes what drills of the vault that were killed have left, in these Regions, once no drill has the lock. Best effort: what keeps it from that is logged.
 *
 * @returns whether nothing is left
 */
export async function deletedLeftOvers(call: Call, regions: readonly string[]): Promise<boolean> {
  const { vaults, settings, env, log } = call
  try {
    const { id } = await openVault(vaults.context.store)
    await whileLocked(call, () =>
      withLease(vaults.context, DRILL_SCOPE, 'drill', async () => {
        for (const region of regions) {
          const deleted = await withCognito(vaults.context, settings, env, { region }, ({ api }) =>
            deleteScratchPools(api, id),
          )
          log('INFO', { code: 'drill.cleaned-up', region, deleted })
        }
      }),
    )
    return true
  } catch (thrown) {
    const { code, message } = toCoded(thrown, vaults.context.signal)
    log('ERROR', { code: 'drill.not-cleaned-up', regions, error: code, message })
    return false
  }
}
