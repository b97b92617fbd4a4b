import { isoTime } from '../../model/ids.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { decodeManifest, type Manifest } from '../manifest.js'
import { forgottenKey, POOLS_PREFIX } from '../object-keys.js'
import type { Vault } from '../vault.js'
import { type Candidate, versionsOf } from './candidates.js'
import type { Patch } from './patched-store.js'
import { orUnreadable } from './or-unreadable.js'

/** A snapshot whose manifest somebody deleted by other means than `forget`, and that lies beneath the mark of the deletion. */
export interface HiddenManifest extends Patch {
  readonly origin: Candidate['origin']
  readonly manifest: Manifest
  /** ISO 8601, by the store's clock. */
  readonly deletedAt: string
}

const MANIFEST = /^pools\/([^/]+)\/snapshots\/([^/]+)\.json$/
const FORGOTTEN = /^pools\/[^/]+\/forgotten\/[^/]+\.json$/

/** Those of a pool, or of all. `forget` puts a copy first, of which a version stays too: that tells what it deleted from what others did. */
export async function hiddenManifests(vault: Vault, poolId?: string): Promise<HiddenManifest[]> {
  const prefix = poolId === undefined ? POOLS_PREFIX : `${POOLS_PREFIX}${poolId}/`
  const deleted = new Map<string, number>()
  const forgotten = new Set<string>()
  for await (const { key, isCurrent, isDeletion, lastModified } of vault.store.versions?.list(prefix) ?? []) {
    if (isCurrent && isDeletion && MANIFEST.test(key)) deleted.set(key, lastModified)
    if (FORGOTTEN.test(key)) forgotten.add(key)
  }
  const found: HiddenManifest[] = []
  for (const [key, at] of deleted) {
    const [, poolId = '', snapshotId = ''] = MANIFEST.exec(key) ?? []
    if (forgotten.has(forgottenKey(poolId, snapshotId))) continue
    const hidden = await beneath(vault, key)
    if (hidden !== undefined) found.push({ ...hidden, deletedAt: isoTime(at) })
  }
  return found
}

async function beneath(vault: Vault, key: string): Promise<Omit<HiddenManifest, 'deletedAt'> | undefined> {
  for await (const { origin, read } of versionsOf(vault.store, key)) {
    const bytes = await read()
    const manifest = bytes === undefined ? undefined : await orUnreadable(readBytes(bytes, key, vault))
    if (bytes !== undefined && manifest !== undefined)
      return { key, size: bytes.byteLength, origin, manifest, read }
  }
  return undefined
}

function readBytes(bytes: Uint8Array, key: string, vault: Vault): Promise<Manifest> {
  return Promise.resolve().then(() => decodeManifest(bytes, key, vault))
}

/** The entries of the erasure list, and its key, that lie beneath the mark of a deletion: nothing of that list is ever deleted. */
export async function hiddenErasures({ versions }: ObjectStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { key, isCurrent, isDeletion } of versions?.list('erasures/') ?? [])
    if (isCurrent && isDeletion) keys.push(key)
  return keys
}
