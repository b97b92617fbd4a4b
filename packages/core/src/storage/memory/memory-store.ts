import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../model/clock.js'
import { checkKey, checkPrefix } from '../object-key.js'
import type { ObjectInfo, ObjectStore } from '../object-store.js'

interface StoredObject {
  readonly bytes: Uint8Array
  readonly lastModified: number
}

/** A store that dies with the process; `clock` is the store's own. */
export function createMemoryStore(clock: Clock, url = 'memory:'): ObjectStore {
  const objects = new Map<string, StoredObject>()

  async function putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    checkKey(key)
    const own = Uint8Array.from(bytes)
    await turn()
    if (objects.has(key)) return 'exists'
    objects.set(key, { bytes: own, lastModified: clock.now() })
    return 'stored'
  }

  async function get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key)
    await turn()
    const object = objects.get(key)
    return object === undefined ? undefined : Uint8Array.from(object.bytes)
  }

  async function head(key: string): Promise<ObjectInfo | undefined> {
    checkKey(key)
    await turn()
    return info(key)
  }

  function info(key: string): ObjectInfo | undefined {
    const object = objects.get(key)
    return object && { key, size: object.bytes.byteLength, lastModified: object.lastModified }
  }

  async function* list(prefix: string, after = ''): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix)
    await turn()
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after)
    for (const key of keys.sort()) {
      const found = info(key)
      if (found !== undefined) yield found
    }
  }

  async function remove(key: string): Promise<boolean> {
    checkKey(key)
    await turn()
    return objects.delete(key)
  }

  return { url, putIfAbsent, get, head, list, delete: remove }
}

/** Lets others run, as every real store does: what relies on not being interrupted fails here too. */
async function turn(): Promise<void> {
  await setImmediate()
}
