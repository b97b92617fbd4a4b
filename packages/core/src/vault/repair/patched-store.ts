import type { ObjectInfo, ObjectStore } from '../../storage/object-store.js'
import type { KeyedStore } from '../keyed-store.js'

/** Bytes that belong at a key, and where they are from. They are read when they are needed: an object may be large. */
export interface Patch {
  readonly key: string
  /** Bytes, as they are before a vault seals them. */
  readonly size: number
  readonly read: () => Promise<Uint8Array | undefined>
}

/**
 * A store as it will be with these patches in place, so that what reads a vault can look at it before anything is written.
 * What is put or deleted goes to the store beneath.
 */
export function patchedStore(store: ObjectStore, patches: ReadonlyMap<string, Patch>): ObjectStore {
  const infoOf = ({ key, size }: Patch): ObjectInfo => ({ key, size, lastModified: 0 })

  async function get(key: string): Promise<Uint8Array | undefined> {
    const patch = patches.get(key)
    return patch === undefined ? store.get(key) : patch.read()
  }

  async function head(key: string): Promise<ObjectInfo | undefined> {
    const patch = patches.get(key)
    return patch === undefined ? store.head(key) : infoOf(patch)
  }

  async function* list(prefix: string, after = ''): AsyncGenerator<ObjectInfo> {
    const added = [...patches.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    for await (const info of store.list(prefix, after)) {
      yield* before(info.key)
      if (!patches.has(info.key)) yield info
    }
    yield* before(undefined)

    function* before(key: string | undefined): Generator<ObjectInfo> {
      while (added[0] !== undefined && (key === undefined || added[0] <= key)) {
        const patch = patches.get(added.shift() ?? '')
        if (patch !== undefined) yield infoOf(patch)
      }
    }
  }

  const { retention, versions } = store
  return {
    url: store.url,
    putIfAbsent: (key, bytes) => store.putIfAbsent(key, bytes),
    get,
    head,
    list,
    delete: (key) => store.delete(key),
    // What opens the vault stays with it.
    ...('unlocked' in store ? { unlocked: (store as KeyedStore).unlocked } : {}),
    ...(retention === undefined ? {} : { retention }),
    ...(versions === undefined ? {} : { versions }),
  }
}
