import { isoTime } from '../../model/ids.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { decodeManifest, type Manifest } from '../manifest.js'
import { forgottenKey, forgottenPrefix, manifestsPrefix, POOLS_PREFIX } from '../object-keys.js'
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

/**
 * Those of a pool, or of all. `forget` puts a copy first, of which a version stays too: that tells what it deleted from what others did, also of a snapshot
 * that was taken back meanwhile.
 */
export async function hiddenManifests(vault: Vault, poolId?: string): Promise<HiddenManifest[]> {
  const deleted = new Map<string, number>()
  /** When each manifest, and each copy that `forget` made of one, was put; the newest first. */
  const puts = new Map<string, number[]>()
  const prefixes = poolId === undefined ? [POOLS_PREFIX] : [manifestsPrefix(poolId), forgottenPrefix(poolId)]
  for (const prefix of prefixes)
    for await (const version of vault.store.versions?.list(prefix) ?? []) {
      const { key, isCurrent, isDeletion, lastModified: at } = version
      if (!MANIFEST.test(key) && !FORGOTTEN.test(key)) continue
      if (!isDeletion) puts.set(key, [...(puts.get(key) ?? []), at])
      else if (isCurrent && MANIFEST.test(key)) deleted.set(key, at)
    }
  const found: HiddenManifest[] = []
  for (const [key, at] of deleted) {
    const [, pool = '', snapshotId = ''] = MANIFEST.exec(key) ?? []
    const storedAt = puts.get(key)?.[0] ?? -Infinity
    const copied = puts.get(forgottenKey(pool, snapshotId)) ?? []
    if (copied.some((copiedAt) => copiedAt >= storedAt && copiedAt <= at)) continue
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

/** Whether an object lies beneath the mark of a deletion. */
export async function isHidden({ versions }: ObjectStore, key: string): Promise<boolean> {
  for await (const version of versions?.list(key) ?? [])
    if (version.key === key && version.isCurrent) return version.isDeletion
  return false
}

/** The entries of the erasure list, and its key, that lie beneath the mark of a deletion: nothing of that list is ever deleted. */
export async function hiddenErasures({ versions }: ObjectStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { key, isCurrent, isDeletion } of versions?.list('erasures/') ?? [])
    if (isCurrent && isDeletion) keys.push(key)
  return keys
}
