import { createHash } from 'node:crypto'

/**
 * What a vault does to what it stores. There is one for vaults that are not encrypted and one for those that are, and
 * everything that reads or writes a vault goes through the one that the vault was opened with.
 */
export interface VaultCipher {
  readonly isEncrypted: boolean
  /** How the proof of a manifest is called: a digest that anybody can compute, or a code that takes the vault's key. */
  readonly proofName: 'digest' | 'mac'
  /** The proof of a manifest's canonical text: 64 hexadecimal digits. */
  proofOf(manifest: string): string
  /** A segment's id, of its canonical uncompressed bytes: 64 hexadecimal digits. */
  segmentId(plain: Uint8Array): string
  /**
   * The digest of a stream as a manifest shows it to everybody, and back: who applies it twice has what was given.
   *
   * @param place what the digest is of; no two digests may have the same
   */
  maskDigest(digest: string, place: string): string
  /** What is stored under a key. */
  seal(key: string, bytes: Uint8Array): Promise<Uint8Array>
  /**
   * What {@link seal} was given for this key.
   *
   * @throws CodedError `VAULT_DAMAGED`, naming the object, when it is anything else
   */
  open(key: string, stored: Uint8Array): Promise<Uint8Array>
}

/** Of a vault that is not encrypted: everything is stored as it is, and SHA-256 shows what was altered. */
export const plainCipher: VaultCipher = {
  isEncrypted: false,
  proofName: 'digest',
  proofOf: sha256,
  segmentId: sha256,
  maskDigest: (digest) => digest,
  seal: (_, bytes) => Promise.resolve(bytes),
  open: (_, stored) => Promise.resolve(stored),
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
