import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { CodedError } from '../model/errors.js'

const gzipAsync = promisify(gzip)
const gunzipAsync = promisify(gunzip)

/**
 * No segment is larger than this once uncompressed (a range is cut long before), so that a damaged or forged
 * file cannot make its reader use memory without bound.
 */
const MAX_UNCOMPRESSED = 256 * 1024 * 1024

/** A digest of canonical uncompressed bytes: SHA-256, in hexadecimal. A segment's id in a vault that is not encrypted. */
export function segmentId(plain: Uint8Array): string {
  return createHash('sha256').update(plain).digest('hex')
}

/** The canonical bytes of a segment: every line ended by a newline. */
export function joinLines(lines: readonly string[]): Buffer {
  return Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`, 'utf8')
}

/** The lines of a segment's canonical bytes. */
export function splitLines(plain: Uint8Array): string[] {
  const text = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString('utf8')
  const lines = text.split('\n')
  lines.pop()
  return lines
}

/**
 * What is stored for a segment: gzip of its canonical bytes. Nothing depends on gzip's output being the same twice.
 *
 * @throws CodedError `INTERNAL` when it is larger than any reader takes.
 */
export async function packSegment(plain: Uint8Array): Promise<Uint8Array> {
  if (plain.byteLength > MAX_UNCOMPRESSED) {
    throw new CodedError('INTERNAL', `a segment of ${plain.byteLength} bytes is more than a reader takes`, {
      value: String(plain.byteLength),
      hint: 'this is a defect of cognito-vault: please report it; nothing was committed',
    })
  }
  return gzipAsync(plain)
}

/**
 * The canonical bytes of a stored segment, after checking that they are those that its id promises.
 *
 * @param idOf how the id is made of them
 * @throws CodedError `VAULT_DAMAGED`, naming the object, when they are not.
 */
export async function unpackSegment(
  stored: Uint8Array,
  id: string,
  key: string,
  idOf: (plain: Uint8Array) => string = segmentId,
): Promise<Uint8Array> {
  const plain = await gunzipWhole(stored, key)
  if (idOf(plain) !== id) throw damaged(key, 'its content does not match its id')
  return plain
}

/** The content of a compressed object. @throws CodedError `VAULT_DAMAGED` when it is not whole, or more than whole. */
export async function gunzipWhole(stored: Uint8Array, key: string): Promise<Uint8Array> {
  const plain = await gunzipAsync(stored, { maxOutputLength: MAX_UNCOMPRESSED }).catch((cause: unknown) => {
    throw damaged(key, 'its bytes are not whole gzip data', cause)
  })
  // gunzip passes over what follows its data; the last four bytes are the length of the content.
  const length = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).readUInt32LE(
    stored.byteLength - 4,
  )
  if (length !== plain.byteLength) throw damaged(key, 'something follows its gzip data')
  return plain
}

/** The error for an object that is not what the vault says it is. */
export function damaged(key: string, why: string, cause?: unknown): CodedError {
  return new CodedError('VAULT_DAMAGED', `${key} is damaged: ${why}`, {
    value: key,
    hint: 'run `cognito-vault verify` to see all that is damaged; snapshots that do not use this object are unharmed',
    ...(cause === undefined ? {} : { cause }),
  })
}
