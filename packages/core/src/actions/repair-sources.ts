import { proveRunObject } from '../restore/verify-runs.js'
import { hasCode } from '../model/errors.js'
import { type Candidate, type Origin, sameIn, standInOf, versionsOf } from '../vault/repair/candidates.js'
import { deriveSegments } from '../vault/repair/derive-segments.js'
import type { Patch } from '../vault/repair/patched-store.js'
import { proveObject, segmentIdAt } from '../vault/repair/prove-object.js'
import { translateSegments } from '../vault/repair/translate-segments.js'
import type { Vault } from '../vault/vault.js'

/** Bytes that were proven to be those that belong at a key. */
export interface FoundPatch extends Patch {
  readonly origin: Origin
}

/** What is to be found for an object that verification named. */
export interface Sought {
  readonly key: string
  readonly snapshots: readonly string[]
}

/** Proves that bytes are those that belong at a key of the vault, a run's too. @throws CodedError `VAULT_DAMAGED`, `VAULT_TOO_NEW` */
export async function prove(vault: Vault, key: string, bytes: Uint8Array): Promise<void> {
  if (key.startsWith('restores/')) await proveRunObject(vault.store, key, bytes)
  else await proveObject(vault, key, bytes)
}

/** What lies at a key: nothing, something else, what belongs there, or what only a newer version can judge. */
export async function lookAt(vault: Vault, key: string): Promise<'nothing' | 'wrong' | 'right' | 'newer'> {
  try {
    const bytes = await vault.store.get(key)
    if (bytes === undefined) return 'nothing'
    await prove(vault, key, bytes)
    return 'right'
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED')) return 'wrong'
    if (hasCode(error, 'VAULT_TOO_NEW')) return 'newer'
    throw error
  }
}

/**
 * Looks for the bytes of objects that are damaged or gone: beneath them, in the other vault, and in what others of the same pool allow to be
 * computed again, in this order. Only what is proven is answered.
 *
 * @param vault as it will be with what was found until now
 * @param from another vault, opened
 */
export async function findPatches(
  vault: Vault,
  from: Vault | undefined,
  sought: readonly Sought[],
  signal?: AbortSignal,
): Promise<FoundPatch[]> {
  const patches: FoundPatch[] = []
  const left: Sought[] = []
  for (const one of sought) {
    signal?.throwIfAborted()
    const patch = await firstProven(vault, one.key, direct(vault, from, one.key))
    if (patch === undefined) left.push(one)
    else patches.push(patch)
  }
  for (const [poolId, ids] of segmentsByPool(left)) {
    const names = new Set(left.filter(({ key }) => ids.has(key)).flatMap(({ snapshots }) => snapshots))
    const copied =
      from === undefined || isSameVault(vault, from)
        ? new Map<string, Candidate>()
        : await translateSegments(from, poolId, vault, names, signal)
    const missing = new Set([...ids.values()].filter((id) => !copied.has(id)))
    const derived = await deriveSegments(vault, poolId, missing)
    for (const [key, id] of ids) {
      const found = copied.get(id) ?? derived.get(id)
      const patch = found === undefined ? undefined : await firstProven(vault, key, [found])
      if (patch !== undefined) patches.push(patch)
    }
  }
  return patches
}

/** Whether one is a copy of the other's files: of one id, and of one key where they are encrypted. */
function isSameVault(one: Vault, other: Vault): boolean {
  return one.id === other.id && one.cipher.proofOf('') === other.cipher.proofOf('')
}

async function* direct(vault: Vault, from: Vault | undefined, key: string): AsyncGenerator<Candidate> {
  yield* standInOf(vault.store, key)
  yield* versionsOf(vault.store, key)
  if (from === undefined) return
  // Of another vault's objects a segment's id alone proves what it is.
  if (isSameVault(vault, from) || segmentIdAt(key) !== undefined) yield sameIn(from.store, key)
}

async function firstProven(
  vault: Vault,
  key: string,
  candidates: AsyncIterable<Candidate> | Iterable<Candidate>,
): Promise<FoundPatch | undefined> {
  for await (const { origin, read } of candidates) {
    const bytes = await read()
    if (bytes === undefined) continue
    try {
      await prove(vault, key, bytes)
      return { key, size: bytes.byteLength, origin, read }
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
    }
  }
  return undefined
}

function segmentsByPool(sought: readonly Sought[]): Map<string, Map<string, string>> {
  const pools = new Map<string, Map<string, string>>()
  for (const { key } of sought) {
    const id = segmentIdAt(key)
    const poolId = key.split('/')[1]
    if (id === undefined || poolId === undefined) continue
    const ids = pools.get(poolId) ?? new Map<string, string>()
    pools.set(poolId, ids.set(key, id))
  }
  return pools
}
