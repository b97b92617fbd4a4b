import { createHash } from 'node:crypto'
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { CodedError } from '../../model/errors.js'
import { checkKey, checkPrefix, isObjectKey } from '../object-key.js'
import type { ObjectInfo, ObjectStore } from '../object-store.js'
import { failureOf, isMissing, s3Error } from './s3-errors.js'
import { lookAt, type SeenObject } from './s3-look.js'
import { readObject } from './s3-read.js'
import { endless, objectInfo, type S3Call, type S3Place } from './s3-place.js'
import { createS3Retention, type ObjectLock, type S3Put, withoutLock } from './s3-retention.js'
import { createS3Versions } from './s3-versions.js'

export interface S3StoreOptions extends S3Place {
  /**
   * Makes one attempt a call, and is the caller's to end. Its settings of checksums have to be the SDK's own defaults, so that what is
   * downloaded is checked against what S3 has.
   */
  readonly client: S3Client
  /** Keep the objects of snapshots from being deleted; without it the store has no `retention`. */
  readonly objectLock?: ObjectLock | undefined
}

/**
 * A vault in an S3 bucket: an object is an object, its key below a prefix.
 *
 * Relied on, as the S3 User Guide and API Reference have it: strong read-after-write consistency; PutObject with `If-None-Match: *`, which
 * stores only where no current version is (a delete marker is none), 412 otherwise, and 409 where another request for the key was under way, which
 * is to be tried again; DeleteObject with `If-Match`, 412 or 404 where the object
 * is gone. How the bucket encrypts is
 * the bucket's own setting: no header asks for anything else. `lastModified` is S3's, in whole seconds, as the header that HeadObject
 * gives it by has no more.
 */
export function openS3Store({ client, bucket, prefix, objectLock }: S3StoreOptions): ObjectStore {
  const place: S3Place = { bucket, prefix }

  const call: S3Call = async (operation, key, run) => {
    try {
      return await run()
    } catch (error) {
      throw s3Error(error, operation, key, bucket)
    }
  }

  const put: S3Put = async (key, bytes, lock) => {
    checkKey(key)
    return call('PutObject', key, async () => {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: prefix + key,
            Body: bytes,
            ContentLength: bytes.byteLength,
            ContentType: 'application/octet-stream',
            IfNoneMatch: '*',
            // S3 refuses bytes that are not these, and keeps it, so that a download can be checked too. Of what is locked it wants the algorithm named.
            ChecksumAlgorithm: 'SHA256',
            ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
            ...lock,
          }),
        )
        return 'stored'
      } catch (error) {
        // By its status alone: what a server calls it differs.
        if (failureOf(error).status === 412) return 'exists'
        throw (lock && withoutLock(error, key, bucket)) ?? error
      }
    })
  }

  async function get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key)
    return call('GetObject', key, () => readObject(client, place, key))
  }

  async function head(key: string): Promise<ObjectInfo | undefined> {
    checkKey(key)
    const found = await call('HeadObject', key, () => lookAt(client, place, key))
    return found && objectInfo(key, found.ContentLength, found.LastModified)
  }

  async function* list(from: string, after = ''): AsyncGenerator<ObjectInfo> {
    checkPrefix(from)
    for (let last: string | undefined = after; last !== undefined;) {
      const startAfter: string = last
      const page = await call('ListObjectsV2', from, () =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix + from,
            ...(startAfter === '' ? {} : { StartAfter: prefix + startAfter }),
          }),
        ),
      )
      last = undefined
      if (page.IsTruncated === true && (page.Contents ?? []).length === 0) throw endless(from)
      for (const { Key = '', Size, LastModified } of page.Contents ?? []) {
        const key = Key.slice(prefix.length)
        if (page.IsTruncated === true) last = key
        // What lies here that no vault stores, a folder made in the console, say, is somebody else's.
        if (isObjectKey(key)) yield objectInfo(key, Size, LastModified)
      }
    }
  }

  /**
   * S3 answers 204 whether or not there was an object, so that of several who delete at once the condition tells which it was. The look before is for
   * what Object Lock keeps: a deletion without a version would hide that and free nothing.
   */
  async function remove(key: string): Promise<boolean> {
    checkKey(key)
    const found = await call('HeadObject', key, () => lookAt(client, place, key))
    if (found === undefined) return false
    refuseRetained(key, found)
    return call('DeleteObject', key, async () => {
      try {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key, IfMatch: found.ETag }))
        return true
      } catch (error) {
        if (failureOf(error).status === 412 || isMissing(error)) return false
        throw error
      }
    })
  }

  return {
    url: `s3://${bucket}/${prefix.slice(0, -1)}`.replace(/\/$/, ''),
    putIfAbsent: (key, bytes) => put(key, bytes),
    get,
    head,
    list,
    delete: remove,
    versions: createS3Versions(client, place, call),
    ...(objectLock === undefined
      ? {}
      : { retention: createS3Retention(client, place, objectLock, call, put) }),
  }
}

function refuseRetained(key: string, found: SeenObject): void {
  const until = found.ObjectLockRetainUntilDate
  const isHeld = found.ObjectLockLegalHoldStatus === 'ON'
  if (!isHeld && (until === undefined || until.getTime() <= found.seenAt)) return
  const why = isHeld ? 'a legal hold keeps it' : `Object Lock keeps it until ${until?.toISOString() ?? ''}`
  throw new CodedError('RETAINED', `${key} cannot be deleted: ${why}`, {
    value: key,
    hint: 'wait until then; nothing was changed',
  })
}
