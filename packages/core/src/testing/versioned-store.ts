import type { Clock } from '../model/clock.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore, ObjectVersion } from '../storage/object-store.js'

/** A store in memory that keeps what is deleted, as a bucket with versioning does. For tests. */
export function createVersionedStore(clock: Clock): ObjectStore {
  const store = createMemoryStore(clock)
  /** By key, oldest first; a deletion has no bytes. */
  const all = new Map<string, { readonly bytes?: Uint8Array; readonly at: number }[]>()

  function add(key: string, bytes?: Uint8Array): void {
    const at = clock.now()
    all.set(key, [...(all.get(key) ?? []), bytes === undefined ? { at } : { bytes, at }])
  }

  return {
    ...store,
    putIfAbsent: async (key, bytes) => {
      const put = await store.putIfAbsent(key, bytes)
      if (put === 'stored') add(key, Uint8Array.from(bytes))
      return put
    },
    delete: async (key) => {
      const wasThere = await store.delete(key)
      if (wasThere) add(key)
      return wasThere
    },
    versions: {
      // eslint-disable-next-line @typescript-eslint/require-await -- a list of what is in memory
      list: async function* (prefix) {
        for (const key of [...all.keys()].filter((one) => one.startsWith(prefix)).sort())
          yield* (all.get(key) ?? [])
            .map(({ bytes, at }, place, versions): ObjectVersion => ({
              key,
              size: bytes?.byteLength ?? 0,
              lastModified: at,
              version: String(place),
              isCurrent: place === versions.length - 1,
              isDeletion: bytes === undefined,
            }))
            .reverse()
      },
      get: (key, version) => Promise.resolve(all.get(key)?.[Number(version)]?.bytes),
    },
  }
}
