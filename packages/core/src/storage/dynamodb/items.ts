import { createHash } from 'node:crypto'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { CodedError } from '../../model/errors.js'
import type { ObjectInfo } from '../object-store.js'

/**
 * What lies in the table, under the keys `pk` and `sk`; `docs/storage.md` is this file in prose.
 *
 * - `object`, KEY: the object, as everybody sees it: small ones whole, of others where their parts are. All in one collection, so that one
 *   query lists them in the order of their keys.
 * - `part#UPLOAD#N`, `part`: the bytes of larger objects, each part in a collection of its own: they are nearly all of what is written, and so
 *   spread over the table's partitions.
 * - `upload`, UPLOAD: which parts there may be; put before the first of them, and removed after the last.
 */
export type Item = Record<string, AttributeValue>

export const OBJECTS = 'object'
export const UPLOADS = 'upload'

/** A listing reads whole items and pays for them, so that what lies in the objects themselves is to be small. */
export const INLINE_BYTES = 4 * 1024
/** An item is 400 KB (409,600 bytes) at most, names and keys included. */
export const PART_BYTES = 400_000

/** An object's item. */
export interface Head extends ObjectInfo {
  /** SHA-256 of the bytes, in base64. */
  readonly sha256: string
  /** Where the bytes do not lie in the item itself. */
  readonly upload?: Upload
  readonly bytes?: Uint8Array
}

/** The parts of one attempt to put an object. */
export interface Upload {
  readonly id: string
  readonly parts: number
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}

export function objectKey(key: string): Item {
  return { pk: { S: OBJECTS }, sk: { S: key } }
}

export function partKey(upload: string, part: number): Item {
  return { pk: { S: `part#${upload}#${part}` }, sk: { S: 'part' } }
}

export function uploadKey(upload: string): Item {
  return { pk: { S: UPLOADS }, sk: { S: upload } }
}

export function headItem({ key, size, lastModified, sha256, upload, bytes }: Head): Item {
  return {
    ...objectKey(key),
    size: { N: String(size) },
    storedAt: { N: String(lastModified) },
    sha256: { S: sha256 },
    ...(bytes === undefined ? {} : { bytes: { B: bytes } }),
    ...(upload === undefined ? {} : { upload: { S: upload.id }, parts: { N: String(upload.parts) } }),
  }
}

/** What a listing has of an object. */
export function infoOf(item: Item): ObjectInfo {
  const { sk, size, storedAt } = item
  const info = { key: sk?.S ?? '', size: Number(size?.N), lastModified: Number(storedAt?.N) }
  if (Number.isInteger(info.size) && Number.isInteger(info.lastModified)) return info
  throw damagedItem(info.key, 'its item is not what the format says')
}

export function headOf(item: Item): Head {
  const { sha256, bytes, upload, parts } = item
  return {
    ...infoOf(item),
    sha256: sha256?.S ?? '',
    ...(bytes?.B === undefined ? {} : { bytes: bytes.B }),
    ...(upload?.S === undefined ? {} : { upload: { id: upload.S, parts: Number(parts?.N) } }),
  }
}

export function damagedItem(key: string, why: string): CodedError {
  return new CodedError('VAULT_DAMAGED', `${key} is damaged: ${why}`, {
    value: key,
    hint: 'see what else is: cognito-vault verify',
  })
}
