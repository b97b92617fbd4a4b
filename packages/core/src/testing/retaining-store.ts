import type { Clock } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'

/** A store in memory that keeps objects from being deleted, as a bucket with Object Lock does. For tests. */
export interface RetainingStore extends ObjectStore {
  readonly retention: NonNullable<ObjectStore['retention']>
  /** The same objects for who asks for no lock. */
  readonly unlocking: ObjectStore
  /** Until when, by key; what is not in it is not locked. */
  readonly locks: Map<string, number>
}

export function createRetainingStore(clock: Clock, ms: number): RetainingStore {
  const store = createMemoryStore(clock)
  const locks = new Map<string, number>()

  async function remove(key: string): Promise<boolean> {
    if ((locks.get(key) ?? 0) > clock.now())
      throw new CodedError('RETAINED', `${key} is locked`, { value: key })
    locks.delete(key)
    return store.delete(key)
  }

  const unlocking: ObjectStore = { ...store, delete: remove }
  return {
    ...unlocking,
    unlocking,
    locks,
    retention: {
      until: (since) => Promise.resolve((since ?? clock.now()) + ms),
      putRetained: async (key, bytes, until) => {
        const put = await store.putIfAbsent(key, bytes)
        if (put === 'stored') locks.set(key, until)
        return put
      },
      retain: async (key, until) => {
        if ((await store.head(key)) === undefined)
          throw new CodedError('VAULT_DAMAGED', `${key} is missing`, { value: key })
        if (until <= clock.now()) throw new Error('S3 refuses a date that is over')
        locks.set(key, Math.max(until, locks.get(key) ?? 0))
      },
      retainedUntil: (key) => Promise.resolve(locks.get(key)),
    },
  }
}
