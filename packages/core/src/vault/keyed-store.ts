import type { ObjectStore, Retention, Versions } from '../storage/object-store.js'
import { plainCipher, type VaultCipher } from './cipher.js'
import type { VaultKeys } from './encryption/key-service.js'
import { unlock, type Unlocked } from './unlock.js'

/** A store whose vault is opened when it is first needed, and through which nothing passes that the vault did not seal. */
export interface KeyedStore extends ObjectStore {
  readonly unlocked: () => Promise<Unlocked>
  /** The store below, in which everything is as it lies there. */
  readonly beneath: ObjectStore
  /** The same keys over another store, such as this one's with something in it replaced. */
  readonly over: (change: (stored: ObjectStore) => ObjectStore) => KeyedStore
}

/** What everybody may see who sees the vault: what says how to open it, what has a proof of its own, and the log of locks. */
const CLEAR = /^(vault\.json$|keys\/|leases\/|pools\/[^/]+\/snapshots\/)/

/**
 * The store as it is with these keys: every object is sealed as it is put and opened as it is got, but for those that
 * are {@link CLEAR}. What a vault in the clear has passes as it is.
 *
 * @throws CodedError from each method, what {@link unlock} throws, and `VAULT_DAMAGED` for what was not sealed for its place
 */
export function withKeys(store: ObjectStore, keys: VaultKeys): KeyedStore {
  let unlocking: Promise<Unlocked> | undefined

  function unlocked(): Promise<Unlocked> {
    unlocking ??= unlock(store, keys).catch((error: unknown) => {
      // A vault that is not there yet may be made; a store that failed may come back.
      unlocking = undefined
      throw error
    })
    return unlocking
  }

  return { ...sealing(store, unlocked), over: (change) => withKeys(change(store), keys) }
}

/** The same with a vault that was opened; a store that has keys stays as it is. */
export function sealedBy(store: ObjectStore, opened: Unlocked): KeyedStore {
  if (isKeyed(store)) return store
  const unlocked = (): Promise<Unlocked> => Promise.resolve(opened)
  const over: KeyedStore['over'] = (change) => ({ ...sealing(change(store), unlocked), over })
  return { ...sealing(store, unlocked), over }
}

function sealing(store: ObjectStore, unlocked: KeyedStore['unlocked']): Omit<KeyedStore, 'over'> {
  const { retention, versions } = store

  async function seal(key: string, bytes: Uint8Array): Promise<Uint8Array> {
    return CLEAR.test(key) ? bytes : (await unlocked()).cipher.seal(key, bytes)
  }

  async function open(key: string, stored: Uint8Array): Promise<Uint8Array> {
    return CLEAR.test(key) ? stored : (await unlocked()).cipher.open(key, stored)
  }

  return {
    url: store.url,
    unlocked,
    beneath: store,
    putIfAbsent: async (key, bytes) => store.putIfAbsent(key, await seal(key, bytes)),
    get: async (key) => {
      // Without a key nothing is even asked for.
      if (!CLEAR.test(key)) await unlocked()
      const stored = await store.get(key)
      return stored === undefined ? undefined : open(key, stored)
    },
    head: (key) => store.head(key),
    list: (prefix, after) => store.list(prefix, after),
    delete: (key) => store.delete(key),
    ...('prepare' in store ? { prepare: async () => (await store.prepare?.()) ?? [] } : {}),
    ...('sweep' in store ? { sweep: async (before: number) => (await store.sweep?.(before)) ?? 0 } : {}),
    ...('isWhole' in store ? { isWhole: async (key: string) => (await store.isWhole?.(key)) ?? true } : {}),
    ...(retention === undefined ? {} : { retention: sealingRetention(retention, seal) }),
    ...(versions === undefined ? {} : { versions: openingVersions(versions, open) }),
  }
}

type Pass = (key: string, bytes: Uint8Array) => Promise<Uint8Array>

function sealingRetention(retention: Retention, seal: Pass): Retention {
  return {
    until: (since) => retention.until(since),
    putRetained: async (key, bytes, until) => retention.putRetained(key, await seal(key, bytes), until),
    retain: (key, until) => retention.retain(key, until),
    retainedUntil: (key) => retention.retainedUntil(key),
  }
}

function openingVersions(versions: Versions, open: Pass): Versions {
  return {
    list: (prefix) => versions.list(prefix),
    get: async (key, version) => {
      const stored = await versions.get(key, version)
      return stored === undefined ? undefined : open(key, stored)
    },
  }
}

/** The store with something in what is stored replaced, before anything is opened. */
export function changeStored(store: ObjectStore, change: (stored: ObjectStore) => ObjectStore): ObjectStore {
  return isKeyed(store) ? store.over(change) : change(store)
}

function isKeyed(store: ObjectStore): store is KeyedStore {
  return 'unlocked' in store
}

/** What is below the keys: for who moves objects without asking what is in them. */
export function beneathKeys(store: ObjectStore): ObjectStore {
  return isKeyed(store) ? store.beneath : store
}

/** Opens the vault in a store, with the keys that the store has. @throws CodedError as {@link unlock} */
export function unlockStore(store: ObjectStore): Promise<Unlocked> {
  return isKeyed(store) ? store.unlocked() : unlock(store, {})
}

/** What the vault in a store does to its objects; in a store without keys nothing, and no encrypted vault is opened there. */
export async function cipherOf(store: ObjectStore): Promise<VaultCipher> {
  return isKeyed(store) ? (await store.unlocked()).cipher : plainCipher
}
