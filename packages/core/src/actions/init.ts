import { initVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'

/**
 * Makes a vault that stores in the clear.
 *
 * @throws CodedError `VAULT_EXISTS` where there is one already.
 */
export async function init(
  context: VaultContext,
): Promise<{ vault: string; url: string; encryption: 'none' }> {
  const vault = await initVault(context.store, context.clock.now(), context.random)
  return { vault: vault.id, url: vault.store.url, encryption: 'none' }
}
