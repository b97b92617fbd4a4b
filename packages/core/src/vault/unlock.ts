import { CodedError } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { plainCipher, type VaultCipher } from './cipher.js'
import { isAuthenticDescription, readDescription } from './description.js'
import type { VaultKeys } from './encryption/key-service.js'
import { SLOTS_PREFIX, VAULT_KEY } from './object-keys.js'
import { damaged } from './segment.js'

/** A vault that was opened: its id, and what it does to what it stores. */
export interface Unlocked {
  readonly id: string
  readonly cipher: VaultCipher
  /** Of an encrypted vault: its data key, and the slot that gave it. */
  readonly opened?: { readonly secret: Uint8Array; readonly slot: string } | undefined
}

/**
 * Opens a vault with the keys that were given. Whoever gave one is never shown a vault in the clear: somebody may have put
 * it in the other's place.
 *
 * @throws CodedError `VAULT_NOT_FOUND`, `VAULT_TOO_NEW`, `VAULT_DAMAGED`; `KEY_NEEDED` when it is encrypted and no key was
 *   given, `WRONG_KEY` when what was given opens no slot, `VAULT_NOT_ENCRYPTED` when a key was given for one in the clear;
 *   what the key service throws
 */
export async function unlock(store: ObjectStore, keys: VaultKeys): Promise<Unlocked> {
  const description = await readDescription(store)
  const id = description.vault
  if (description.format === 1) {
    if (keys.passphrase !== undefined || (keys.expectedKmsKeys ?? []).length > 0) throw notEncrypted(store)
    if (await hasSlots(store))
      throw damaged(VAULT_KEY, 'it says that the vault is not encrypted, and there are key slots')
    return { id, cipher: plainCipher }
  }
  // The libraries that encrypt are loaded by those who need them.
  const [{ findSecret }, { encryptedCipher }, { authenticator }] = await Promise.all([
    import('./encryption/find-secret.js'),
    import('./encryption/encrypted-cipher.js'),
    import('./encryption/vault-secret.js'),
  ])
  const opened = await findSecret(store, id, keys)
  if (!isAuthenticDescription(description, authenticator(opened.secret)))
    throw damaged(VAULT_KEY, 'nobody wrote it who had the vault’s key')
  return { id, cipher: encryptedCipher(id, opened.secret), opened }
}

async function hasSlots(store: ObjectStore): Promise<boolean> {
  for await (const { key } of store.list(SLOTS_PREFIX)) if (!key.startsWith(`${SLOTS_PREFIX}.`)) return true
  return false
}

function notEncrypted(store: ObjectStore): CodedError {
  return new CodedError(
    'VAULT_NOT_ENCRYPTED',
    `a key was given, and the vault at ${store.url} is not encrypted`,
    {
      value: store.url,
      hint: 'check the address: somebody may have put another vault there; if it is to be in the clear, give no key',
    },
  )
}
