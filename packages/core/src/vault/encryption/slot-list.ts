import { type CodedError, hasCode } from '../../model/errors.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { SLOTS_PREFIX } from '../object-keys.js'
import { damaged } from '../segment.js'
import { decodeSlot, isAuthentic, type KeySlot } from './key-slot.js'
import type { Authenticate } from './vault-secret.js'

/** A slot in the list, or why it cannot be used. */
export type ListedSlot =
  | {
      readonly key: string
      readonly slot: KeySlot
      readonly mac: string
      readonly error?: undefined
      readonly isStray?: undefined
    }
  | {
      readonly key: string
      readonly slot?: undefined
      readonly error: CodedError
      /** It is whole, and another vault's. */
      readonly isStray?: boolean
    }

/** What lies where key slots do, ascending; not what a file manager leaves there. Nothing of it is proven yet. */
export async function listSlots(store: ObjectStore, vault: string): Promise<ListedSlot[]> {
  const slots: ListedSlot[] = []
  for await (const { key } of store.list(SLOTS_PREFIX)) {
    if (key.startsWith(`${SLOTS_PREFIX}.`)) continue
    const bytes = await store.get(key)
    if (bytes !== undefined) slots.push(listed(key, bytes, vault))
  }
  return slots
}

function listed(key: string, bytes: Uint8Array, vault: string): ListedSlot {
  try {
    const found = decodeSlot(bytes, key)
    if (found.slot.vault === vault) return { key, ...found }
    return { key, error: damaged(key, 'it is a key slot of another vault'), isStray: true }
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED')) return { key, error }
    throw error
  }
}

/** The same, of which those are usable that somebody made who had the vault's key. */
export async function listAuthenticSlots(
  store: ObjectStore,
  vault: string,
  authenticate: Authenticate,
): Promise<ListedSlot[]> {
  return (await listSlots(store, vault)).map((one) => {
    if (one.slot === undefined || isAuthentic(one, authenticate)) return one
    return { key: one.key, error: damaged(one.key, 'nobody made it who had the vault’s key') }
  })
}

/** Removes every slot of another vault than this: what an `init` left that did not come to its end. */
export async function removeStraySlots(store: ObjectStore, vault: string): Promise<void> {
  for (const { key, isStray } of await listSlots(store, vault)) if (isStray === true) await store.delete(key)
}
