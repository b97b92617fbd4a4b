import type { ObjectStore } from '../storage/object-store.js'
import { lastSlots, type LeaseHolder, readEntries, recentSlots, type StampedEntry } from './lease-log.js'

/** Somebody who took a scope and has not said since that the work is over. */
export interface Unreleased {
  readonly holder: LeaseHolder
  /** When the last sign of life came, in milliseconds by the store's clock. */
  readonly seenAt: number
}

/**
 * Who has taken a scope within the time and never released it, first seen first: who died, and who was suspended and may
 * go on at any moment with what the lock was checked for. That their time was over long ago says nothing about that.
 * Reads each entry of the log once, however often it is asked.
 */
export function createUnreleasedReader(
  store: ObjectStore,
  reachMs: number,
): (scope: string, except: string) => Promise<Unreleased[]> {
  const known = new Map<string, StampedEntry>()

  return async (scope, except) => {
    const newest = (await lastSlots(store)).at(-1)
    if (newest === undefined) return []
    const slots = [...(await recentSlots(store, newest, reachMs)), newest]
    for (const slot of slots) {
      const name = `${slot.number}@${slot.lastModified}`
      if (known.has(name)) continue
      const [entry] = await readEntries(store, [slot])
      if (entry !== undefined) known.set(name, entry)
    }
    const open = new Map<string, Unreleased>()
    for (const slot of slots) {
      const found = known.get(`${slot.number}@${slot.lastModified}`)
      if (found === undefined || found.entry.lease === except) continue
      const { entry, time } = found
      if (entry.action === 'release') open.delete(entry.lease)
      else if (entry.scope === scope) open.set(entry.lease, { holder: entry.holder, seenAt: time })
    }
    return [...open.values()]
  }
}
