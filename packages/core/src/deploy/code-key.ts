import { createHash } from 'node:crypto'
import { zipSync } from 'fflate'

/** The code of the functions as Lambda takes it. */
export interface PackedCode {
  readonly bytes: Uint8Array
  /** By its own hash, so that one key is always one code. */
  readonly key: string
}

/** -rw-r--r--, of a file that was made on Unix. Lambda runs as another user and has to be able to read it. */
const READABLE_BY_ALL = 0o100644 << 16

/** One file as a ZIP file with the same bytes each time, and the key that it has in a code bucket. */
export function packCode(name: string, content: Uint8Array): PackedCode {
  // ZIP files have local times, and the same is to come out on any day and in any zone.
  const mtime = new Date(1980, 0, 1)
  const bytes = zipSync({ [name]: [content, { level: 9, mtime, os: 3, attrs: READABLE_BY_ALL }] })
  return { bytes, key: contentKey('code', bytes, 'zip') }
}

/** Where bytes of a kind lie: by their SHA-256. */
export function contentKey(kind: string, bytes: Uint8Array, extension: string): string {
  return `cognito-vault/${kind}/${createHash('sha256').update(bytes).digest('hex')}.${extension}`
}

/** The name of the bucket that code is kept in: Lambda takes it from one of its own Region only. */
export function codeBucketName(account: string, region: string): string {
  return `cognito-vault-code-${account}-${region}`
}
