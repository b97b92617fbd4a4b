import { initVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'

/**
 * Makes a vault that stores in the clear, and its place where the store has one to make: `prepared` says what.
 *
 * @throws CodedError `VAULT_EXISTS` where there is one already.
 */
export async function init(
  context: VaultContext,
): Promise<{ vault: string; url: string; encryption: 'none'; prepared?: readonly string[] }> {
  const prepared = (await context.store.prepare?.()) ?? []
  const vault = await initVault(context.store, context.clock.now(), context.random)
  return {
    vault: vault.id,
    url: vault.store.url,
    encryption: 'none',
    ...(prepared.length === 0 ? {} : { prepared }),
  }
}
