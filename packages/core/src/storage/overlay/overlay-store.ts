import type { ObjectInfo, ObjectStore } from '../object-store.js'

/**
 * A store over another one that is only read: what is put goes into `own`, and of what is below nothing is ever replaced or deleted.
 *
 * @param hidden prefixes of keys of which nothing below is seen
 */
export function createOverlayStore(
  below: ObjectStore,
  own: ObjectStore,
  hidden: readonly string[] = [],
): ObjectStore {
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
        // Whoever writes below may have stored the same meanwhile.
        if (next.done !== true && next.value.key === info.key) next = await ours.next()
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
    get: async (key) => (isHidden(key) ? undefined : await below.get(key)) ?? own.get(key),
    head: async (key) => (isHidden(key) ? undefined : await below.head(key)) ?? own.head(key),
    list,
    delete: (key) => own.delete(key),
    ...(below.isWhole === undefined ? {} : { isWhole: below.isWhole.bind(below) }),
  }
}
