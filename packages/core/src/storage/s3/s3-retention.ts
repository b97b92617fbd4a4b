import {
  GetObjectRetentionCommand,
  ListObjectsV2Command,
  type PutObjectCommandInput,
  PutObjectRetentionCommand,
  type ObjectLockRetentionMode,
  type S3Client,
} from '@aws-sdk/client-s3'
import { CodedError } from '../../model/errors.js'
import { responseTimeOf } from '../aws/response-time.js'
import { checkKey } from '../object-key.js'
import type { Retention } from '../object-store.js'
import { failureOf } from './s3-errors.js'
import { lookAt, type SeenObject, serverTime } from './s3-look.js'
import type { S3Call, S3Place } from './s3-place.js'

const DAY_MS = 86_400_000

/** How long Object Lock keeps what a snapshot consists of, and whether a privileged user can end that earlier. */
export interface ObjectLock {
  readonly days: number
  /** `compliance` can be ended by nobody, the account's root user included. */
  readonly mode: 'governance' | 'compliance'
}

/** Puts an object where none is, locked where that is said. */
export type S3Put = (
  key: string,
  bytes: Uint8Array,
  lock?: Pick<PutObjectCommandInput, 'ObjectLockMode' | 'ObjectLockRetainUntilDate'>,
) => Promise<'stored' | 'exists'>

/**
 * Object Lock, set on each object: a bucket's default would lock what has to go again, too. A date is only ever made later; a mode that an object has is
 * kept, as `COMPLIANCE` cannot be taken back and to take `GOVERNANCE` away needs a right that a writer does not have.
 */
export function createS3Retention(
  client: S3Client,
  place: S3Place,
  lock: ObjectLock,
  call: S3Call,
  put: S3Put,
): Retention {
  const { bucket, prefix } = place
  const ownMode: ObjectLockRetentionMode = lock.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE'

  async function until(since?: number): Promise<number> {
    if (since !== undefined) return since + lock.days * DAY_MS
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 })
    const time = responseTimeOf(command)
    await call('ListObjectsV2', '', () => client.send(command))
    return serverTime(time(), prefix) + lock.days * DAY_MS
  }

  async function putRetained(key: string, bytes: Uint8Array, wanted: number): Promise<'stored' | 'exists'> {
    return put(key, bytes, { ObjectLockMode: ownMode, ObjectLockRetainUntilDate: new Date(wanted) })
  }

  async function retain(key: string, wanted: number): Promise<void> {
    checkKey(key)
    const found = await call('HeadObject', key, () => lookAt(client, place, key))
    if (found === undefined) {
      throw new CodedError('VAULT_DAMAGED', `${key} is damaged: it is missing`, {
        value: key,
        hint: 'see what else is: cognito-vault verify',
      })
    }
    if ((endOf(found) ?? -Infinity) >= wanted) return
    await call('PutObjectRetention', key, async () => {
      try {
        await client.send(
          new PutObjectRetentionCommand({
            Bucket: bucket,
            Key: prefix + key,
            // What was looked at, whatever is put over it meanwhile.
            ...(found.VersionId === undefined ? {} : { VersionId: found.VersionId }),
            Retention: { Mode: found.ObjectLockMode ?? ownMode, RetainUntilDate: new Date(wanted) },
          }),
        )
      } catch (error) {
        throw withoutLock(error, key, bucket) ?? error
      }
    })
  }

  async function retainedUntil(key: string): Promise<number | undefined> {
    checkKey(key)
    const found = await call('HeadObject', key, () => lookAt(client, place, key))
    if (found === undefined) return undefined
    // HeadObject tells of a lock only to who may read locks: to others everything would look as if it had none.
    return endOf(found) ?? (await call('GetObjectRetention', key, () => ownLock(key)))
  }

  async function ownLock(key: string): Promise<number | undefined> {
    try {
      const command = new GetObjectRetentionCommand({ Bucket: bucket, Key: prefix + key })
      return (await client.send(command)).Retention?.RetainUntilDate?.getTime()
    } catch (error) {
      if (failureOf(error).status === 404) return undefined
      throw withoutLock(error, key, bucket) ?? error
    }
  }

  return { until, putRetained, retain, retainedUntil }
}

function endOf(found: SeenObject): number | undefined {
  return found.ObjectLockRetainUntilDate?.getTime()
}

/** What a refusal means that a bucket without Object Lock gives: InvalidRequest, "Bucket is missing Object Lock Configuration". */
export function withoutLock(error: unknown, key: string, bucket: string): CodedError | undefined {
  const { status, name } = failureOf(error)
  if (status !== 400 || !['InvalidRequest', 'ObjectLockConfigurationNotFoundError'].includes(name))
    return undefined
  return new CodedError('STORAGE_UNSUPPORTED', `the bucket ${bucket} does not take Object Lock: ${name}`, {
    value: key,
    hint: 'enable Object Lock (and versioning) for the bucket, or leave --object-lock-days out',
    cause: error,
  })
}
