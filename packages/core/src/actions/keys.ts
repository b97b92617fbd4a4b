import { readDescription } from '../vault/description.js'
import type { KeySlot } from '../vault/encryption/key-slot.js'
import { listSlots } from '../vault/encryption/slot-list.js'
import { addSlots, notEncrypted, removeSlot } from '../vault/key-slots.js'
import type { VaultContext } from './context.js'
import { type Encryption, newKeysOf } from './init.js'
import { withLease } from './with-lease.js'

/** A key slot as it is shown; the field names are those of the JSON documents. */
export interface ShownSlot {
  readonly slot: string
  readonly kind: 'kms' | 'passphrase'
  readonly createdAt: string
  /** Of a KMS key. */
  readonly keyArn?: string
}

/** The slots that can be read, and those that cannot. */
export interface SlotList {
  readonly slots: readonly ShownSlot[]
  readonly damage: readonly { readonly key: string; readonly reason: string }[]
}

/** The one scope of all who remove slots. */
const SCOPE = 'keys'

/**
 * The key slots of a vault. Needs no key, so that whoever has none sees which would do; nothing of it is proven therefore,
 * which `verify` does.
 *
 * @throws CodedError `VAULT_NOT_ENCRYPTED`
 */
export async function listKeys({ store }: VaultContext): Promise<SlotList> {
  const { format, vault } = await readDescription(store)
  if (format === 1) throw notEncrypted(store)
  const listed = await listSlots(store, vault)
  return {
    slots: listed.flatMap(({ slot }) => (slot === undefined ? [] : [shown(slot)])),
    damage: listed.flatMap(({ key, error }) => (error === undefined ? [] : [{ key, reason: error.message }])),
  }
}

/**
 * Adds a slot for each key that is given.
 *
 * @throws CodedError `WRONG_KEY` and others, where the vault cannot be opened with the keys that the store has
 */
export async function addKey(
  context: VaultContext,
  keys: Encryption,
): Promise<{ readonly added: readonly ShownSlot[] }> {
  const { store, clock, random } = context
  const slots = await addSlots(store, await newKeysOf(keys), clock.now(), random)
  return { added: slots.map(shown) }
}

/**
 * Removes a slot, but never the last and never the one that opens the vault here.
 *
 * @throws CodedError `SLOT_NOT_FOUND`, `SLOT_NEEDED`, `LOCKED` while another is removed
 */
export async function removeKey(context: VaultContext, slot: string): Promise<{ readonly removed: string }> {
  await withLease(context, SCOPE, `removal of key slot ${slot}`, (lease) =>
    removeSlot(context.store, slot, () => lease.check()),
  )
  return { removed: slot }
}

/** A slot without what is wrapped in it. */
export function shown({ slot, kind, createdAt, ...rest }: KeySlot): ShownSlot {
  return { slot, kind, createdAt, ...('keyArn' in rest ? { keyArn: rest.keyArn } : {}) }
}
