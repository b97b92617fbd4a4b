import { randomUUID } from 'node:crypto'
import type { Clock, Random } from '../../model/clock.js'
import { hasCode } from '../../model/errors.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { append, LARGEST_TTL_MS, lastSlots, slotOfKey, unreadableEntries } from '../lease-log.js'

/** An object in the log of locks that cannot be read. */
export interface UnreadableEntry {
  readonly key: string
  readonly reason: string
  /** An entry under its number, and not of a newer version: nobody needs it once no lock of its time can be held. */
  readonly isRemovable: boolean
}

/**
 * What cannot be read in the log of locks. What dead processes have left there is no damage: it is over when its time is, and
 * prune looks at it for a day, because a process that seems dead may be suspended.
 */
export async function listUnreadable(store: ObjectStore): Promise<UnreadableEntry[]> {
  const found: UnreadableEntry[] = []
  for await (const error of unreadableEntries(store, () => undefined)) {
    const key = error.value ?? ''
    const isRemovable = hasCode(error, 'VAULT_DAMAGED') && slotOfKey(key) !== undefined
    found.push({ key, reason: error.message, isRemovable })
  }
  return found
}

/** The store's time now: that of an entry that is nobody's. */
export async function storeTime(store: ObjectStore, clock: Clock, random: Random): Promise<number> {
  const entry = { lease: randomUUID(), action: 'release' } as const
  const { own } = await append({ store, clock, random }, entry, () => lastSlots(store))
  return own.lastModified
}

/**
 * Removes an entry that cannot be read, if no lock that it could have been about can still be held.
 *
 * @param now the store's time
 * @returns `gone`, or from when on it can be removed
 */
export async function removeEntry(
  store: ObjectStore,
  key: string,
  now: number,
): Promise<'gone' | { readonly overAt: number }> {
  const info = await store.head(key)
  if (info === undefined) return 'gone'
  const overAt = info.lastModified + LARGEST_TTL_MS
  if (now <= overAt) return { overAt }
  await store.delete(key)
  return 'gone'
}
