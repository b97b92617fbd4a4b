import type { Clock } from '../../model/clock.js'
import type { ObjectStore, Retention, Versions } from '../object-store.js'

/** What a store may be given of a line that others use too; what is not named is not bounded. */
export interface ThrottleLimits {
  /** Bytes a second, of objects that are put. */
  readonly uploadBytesPerSecond?: number | undefined
  /** Bytes a second, of objects that are read. */
  readonly downloadBytesPerSecond?: number | undefined
}

/**
 * The same store, in which nothing is put or read faster than the limits allow: a put waits before it is sent, and who has read waits before more is
 * read. So over any time what is put exceeds the rate by one object at most, and what is read, whose size is known only then, by those that are read at
 * once. What is asked about objects (`head`, `list`, `delete`, locks) is small, and passes.
 */
export function createThrottleStore(
  store: ObjectStore,
  { uploadBytesPerSecond, downloadBytesPerSecond }: ThrottleLimits,
  clock: Clock,
): ObjectStore {
  const upload = createLine(uploadBytesPerSecond, clock)
  const download = createLine(downloadBytesPerSecond, clock)

  async function downloaded(reading: () => Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    await download.isFree()
    const bytes = await reading()
    download.take(bytes?.byteLength ?? 0)
    return bytes
  }

  async function uploaded<T>(bytes: Uint8Array, put: () => Promise<T>): Promise<T> {
    const isFree = upload.isFree()
    upload.take(bytes.byteLength)
    await isFree
    return put()
  }

  function throttleRetention(retention: Retention): Retention {
    return {
      ...retention,
      putRetained: (key, bytes, until) => uploaded(bytes, () => retention.putRetained(key, bytes, until)),
    }
  }

  function throttleVersions(versions: Versions): Versions {
    return { ...versions, get: (key, version) => downloaded(() => versions.get(key, version)) }
  }

  return {
    url: store.url,
    putIfAbsent: (key, bytes) => uploaded(bytes, () => store.putIfAbsent(key, bytes)),
    get: (key) => downloaded(() => store.get(key)),
    head: (key) => store.head(key),
    list: (prefix, after) => store.list(prefix, after),
    delete: (key) => store.delete(key),
    ...(store.prepare === undefined ? {} : { prepare: store.prepare.bind(store) }),
    ...(store.sweep === undefined ? {} : { sweep: store.sweep.bind(store) }),
    ...(store.isWhole === undefined ? {} : { isWhole: store.isWhole.bind(store) }),
    ...(store.retention === undefined ? {} : { retention: throttleRetention(store.retention) }),
    ...(store.versions === undefined ? {} : { versions: throttleVersions(store.versions) }),
  }
}

/** One direction: whoever comes waits until what was taken before has gone through. */
interface Line {
  isFree(): Promise<void>
  take(bytes: number): void
}

function createLine(bytesPerSecond: number | undefined, clock: Clock): Line {
  let freeAt = -Infinity
  return {
    isFree: async () => {
      const wait = freeAt - clock.now()
      if (wait > 0) await clock.sleep(wait)
    },
    take: (bytes) => {
      if (bytesPerSecond === undefined) return
      freeAt = Math.max(freeAt, clock.now()) + (bytes / bytesPerSecond) * 1000
    },
  }
}
