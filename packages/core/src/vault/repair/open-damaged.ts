import { type CodedError, hasCode } from '../../model/errors.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { decodeSlot, isAuthentic } from '../encryption/key-slot.js'
import { authenticator } from '../encryption/vault-secret.js'
import { changeStored, unlockStore } from '../keyed-store.js'
import { decodeManifest } from '../manifest.js'
import { SLOTS_PREFIX, slotKey, VAULT_KEY } from '../object-keys.js'
import type { Unlocked } from '../unlock.js'
import { openVault, type Vault } from '../vault.js'
import { listManifestKeys, listPools } from '../snapshots.js'
import { type Candidate, type Origin, sameIn, versionsOf } from './candidates.js'
import { type Patch, patchedStore } from './patched-store.js'

/** What is put in the place of `vault.json` or of a key slot, and where it is from. */
export interface HeadPatch extends Patch {
  readonly origin: Origin
  readonly bytes: Uint8Array
}

/** A vault that was opened with what it lacked put in its place; nothing of that is stored yet. */
export interface OpenedDamaged {
  readonly vault: Vault
  readonly patches: readonly HeadPatch[]
  /** Why it could not be opened as it lies there. */
  readonly error?: CodedError | undefined
}

/**
 * Opens a vault whose `vault.json`, or whose key slots, are damaged or gone, with those that lie beneath them or in a copy of the
 * vault. They are taken where the vault's own key proves them; of a vault in the clear, where a manifest says that it is this vault's.
 * Of slots that are gone only the one comes back that the key which was given opens: others may have been removed for good.
 *
 * @throws CodedError what opening it threw, when nothing was found that mends it
 */
export async function openDamaged(store: ObjectStore, from: ObjectStore | undefined): Promise<OpenedDamaged> {
  try {
    return { vault: await openVault(store), patches: [] }
  } catch (error) {
    if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_NOT_FOUND')) throw error
    const opened = await withFound(store, from)
    if (opened === undefined) throw error
    return { ...opened, error }
  }
}

async function withFound(
  store: ObjectStore,
  from: ObjectStore | undefined,
): Promise<OpenedDamaged | undefined> {
  const slots = await slotPatches(store, from)
  for await (const description of descriptions(store, from)) {
    const patches = description === undefined ? slots : [...slots, description]
    if (patches.length === 0) continue
    const opened = await opens(store, patches)
    if (opened !== undefined) return opened
  }
  return undefined
}

async function opens(store: ObjectStore, patches: readonly HeadPatch[]): Promise<OpenedDamaged | undefined> {
  const over = (chosen: readonly HeadPatch[]): ObjectStore =>
    changeStored(store, (stored) => patchedStore(stored, new Map(chosen.map((patch) => [patch.key, patch]))))
  let unlocked: Unlocked
  try {
    unlocked = await unlockStore(over(patches))
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED', 'VAULT_NOT_FOUND', 'WRONG_KEY', 'VAULT_NOT_ENCRYPTED', 'KEY_NEEDED'))
      return undefined
    throw error
  }
  const { id, cipher, opened } = unlocked
  const chosen: HeadPatch[] = []
  for (const patch of patches) {
    if (patch.key === VAULT_KEY) chosen.push(patch)
    else if (opened !== undefined && (await isWanted(store, patch, opened))) chosen.push(patch)
  }
  const vault = { id, cipher, store: over(chosen) }
  if (opened === undefined && !(await isSaidByManifest(vault))) return undefined
  return { vault, patches: chosen }
}

async function isWanted(
  store: ObjectStore,
  { key, bytes }: HeadPatch,
  { secret, slot }: NonNullable<Unlocked['opened']>,
): Promise<boolean> {
  if (!isAuthentic(decodeSlot(bytes, key), authenticator(secret))) return false
  return key === slotKey(slot) || (await store.head(key)) !== undefined
}

async function isSaidByManifest(vault: Vault): Promise<boolean> {
  for (const poolId of await listPools(vault)) {
    for (const key of await listManifestKeys(vault, poolId)) {
      const bytes = await vault.store.get(key)
      if (bytes !== undefined && holds(() => void decodeManifest(bytes, key, vault))) return true
    }
  }
  return false
}

/** As it lies there first. */
async function* descriptions(
  store: ObjectStore,
  from: ObjectStore | undefined,
): AsyncGenerator<HeadPatch | undefined> {
  yield undefined
  for await (const candidate of candidatesOf(store, from, VAULT_KEY)) {
    const patch = await patchOf(VAULT_KEY, candidate)
    if (patch !== undefined) yield patch
  }
}

/** For each slot that is not what it should be, or is gone, the first that is a slot. */
async function slotPatches(store: ObjectStore, from: ObjectStore | undefined): Promise<HeadPatch[]> {
  const keys = new Set<string>()
  for (const one of [store, ...(from === undefined ? [] : [from])])
    for await (const { key } of one.list(SLOTS_PREFIX)) keys.add(key)
  for await (const { key } of store.versions?.list(SLOTS_PREFIX) ?? []) keys.add(key)
  const patches: HeadPatch[] = []
  for (const key of keys) {
    const here = await store.get(key)
    if (key.startsWith(`${SLOTS_PREFIX}.`) || (here !== undefined && isSlot(here, key))) continue
    for await (const candidate of candidatesOf(store, from, key)) {
      const patch = await patchOf(key, candidate)
      if (patch === undefined || !isSlot(patch.bytes, key)) continue
      patches.push(patch)
      break
    }
  }
  return patches
}

async function* candidatesOf(
  store: ObjectStore,
  from: ObjectStore | undefined,
  key: string,
): AsyncGenerator<Candidate> {
  yield* versionsOf(store, key)
  if (from !== undefined) yield sameIn(from, key)
}

async function patchOf(key: string, { origin, read }: Candidate): Promise<HeadPatch | undefined> {
  const bytes = await read()
  if (bytes === undefined) return undefined
  return { key, size: bytes.byteLength, origin, bytes, read: () => Promise.resolve(bytes) }
}

function isSlot(bytes: Uint8Array, key: string): boolean {
  return holds(() => void decodeSlot(bytes, key))
}

function holds(check: () => void): boolean {
  try {
    check()
    return true
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) return false
    throw error
  }
}
