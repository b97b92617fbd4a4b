import { CodedError, hasCode } from '../model/errors.js'
import { moveErasure } from '../vault/erasures.js'
import { decodeManifest } from '../vault/manifest.js'
import { manifestKey } from '../vault/object-keys.js'
import type { Patch } from '../vault/repair/patched-store.js'
import { putStandIn, removeStandIn } from '../vault/repair/stand-in.js'
import { keepWhatIsThere, promisedUntil, snapshotKeeper } from '../vault/retain-snapshot.js'
import { openSegments } from '../vault/segment-store.js'
import type { Vault } from '../vault/vault.js'
import { lookAt, prove } from './repair-sources.js'

const MANIFEST = /^pools\/([^/]+)\/snapshots\/([^/]+)\.json$/
const VAULT_FILE = /^(vault\.json$|keys\/)/

/**
 * Puts the right bytes in an object's place. What lies there is taken away only when they are in hand, proven once more, and stored
 * elsewhere too where a reader would take the object for never written in between.
 *
 * @param checkLease proves, right before anything is taken away, that nobody else is at work there
 * @returns `there` where somebody else has done it meanwhile
 * @throws CodedError `VAULT_DAMAGED` where the bytes have gone, or others came in between; `RETAINED` where the store keeps what
 *   lies there
 */
export async function mendObject(
  vault: Vault,
  patch: Patch,
  checkLease: () => Promise<void>,
): Promise<'repaired' | 'there'> {
  const { store } = vault
  const { key } = patch
  const isHead = VAULT_FILE.test(key)
  const bytes = await patch.read()
  if (bytes === undefined) throw lostAgain(key, 'the bytes that were found are not there any more')
  // How the vault was opened has proven these.
  if (!isHead) await prove(vault, key, bytes)
  if (!isHead && (await lookAt(vault, key)) === 'right') return 'there'
  const putAgain = await putterFor(vault, key, bytes)
  const guard = await guardOf(vault, key, bytes)
  await checkLease()
  try {
    await store.delete(key)
  } catch (error) {
    if (hasCode(error, 'RETAINED')) await guard.undo()
    throw error
  }
  const put = await putAgain()
  if (put === 'exists' && (isHead || (await lookAt(vault, key)) !== 'right'))
    throw lostAgain(key, 'something else was put in its place meanwhile')
  await guard.done()
  return put === 'stored' ? 'repaired' : 'there'
}

/** Puts an object, locked where those of its kind are; a manifest as a commit does, with what it refers to. */
async function putterFor(
  vault: Vault,
  key: string,
  bytes: Uint8Array,
): Promise<() => Promise<'stored' | 'exists'>> {
  const { store } = vault
  if (store.retention === undefined || !/^pools\/[^/]+\/(segments|snapshots)\//.test(key))
    return () => store.putIfAbsent(key, bytes)
  const keeper = await snapshotKeeper(store)
  if (MANIFEST.test(key)) {
    const manifest = decodeManifest(bytes, key, vault)
    await keepWhatIsThere(keeper, manifest, openSegments(store, manifest.pool.id))
  }
  return () => keeper.put(key, bytes)
}

/** What stands for an object while that is away. */
interface Guard {
  /** The object is there again. */
  done(): Promise<void>
  /** The object was not touched: what this call has put goes, and what an earlier repair had left stays. */
  undo(): Promise<void>
}

/**
 * What must not be away even for a moment, should the process die in it: without its manifest prune would take a snapshot's
 * segments, and without its last entry the erasure list would let somebody be restored.
 */
async function guardOf({ store }: Vault, key: string, bytes: Uint8Array): Promise<Guard> {
  const nothing = (): Promise<void> => Promise.resolve()
  const isThere = (await store.head(key)) !== undefined
  const [, poolId, snapshotId] = MANIFEST.exec(key) ?? []
  if (poolId !== undefined && snapshotId !== undefined) {
    const wasPut = isThere && (await putStandIn(store, poolId, snapshotId, bytes))
    const remove = (): Promise<void> => removeStandIn(store, poolId, snapshotId)
    return { done: remove, undo: wasPut ? remove : nothing }
  }
  if (isThere) await moveErasure(store, key, bytes)
  return { done: nothing, undo: nothing }
}

/** Keeps an object from being deleted as long as the longest kept of the snapshots that need it is to be. */
export async function keepObject({ store }: Vault, key: string, snapshots: readonly string[]): Promise<void> {
  const poolId = key.split('/')[1] ?? ''
  let until = 0
  for (const snapshot of snapshots)
    until = Math.max(until, (await promisedUntil(store, manifestKey(poolId, snapshot)))?.until ?? 0)
  if (until > 0) await store.retention?.retain(key, until)
}

function lostAgain(key: string, why: string): CodedError {
  return new CodedError('VAULT_DAMAGED', `${key} was not repaired: ${why}`, {
    value: key,
    hint: 'run cognito-vault repair again',
  })
}
