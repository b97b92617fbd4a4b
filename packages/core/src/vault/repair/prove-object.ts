import { checkAcknowledgement } from '../acknowledgements.js'
import { isAuthentic, decodeSlot } from '../encryption/key-slot.js'
import { authenticator } from '../encryption/vault-secret.js'
import { checkErasureObject } from '../erasures.js'
import { decodeManifest } from '../manifest.js'
import { manifestKey } from '../object-keys.js'
import { damaged, unpackSegment } from '../segment.js'
import { unlockStore } from '../keyed-store.js'
import type { Vault } from '../vault.js'
import { patchedStore } from './patched-store.js'

const SEGMENT = /^pools\/[^/]+\/segments\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/
const MANIFEST = /^pools\/[^/]+\/snapshots\/[^/]+\.json$/
const FORGOTTEN = /^pools\/([^/]+)\/forgotten\/([^/]+)\.json$/

/** The id of the segment whose place this is. */
export function segmentIdAt(key: string): string | undefined {
  return SEGMENT.exec(key)?.[2]
}

/**
 * Proves that bytes are those that belong at this key of this vault: by the id, the digest or the code that goes with the
 * kind of object. What restores have left is not this layer's, and neither are the log of locks and `vault.json`.
 *
 * @throws CodedError `VAULT_DAMAGED` when nothing proves it, `VAULT_TOO_NEW` when they are of a newer version
 */
export async function proveObject(vault: Vault, key: string, bytes: Uint8Array): Promise<void> {
  const id = segmentIdAt(key)
  const forgotten = FORGOTTEN.exec(key)
  if (id !== undefined) await unpackSegment(bytes, id, key, (plain) => vault.cipher.segmentId(plain))
  else if (MANIFEST.test(key)) decodeManifest(bytes, key, vault)
  else if (forgotten !== null)
    decodeManifest(bytes, manifestKey(forgotten[1] ?? '', forgotten[2] ?? ''), vault)
  else if (key.startsWith('keys/')) await proveSlot(vault, key, bytes)
  else if (key.startsWith('erasures/')) await checkErasureObject(only(vault, key, bytes), key)
  else if (key.startsWith('acknowledged/')) await checkAcknowledgement(only(vault, key, bytes), key)
  else throw damaged(key, 'nothing proves what belongs there')
}

async function proveSlot(vault: Vault, key: string, bytes: Uint8Array): Promise<void> {
  const { opened } = await unlockStore(vault.store)
  if (opened === undefined) throw damaged(key, 'the vault is not encrypted')
  const found = decodeSlot(bytes, key)
  if (found.slot.vault !== vault.id) throw damaged(key, 'it is a key slot of another vault')
  if (!isAuthentic(found, authenticator(opened.secret)))
    throw damaged(key, 'nobody made it who had the vault’s key')
}

/** The vault's store with these bytes in place. */
function only({ store }: Vault, key: string, bytes: Uint8Array): ReturnType<typeof patchedStore> {
  const patch = { key, size: bytes.byteLength, read: () => Promise.resolve(bytes) }
  return patchedStore(store, new Map([[key, patch]]))
}
