import { CodedError } from '../../model/errors.js'
import type { ObjectStore } from '../object-store.js'

/** The same store for who may only look: every put and delete fails with `VAULT_READ_ONLY` and changes nothing. */
export function createReadOnlyStore(
  store: ObjectStore,
  hint = 'open it for writing to change it; nothing was changed',
): ObjectStore {
  function refuse(key: string): Promise<never> {
    return Promise.reject(
      new CodedError('VAULT_READ_ONLY', `the vault at ${store.url} is open for reading only`, {
        value: key,
        hint,
      }),
    )
  }

  return {
    url: store.url,
    putIfAbsent: refuse,
    get: (key) => store.get(key),
    head: (key) => store.head(key),
    list: (prefix, after) => store.list(prefix, after),
    delete: refuse,
    ...(store.isWhole === undefined ? {} : { isWhole: store.isWhole.bind(store) }),
    ...(store.retention === undefined
      ? {}
      : { retention: { ...store.retention, retain: refuse, putRetained: refuse } }),
    ...(store.versions === undefined ? {} : { versions: store.versions }),
  }
}
