import { CodedError } from '../../model/errors.js'
import type { ObjectInfo, ObjectStore, ObjectVersion, Retention, Versions } from '../object-store.js'

/** What a store is able to do beyond what every one is. */
export interface Abilities {
  readonly prepare?: boolean
  readonly sweep?: boolean
  readonly isWhole?: boolean
  readonly retention?: boolean
  readonly versions?: boolean
}

/**
 * The store that `open` answers, opened when it is first used, so that naming a vault costs nothing. An opening that fails is tried again by the next call.
 *
 * @param abilities what the store is able to do: it is asked before the store is there
 */
export function createLazyStore(
  url: string,
  abilities: Abilities,
  open: () => Promise<ObjectStore>,
): ObjectStore {
  let opened: Promise<ObjectStore> | undefined

  function store(): Promise<ObjectStore> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }

  async function* list(prefix: string, after?: string): AsyncGenerator<ObjectInfo> {
    yield* (await store()).list(prefix, after)
  }

  const retained = async (): Promise<Retention> => having((await store()).retention, url)
  const retention: Retention = {
    until: async (since) => (await retained()).until(since),
    putRetained: async (key, bytes, until) => (await retained()).putRetained(key, bytes, until),
    retain: async (key, until) => (await retained()).retain(key, until),
    retainedUntil: async (key) => (await retained()).retainedUntil(key),
  }

  const versioned = async (): Promise<Versions> => having((await store()).versions, url)
  const versions: Versions = {
    list: async function* (prefix): AsyncGenerator<ObjectVersion> {
      yield* (await versioned()).list(prefix)
    },
    get: async (key, version) => (await versioned()).get(key, version),
  }

  return {
    url,
    putIfAbsent: async (key, bytes) => (await store()).putIfAbsent(key, bytes),
    get: async (key) => (await store()).get(key),
    head: async (key) => (await store()).head(key),
    list,
    delete: async (key) => (await store()).delete(key),
    ...(abilities.prepare === true ? { prepare: async () => (await (await store()).prepare?.()) ?? [] } : {}),
    ...(abilities.sweep === true
      ? { sweep: async (before: number) => (await (await store()).sweep?.(before)) ?? 0 }
      : {}),
    ...(abilities.isWhole === true
      ? { isWhole: async (key: string) => (await (await store()).isWhole?.(key)) ?? true }
      : {}),
    ...(abilities.retention === true ? { retention } : {}),
    ...(abilities.versions === true ? { versions } : {}),
  }
}

function having<T>(ability: T | undefined, url: string): T {
  if (ability !== undefined) return ability
  throw new CodedError('INTERNAL', `the store at ${url} lacks what it was said to have`, { value: url })
}
