import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { isMissing } from './s3-errors.js'
import type { S3Place } from './s3-place.js'

/** The bytes of an object or of one of its versions, checked by the SDK against the checksum that S3 has of them. */
export async function readObject(
  client: S3Client,
  { bucket, prefix }: S3Place,
  key: string,
  version?: string,
): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: prefix + key,
        ChecksumMode: 'ENABLED',
        ...(version === undefined ? {} : { VersionId: version }),
      }),
    )
    // A plain array of its own: what the SDK answers may be a part of a larger buffer.
    return Body === undefined ? new Uint8Array() : Uint8Array.from(await Body.transformToByteArray())
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
