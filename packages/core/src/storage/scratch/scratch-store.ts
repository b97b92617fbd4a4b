import type { Clock } from '../../model/clock.js'
import { createMemoryStore } from '../memory/memory-store.js'
import type { ObjectInfo, ObjectStore } from '../object-store.js'

/**
 * A store over another one that is only read: what is put lies in memory and dies with the process. For work that must leave
 * nothing behind, and whose objects are few.
 *
 * @param hidden prefixes of keys of which nothing below is seen
 */
export function createScratchStore(
  below: ObjectStore,
  clock: Clock,
  hidden: readonly string[] = [],
): ObjectStore {
  const own = createMemoryStore(clock, below.url)
  const isHidden = (key: string): boolean => hidden.some((prefix) => key.startsWith(prefix))

  async function* list(prefix: string, after?: string): AsyncGenerator<ObjectInfo> {
    const ours = own.list(prefix, after)[Symbol.asyncIterator]()
    let next = await ours.next()
    if (!isHidden(prefix)) {
      for await (const info of below.list(prefix, after)) {
        if (isHidden(info.key)) continue
        while (next.done !== true && next.value.key < info.key) {
          yield next.value
          next = await ours.next()
        }
        yield info
      }
    }
    while (next.done !== true) {
      yield next.value
      next = await ours.next()
    }
  }

  return {
    url: below.url,
    putIfAbsent: async (key, bytes) => {
      if (!isHidden(key) && (await below.head(key)) !== undefined) return 'exists'
      return own.putIfAbsent(key, bytes)
    },
    get: async (key) => (await own.get(key)) ?? (isHidden(key) ? undefined : below.get(key)),
    head: async (key) => (await own.head(key)) ?? (isHidden(key) ? undefined : below.head(key)),
    list,
    // Of what is below nothing is ever deleted.
    delete: (key) => own.delete(key),
  }
}
