import type { Vault } from '../../vault/vault.js'

/** When a vault was made, in milliseconds, as far as its store says so. */
export async function madeAt({ store }: Pick<Vault, 'store'>): Promise<number | undefined> {
  return (await store.head('vault.json'))?.lastModified
}
