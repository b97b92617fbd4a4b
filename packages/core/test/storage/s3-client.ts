import { S3Client } from '@aws-sdk/client-s3'

/** A client as the command line makes it, for a server at another address. */
export function s3ClientFor(url: string, region = 'eu-west-1'): S3Client {
  return new S3Client({
    endpoint: url,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-of-a-secret' },
  })
}
