import { CodedError } from '../../model/errors.js'
import type { ObjectInfo } from '../object-store.js'
import type { S3Operation } from './s3-errors.js'

/** Where in S3 a vault lies. */
export interface S3Place {
  readonly bucket: string
  /** What all its keys begin with: empty, or ending in a slash. */
  readonly prefix: string
}

/** Calls S3, and turns what fails into coded errors that name the key or prefix. */
export type S3Call = <T>(operation: S3Operation, key: string, run: () => Promise<T>) => Promise<T>

/** Whole seconds: a listing has milliseconds where a server knows them, a header never. */
export function objectInfo(key: string, size: number | undefined, modified: Date | undefined): ObjectInfo {
  if (size === undefined || modified === undefined) {
    throw new CodedError('STORAGE_UNSUPPORTED', `the server gives neither size nor date of ${key}`, {
      value: key,
      hint: 'it is not S3 as AWS documents it: see docs/storage.md',
    })
  }
  return { key, size, lastModified: Math.floor(modified.getTime() / 1000) * 1000 }
}

/** A listing that goes on and does not say from where: to end it there would hide objects. */
export function endless(prefix: string): CodedError {
  return new CodedError('STORAGE_FAILED', 'the server says that a listing goes on, and not from where', {
    value: prefix,
    hint: 'run the same command again; if it stays so, the server is not S3 as AWS documents it',
  })
}
