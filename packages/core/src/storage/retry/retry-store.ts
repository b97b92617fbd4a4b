import type { ObjectInfo, ObjectStore, Retention, Versions } from '../object-store.js'
import { createRetrier, type RetryOptions } from './retrier.js'

/**
 * The same store, trying again what failed with `STORAGE_FAILED`, after a random share of a wait that doubles (full
 * jitter: writers that failed together do not come back together). The last failure is thrown as it is.
 *
 * A failed put may have taken effect, so that trying it again finds its own object and is told `exists`. Taken at its
 * word, a writer would believe itself beaten by itself: nobody would hold the lease, and a commit that happened would
 * be reported as failed. What is there is therefore read back: the same bytes mean `stored`. Two writers of the same
 * bytes may so both be told `stored`; whoever takes `stored` as having won alone writes an id of its own inside.
 *
 * Of a delete that is tried again, `false` says only that the object is gone, perhaps by the try that failed.
 */
export function createRetryStore(store: ObjectStore, options: RetryOptions): ObjectStore {
  const { retry, recover } = createRetrier(options)

  async function putIfAbsent(
    key: string,
    bytes: Uint8Array,
    put: () => Promise<'stored' | 'exists'> = () => store.putIfAbsent(key, bytes),
  ): Promise<'stored' | 'exists'> {
    const { answer, attempt } = await retry(async (attempt) => ({ answer: await put(), attempt }))
    if (answer === 'stored' || attempt === 1) return answer
    const found = await retry(() => store.get(key))
    return found !== undefined && Buffer.compare(found, bytes) === 0 ? 'stored' : 'exists'
  }

  function optionalMethods(): Pick<ObjectStore, 'prepare' | 'sweep' | 'isWhole'> {
    const [prepare, sweep] = [store.prepare?.bind(store), store.sweep?.bind(store)]
    const isWhole = store.isWhole?.bind(store)
    return {
      ...(prepare === undefined ? {} : { prepare: () => retry(prepare) }),
      ...(sweep === undefined ? {} : { sweep: (before) => retry(() => sweep(before)) }),
      ...(isWhole === undefined ? {} : { isWhole: (key) => retry(() => isWhole(key)) }),
    }
  }

  function retryRetention(retention: Retention): Retention {
    return {
      until: (since) => retry(() => retention.until(since)),
      putRetained: (key, bytes, until) =>
        putIfAbsent(key, bytes, () => retention.putRetained(key, bytes, until)),
      retain: (key, until) => retry(() => retention.retain(key, until)),
      retainedUntil: (key) => retry(() => retention.retainedUntil(key)),
    }
  }

  /** A listing of versions that fails is the caller's to begin anew: it has no place to go on from. */
  function retryVersions(versions: Versions): Versions {
    return {
      list: (prefix) => versions.list(prefix),
      get: (key, version) => retry(() => versions.get(key, version)),
    }
  }

  /** Goes on after the last key that it gave, so that the caller sees each once. */
  async function* list(prefix: string, after?: string): AsyncGenerator<ObjectInfo> {
    let last = after
    for (let attempt = 1; ; attempt++) {
      try {
        for await (const info of store.list(prefix, last)) {
          yield info
          last = info.key
          attempt = 1
        }
        return
      } catch (error) {
        await recover(error, attempt)
      }
    }
  }

  return {
    url: store.url,
    putIfAbsent: (key, bytes) => putIfAbsent(key, bytes),
    get: (key) => retry(() => store.get(key)),
    head: (key) => retry(() => store.head(key)),
    list,
    delete: (key) => retry(() => store.delete(key)),
    ...optionalMethods(),
    ...(store.retention === undefined ? {} : { retention: retryRetention(store.retention) }),
    ...(store.versions === undefined ? {} : { versions: retryVersions(store.versions) }),
  }
}
