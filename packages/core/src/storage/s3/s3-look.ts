import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3'
import { CodedError } from '../../model/errors.js'
import { responseTimeOf } from '../aws/response-time.js'
import { isMissing } from './s3-errors.js'
import type { S3Place } from './s3-place.js'

/** What HeadObject tells of an object, and when it did, by the server's clock. */
export interface SeenObject extends HeadObjectCommandOutput {
  readonly seenAt: number
}

/** Looks at an object; `undefined` where there is none, or the newest version is a deletion. */
export async function lookAt(
  client: S3Client,
  { bucket, prefix }: S3Place,
  key: string,
): Promise<SeenObject | undefined> {
  const command = new HeadObjectCommand({ Bucket: bucket, Key: prefix + key })
  const time = responseTimeOf(command)
  try {
    const seen = await client.send(command)
    return { ...seen, seenAt: serverTime(time(), key) }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** @throws CodedError `STORAGE_UNSUPPORTED` where the answer has no date */
export function serverTime(time: number | undefined, key: string): number {
  if (time !== undefined) return time
  throw new CodedError(
    'STORAGE_UNSUPPORTED',
    'the server does not say what time it is: its answer has no Date',
    {
      value: key,
      hint: 'it is not S3 as AWS documents it, or a proxy takes the header away: see docs/storage.md',
    },
  )
}
