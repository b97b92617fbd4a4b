import type { Random } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import { isoTime, newVaultId } from '../model/ids.js'
import type { ObjectStore } from '../storage/object-store.js'
import { plainCipher, type VaultCipher } from './cipher.js'
import { encryptedDescription, plainDescription } from './description.js'
import type { NewKeys } from './encryption/make-slots.js'
import { removeStraySlots } from './encryption/slot-list.js'
import { POOLS_PREFIX, slotKey, VAULT_KEY } from './object-keys.js'
import { sealedBy, unlockStore } from './keyed-store.js'

/** An open vault: where it lies, its id, and what it does to what it stores. */
export interface Vault {
  readonly id: string
  readonly store: ObjectStore
  readonly cipher: VaultCipher
}

/**
 * Makes a vault where none is. Its description is written once and never changed; that of an encrypted one comes after
 * its key slots, so that there is never a vault without a key.
 *
 * @param keys what is to open it; without any it stores in the clear
 * @throws CodedError `VAULT_EXISTS` when there is a vault already, or what is left of one: it is left as it is; what the
 *   key service throws, and then nothing is stored
 */
export async function initVault(
  store: ObjectStore,
  now: number,
  random: Random,
  keys?: NewKeys,
): Promise<Vault> {
  if ((await store.head(VAULT_KEY)) !== undefined) throw exists(store)
  if (await hasPools(store)) throw beheaded(store)
  const id = newVaultId(random)
  return keys === undefined ? initPlain(store, id, now) : initEncrypted(store, id, now, random, keys)
}

async function initPlain(store: ObjectStore, id: string, now: number): Promise<Vault> {
  if ((await store.putIfAbsent(VAULT_KEY, plainDescription(id, isoTime(now)))) === 'exists')
    throw exists(store)
  await removeStraySlots(store, id)
  return { id, store, cipher: plainCipher }
}

async function initEncrypted(
  store: ObjectStore,
  id: string,
  now: number,
  random: Random,
  keys: NewKeys,
): Promise<Vault> {
  const [{ makeSlots, putSlots }, { authenticator, SECRET_BYTES }, { encryptedCipher }] = await Promise.all([
    import('./encryption/make-slots.js'),
    import('./encryption/vault-secret.js'),
    import('./encryption/encrypted-cipher.js'),
  ])
  const secret = keys.randomBytes(SECRET_BYTES)
  const authenticate = authenticator(secret)
  const slots = await makeSlots(id, secret, keys, now, random)
  await putSlots(store, slots, authenticate)
  const description = encryptedDescription(id, isoTime(now), authenticate)
  if ((await store.putIfAbsent(VAULT_KEY, description)) === 'exists') {
    for (const { slot } of slots) await store.delete(slotKey(slot))
    throw exists(store)
  }
  await removeStraySlots(store, id)
  const cipher = encryptedCipher(id, secret)
  return {
    id,
    store: sealedBy(store, { id, cipher, opened: { secret, slot: slots[0]?.slot ?? '' } }),
    cipher,
  }
}

function exists(store: ObjectStore): CodedError {
  return new CodedError('VAULT_EXISTS', `there is a vault at ${store.url} already`, {
    value: store.url,
    hint: 'use it as it is, or choose another place; nothing was changed',
  })
}

async function hasPools(store: ObjectStore): Promise<boolean> {
  for await (const _ of store.list(POOLS_PREFIX)) return true
  return false
}

/** Under a new id every snapshot that is there would be another vault's. */
function beheaded(store: ObjectStore): CodedError {
  return new CodedError(
    'VAULT_EXISTS',
    `at ${store.url} there are snapshots of a vault without ${VAULT_KEY}`,
    {
      value: store.url,
      hint: `put ${VAULT_KEY} back from a copy of the vault, or choose another place; nothing was changed`,
    },
  )
}

/**
 * Opens a vault, with the keys that its store has.
 *
 * @throws CodedError `VAULT_NOT_FOUND`, `VAULT_TOO_NEW` or `VAULT_DAMAGED`, and what says that it cannot be opened with
 *   these keys
 */
export async function openVault(store: ObjectStore): Promise<Vault> {
  const { id, cipher } = await unlockStore(store)
  return { id, store, cipher }
}
