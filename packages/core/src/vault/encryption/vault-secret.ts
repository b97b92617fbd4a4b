import { createHmac, hkdfSync } from 'node:crypto'

/** The data key of a vault, which every key slot holds: 32 bytes that encrypt, and 32 that authenticate. */
export const SECRET_BYTES = 64
const HALF = SECRET_BYTES / 2

/** What is proven with the vault's key. Each has a key of its own, so that a proof of one thing is none of another. */
export type Authenticated = 'vault' | 'key-slot' | 'manifest' | 'segment-id' | 'stream-digest'

/** The key that messages are sealed under. */
export function contentKey(secret: Uint8Array): Uint8Array {
  return secret.subarray(0, HALF)
}

/** HMAC-SHA256 under a key that is derived for this purpose (HKDF-SHA256). */
export type Authenticate = (what: Authenticated, content: string | Uint8Array) => Buffer

export function authenticator(secret: Uint8Array): Authenticate {
  const keys = new Map<Authenticated, Buffer>()
  const keyOf = (what: Authenticated): Buffer => {
    const known = keys.get(what)
    if (known !== undefined) return known
    const info = `cognito-vault ${what}`
    const key = Buffer.from(hkdfSync('sha256', secret.subarray(HALF), new Uint8Array(), info, HALF))
    keys.set(what, key)
    return key
  }
  return (what, content) => createHmac('sha256', keyOf(what)).update(content).digest()
}
