import { isoTime } from '../../model/ids.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { standInKey } from '../object-keys.js'
import { orUnreadable } from './or-unreadable.js'

/** Where bytes are from; the field names are those of the JSON document. */
export type Origin =
  /** Beneath: an older version of the object, or what the mark of a deletion hides. */
  | { readonly kind: 'version'; readonly version: string; readonly stored: string }
  | { readonly kind: 'vault'; readonly url: string }
  /** What a repair that was stopped had proven, and kept for the time in which it replaced the object. */
  | { readonly kind: 'repair' }
  /** Computed from what the vault has elsewhere. */
  | { readonly kind: 'derived' }

/** Bytes that may be those that belong at a key. Nothing is proven of them yet. */
export interface Candidate {
  readonly origin: Origin
  /** @returns `undefined` where they cannot be read either */
  readonly read: () => Promise<Uint8Array | undefined>
}

/** What lies beneath an object, newest first; nothing in a store that keeps nothing. */
export async function* versionsOf(store: ObjectStore, key: string): AsyncGenerator<Candidate> {
  const { versions } = store
  if (versions === undefined) return
  for await (const found of versions.list(key)) {
    if (found.key !== key || found.isCurrent || found.isDeletion) continue
    const { version, lastModified } = found
    yield {
      origin: { kind: 'version', version, stored: isoTime(lastModified) },
      read: () => orUnreadable(versions.get(key, version)),
    }
  }
}

/** What a repair that was stopped has left of a manifest. */
export async function* standInOf(store: ObjectStore, key: string): AsyncGenerator<Candidate> {
  const [, poolId, snapshotId] = /^pools\/([^/]+)\/snapshots\/([^/]+)\.json$/.exec(key) ?? []
  if (poolId === undefined || snapshotId === undefined) return
  const own = standInKey(poolId, snapshotId)
  if ((await store.head(own)) !== undefined)
    yield { origin: { kind: 'repair' }, read: () => orUnreadable(store.get(own)) }
}

/** The object of the same name in another store. */
export function sameIn(store: ObjectStore, key: string): Candidate {
  return { origin: { kind: 'vault', url: store.url }, read: () => orUnreadable(store.get(key)) }
}
