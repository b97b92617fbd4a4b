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
 * - **Time**: `lastModified` is given by the store's clock, not by the writer's, and to the second at least: what is stored later has no earlier
 *   one, but for what the clocks of a service's own servers differ by. It may be earlier than the end of the put, by as long as that took.
 * - **Not found** is an answer (`undefined`, `false`), not an error.
 * - **Errors** are `CodedError`s: `STORAGE_FAILED` (may be retried), `STORAGE_FULL`, `ACCESS_DENIED`,
 *   `STORAGE_UNSUPPORTED`; of a store over a network also `CREDENTIALS_REJECTED`, `VAULT_NOT_FOUND` (no such bucket or
 *   table), `USAGE` (it is in another Region), and `VAULT_DAMAGED` where the store's own checksum of an object says so.
 *   After a failed put the object may or may not be there.
 * - **Deletion is nobody's need but prune's**: whoever may put, get and list can do all else.
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
  /**
   * Removes the object; `false` where there was none.
   * @throws CodedError `RETAINED` where the store keeps the object from being deleted for now; it is left as it is
   */
  delete(key: string): Promise<boolean>
  /**
   * Makes the place where it is not there, for a new vault; answers what it made, a sentence each. Only of a store whose place has to be made.
   */
  prepare?(): Promise<readonly string[]>
  /**
   * Removes what puts left behind that began before that moment, by the store's clock, and never ended; answers how many. No reader sees any of it.
   * Only of a store where something can stay behind.
   */
  sweep?(before: number): Promise<number>
  /**
   * Whether all of an object that is listed has come; only of a store of which a replica gets an object in several parts. Where it is written it always has.
   */
  isWhole?(key: string): Promise<boolean>
  /** Keeps objects from being deleted; only of a store that was opened to do so. */
  readonly retention?: Retention
  /** What lies beneath the objects; only of a store that may have it. */
  readonly versions?: Versions
}

/**
 * Keeps objects from being deleted until a moment, whoever wants to. Which of them, the caller says: those of a snapshot,
 * and neither locks nor journals.
 */
export interface Retention {
  /** Until when what was committed at that moment, or is now, is kept: milliseconds since the epoch, by the store's clock. */
  until(since?: number): Promise<number>
  /** As `putIfAbsent`, and what it stored is kept until then from its first moment on; a taken key is left as it is. */
  putRetained(key: string, bytes: Uint8Array, until: number): Promise<'stored' | 'exists'>
  /**
   * Keeps the object at least until then. What it has is never made shorter, and doing it again does nothing.
   * @throws CodedError `VAULT_DAMAGED` where there is no object, `STORAGE_UNSUPPORTED` where the place cannot
   */
  retain(key: string, until: number): Promise<void>
  /** Until when the object is kept, or `undefined` where it is not, or is not there. */
  retainedUntil(key: string): Promise<number | undefined>
}

/** What was deleted or replaced, where the store keeps it: read-only, and for repair. */
export interface Versions {
  /** All versions of the keys with this prefix, ascending by key, of one key the newest first. */
  list(prefix: string): AsyncIterable<ObjectVersion>
  /** The bytes of one version, or `undefined` where it is gone. */
  get(key: string, version: string): Promise<Uint8Array | undefined>
}

export interface ObjectVersion extends ObjectInfo {
  /** The store's name for it. */
  readonly version: string
  /** Whether it is what `get` answers, or why that answers nothing. */
  readonly isCurrent: boolean
  /** Whether this is no content but the mark of a deletion. */
  readonly isDeletion: boolean
}

export interface ObjectInfo {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch, by the store's clock. */
  readonly lastModified: number
}
