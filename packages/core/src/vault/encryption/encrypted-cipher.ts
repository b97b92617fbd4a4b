import type { VaultCipher } from '../cipher.js'
import { damaged } from '../segment.js'
import { messageKey, openMessage, sealMessage, type MessageContext } from './message.js'
import { authenticator, contentKey } from './vault-secret.js'

/** Of a vault that is encrypted, opened with its data key. */
export function encryptedCipher(vaultId: string, secret: Uint8Array): VaultCipher {
  const key = messageKey(vaultId, contentKey(secret))
  const authenticate = authenticator(secret)

  function maskDigest(digest: string, place: string): string {
    const mask = authenticate('stream-digest', place)
    return Buffer.from(Buffer.from(digest, 'hex').map((byte, at) => byte ^ (mask[at] ?? 0))).toString('hex')
  }

  return {
    isEncrypted: true,
    proofName: 'mac',
    proofOf: (manifest) => authenticate('manifest', manifest).toString('hex'),
    segmentId: (plain) => authenticate('segment-id', plain).toString('hex'),
    maskDigest,
    seal: (name, bytes) => sealMessage(key, contextOf(vaultId, name), bytes),
    open: async (name, stored) => {
      try {
        return await openMessage(key, contextOf(vaultId, name), stored)
      } catch (cause) {
        throw damaged(name, whyNot(stored), cause)
      }
    },
  }
}

const SEGMENT_KEY = /^pools\/([^/]+)\/segments\/[^/]+\/([^/]+)$/
const POOL_KEY = /^pools\/([^/]+)\//

/** What is bound to an object of a vault, by its key. */
export function contextOf(vault: string, key: string): MessageContext {
  const [, pool, id] = SEGMENT_KEY.exec(key) ?? []
  if (pool !== undefined && id !== undefined) return { vault, pool, kind: 'segment', id }
  const [, ofPool] = POOL_KEY.exec(key) ?? []
  return { vault, ...(ofPool === undefined ? {} : { pool: ofPool }), kind: 'object', id: key }
}

/** The second version of the SDK's message format begins with its number. */
const MESSAGE_VERSION = 2

function whyNot(stored: Uint8Array): string {
  if (stored[0] !== MESSAGE_VERSION) return 'it is not encrypted, or not whole, and the vault is'
  return 'it was altered, cut short, or made for another place'
}
