import { CodedError } from '../model/errors.js'
import type { Random } from '../model/clock.js'
import type { ObjectStore } from '../storage/object-store.js'
import type { KeySlot } from './encryption/key-slot.js'
import type { NewKeys } from './encryption/make-slots.js'
import { listAuthenticSlots, type ListedSlot } from './encryption/slot-list.js'
import { type Authenticate, authenticator } from './encryption/vault-secret.js'
import { unlockStore } from './keyed-store.js'
import { slotKey } from './object-keys.js'

interface OpenSlots {
  readonly vault: string
  readonly secret: Uint8Array
  /** The slot that opened the vault. */
  readonly openedBy: string
  readonly authenticate: Authenticate
}

/**
 * Adds ways to the vault's data key. Nothing else is written: what is stored stays as it is.
 *
 * @throws CodedError what {@link unlockStore} and the key service throw, and then nothing was added
 */
export async function addSlots(
  store: ObjectStore,
  keys: NewKeys,
  now: number,
  random: Random,
): Promise<readonly KeySlot[]> {
  const { vault, secret, authenticate } = await open(store)
  const { makeSlots, putSlots } = await import('./encryption/make-slots.js')
  const slots = await makeSlots(vault, secret, keys, now, random)
  await putSlots(store, slots, authenticate)
  return slots
}

/**
 * Removes a slot by its id; never the last that can be used, and never the one that opened the vault, so that whoever
 * removes a key has shown that another one works. Whoever has kept a copy of the slot can still use it there.
 *
 * @param checkLease proves, right before the removal, that nobody else removes another one
 * @throws CodedError `SLOT_NOT_FOUND`, `SLOT_NEEDED`
 */
export async function removeSlot(
  store: ObjectStore,
  slotId: string,
  checkLease: () => Promise<void>,
): Promise<void> {
  const { vault, openedBy, authenticate } = await open(store)
  const listed = await listAuthenticSlots(store, vault, authenticate)
  const found = listed.find(({ key }) => key === slotKey(slotId))
  if (found === undefined) throw notFound(slotId, listed)
  if (usable(listed).every(({ key }) => key === found.key)) throw needed(slotId, 'is the last')
  if (slotId === openedBy) throw needed(slotId, 'is the one that opened the vault just now')
  await checkLease()
  const bytes = await store.get(found.key)
  await store.delete(found.key)
  // Whoever slept between the proof and the removal may have slept longer than a lease lasts.
  if (usable(await listAuthenticSlots(store, vault, authenticate)).length > 0 || bytes === undefined) return
  await store.putIfAbsent(found.key, bytes)
  throw needed(slotId, 'has become the last meanwhile, and was put back')
}

/** Every slot that is not what it should be. Needs the vault's key; of a vault in the clear there are none. */
export async function* damagedSlots(store: ObjectStore): AsyncGenerator<CodedError> {
  const { id, opened } = await unlockStore(store)
  if (opened === undefined) return
  for (const { error } of await listAuthenticSlots(store, id, authenticator(opened.secret)))
    if (error !== undefined) yield error
}

async function open(store: ObjectStore): Promise<OpenSlots> {
  const { id, opened } = await unlockStore(store)
  if (opened === undefined) throw notEncrypted(store)
  const { secret, slot } = opened
  return { vault: id, secret, openedBy: slot, authenticate: authenticator(secret) }
}

function usable(listed: readonly ListedSlot[]): ListedSlot[] {
  return listed.filter(({ slot }) => slot !== undefined)
}

/** Of a vault in the clear, which has no slots and gets none. */
export function notEncrypted(store: ObjectStore): CodedError {
  return new CodedError(
    'VAULT_NOT_ENCRYPTED',
    `the vault at ${store.url} is not encrypted, and has no key slots`,
    {
      value: store.url,
      hint: 'make an encrypted one beside it, and back up into that: cognito-vault init --help',
    },
  )
}

function notFound(slotId: string, listed: readonly ListedSlot[]): CodedError {
  const ids = listed.map(({ key }) => key.slice(slotKey('').length))
  return new CodedError('SLOT_NOT_FOUND', `the vault has no key slot ${JSON.stringify(slotId)}`, {
    value: slotId,
    hint: `it has ${ids.join(', ')}; see cognito-vault key list`,
  })
}

function needed(slotId: string, why: string): CodedError {
  return new CodedError('SLOT_NEEDED', `key slot ${slotId} ${why}; it was not removed`, {
    value: slotId,
    hint: 'add another key first (cognito-vault key add), and open the vault with that one: --passphrase-file, or --expect-kms-key for one of several KMS keys',
  })
}
