/**
 * The port to the place where a vault lives. Keys are `/`-separated paths of `[A-Za-z0-9._-]` parts; values are bytes.
 *
 * Every object is immutable: it is put once, never overwritten, and may be deleted. What an implementation promises:
 *
 * - **Atomic**: an object is there whole or not at all, whatever dies in between; what `putIfAbsent` answered
 *   `stored` for survives the loss of power.
 * - **Exclusive**: of any number of concurrent `putIfAbsent` of one key exactly one answers `stored`; the others `exists`.
 * - **Read after write**: what was stored is found by `get`, `head` and `list` from then on, by any process.
 * - **Order**: `list` yields keys ascending by code unit.
 * - **Time**: `lastModified` is given by the store's clock, not by the writer's.
 * - **Not found** is an answer (`undefined`, `false`), not an error.
 * - **Errors** are `CodedError`s: `STORAGE_FAILED` (may be retried), `STORAGE_FULL`, `ACCESS_DENIED`,
 *   `STORAGE_UNSUPPORTED`. After a failed put the object may or may not be there.
 */
export interface ObjectStore {
  /** The vault's URL, for messages; carries no credentials. */
  readonly url: string
  /** Stores the object unless the key is taken; a taken key is left as it is. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'>
  /** The object's bytes, or `undefined` where there is none. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Size and age without the bytes, or `undefined` where there is none. */
  head(key: string): Promise<ObjectInfo | undefined>
  /**
   * All objects whose key starts with `prefix`, ascending, from the first key greater than `after` on.
   * Objects put while it runs may or may not be seen.
   */
  list(prefix: string, after?: string): AsyncIterable<ObjectInfo>
  /** Removes the object; `false` where there was none. */
  delete(key: string): Promise<boolean>
}

export interface ObjectInfo {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch, by the store's clock. */
  readonly lastModified: number
}
