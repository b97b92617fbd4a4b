import { createHash } from 'node:crypto'
import type * as S3 from '@aws-sdk/client-s3'
import { type BucketOwner, type CodeStore, notOwn } from '../deploy/code-store.js'
import { CodedError } from '../model/errors.js'
import type { ServiceSettings } from '../references-aws/aws-service.js'
import { failureOf, serviceError } from './service-failure.js'

/**
 * Code in S3. Names of buckets are everybody's: whoever guesses one may have it first. So every call says by `ExpectedBucketOwner` whose bucket is
 * meant, and S3 answers 403 where it is another's. `close` ends the connections.
 */
export function createCodeBucket(settings: ServiceSettings, account: string): CodeStore & { close(): void } {
  const { region, endpoint } = settings
  const ExpectedBucketOwner = account
  let connected: S3.S3Client | undefined

  async function call<T>(
    [operation, permission]: readonly [operation: string, permission: string],
    bucket: string,
    work: (client: S3.S3Client, sdk: typeof S3) => Promise<T>,
  ): Promise<T> {
    const sdk = await import('@aws-sdk/client-s3')
    connected ??= new sdk.S3Client({
      ...settings,
      maxAttempts: 4,
      requestHandler: TIMEOUTS,
      // Names of buckets are no names of hosts at another's address.
      forcePathStyle: endpoint !== undefined,
    })
    try {
      return await work(connected, sdk)
    } catch (error) {
      throw serviceError(error, { operation, permission, what: `the bucket ${bucket}`, region })
    }
  }

  async function owner(bucket: string): Promise<BucketOwner> {
    return call(['HeadBucket', 's3:ListBucket'], bucket, async (client, { HeadBucketCommand }) => {
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner }))
        return 'own'
      } catch (error) {
        const { status } = failureOf(error)
        if (status === 404) return 'none'
        if (status === 403) return 'other'
        if (status === 301 || status === 307)
          throw new CodedError('DEPLOY_FAILED', `the bucket ${bucket} is there, and not in ${region}`, {
            value: bucket,
            hint: `Lambda takes code from a bucket of its own Region: delete that bucket, or deploy by hand from another: see docs/deploy.md; nothing was created`,
            cause: error,
          })
        throw error
      }
    })
  }

  async function create(bucket: string): Promise<boolean> {
    return call(['CreateBucket', 's3:CreateBucket'], bucket, async (client, { CreateBucketCommand }) => {
      try {
        // us-east-1 is what is meant where no Region is named, and may not be named.
        const place = { LocationConstraint: region as S3.BucketLocationConstraint }
        await client.send(
          new CreateBucketCommand({
            Bucket: bucket,
            ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: place }),
          }),
        )
        return true
      } catch (error) {
        const { name } = failureOf(error)
        if (name === 'BucketAlreadyOwnedByYou') return false
        if (name === 'BucketAlreadyExists') throw notOwn(bucket)
        throw error
      }
    })
  }

  /** What S3 does with a new bucket by itself is asked for all the same: not every server with its API does. */
  async function protect(bucket: string): Promise<void> {
    await call(['PutBucketEncryption', 's3:PutEncryptionConfiguration'], bucket, async (client, sdk) => {
      await client.send(
        new sdk.PutBucketEncryptionCommand({
          Bucket: bucket,
          ExpectedBucketOwner,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
      )
    })
    await closeToPublic(bucket)
    await keepVersions(bucket)
  }

  async function closeToPublic(bucket: string): Promise<void> {
    await call(['PutPublicAccessBlock', 's3:PutBucketPublicAccessBlock'], bucket, async (client, sdk) => {
      const PublicAccessBlockConfiguration = {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      }
      await client.send(
        new sdk.PutPublicAccessBlockCommand({
          Bucket: bucket,
          ExpectedBucketOwner,
          PublicAccessBlockConfiguration,
        }),
      )
    })
  }

  async function keepVersions(bucket: string): Promise<void> {
    await call(['PutBucketVersioning', 's3:PutBucketVersioning'], bucket, async (client, sdk) => {
      const VersioningConfiguration = { Status: 'Enabled' } as const
      await client.send(
        new sdk.PutBucketVersioningCommand({ Bucket: bucket, ExpectedBucketOwner, VersioningConfiguration }),
      )
    })
  }

  /** A bucket that is there: how it encrypts is left to whoever set it, the rest is completed. */
  async function complete(bucket: string): Promise<void> {
    const isClosed = await call(
      ['GetPublicAccessBlock', 's3:GetBucketPublicAccessBlock'],
      bucket,
      async (client, { GetPublicAccessBlockCommand }) => {
        try {
          const command = new GetPublicAccessBlockCommand({ Bucket: bucket, ExpectedBucketOwner })
          const { PublicAccessBlockConfiguration: set } = await client.send(command)
          return (
            set?.BlockPublicAcls === true &&
            set.IgnorePublicAcls === true &&
            set.BlockPublicPolicy === true &&
            set.RestrictPublicBuckets === true
          )
        } catch (error) {
          if (failureOf(error).name === 'NoSuchPublicAccessBlockConfiguration') return false
          throw error
        }
      },
    )
    if (!isClosed) await closeToPublic(bucket)
    const isVersioned = await call(
      ['GetBucketVersioning', 's3:GetBucketVersioning'],
      bucket,
      async (client, { GetBucketVersioningCommand }) => {
        const { Status } = await client.send(
          new GetBucketVersioningCommand({ Bucket: bucket, ExpectedBucketOwner }),
        )
        return Status === 'Enabled'
      },
    )
    if (!isVersioned) await keepVersions(bucket)
  }

  return {
    region,
    close: () => connected?.destroy(),
    owner,

    ensure: async (bucket) => {
      const whose = await owner(bucket)
      if (whose === 'other') throw notOwn(bucket)
      const isThere = whose === 'own' || !(await create(bucket))
      await (isThere ? complete(bucket) : protect(bucket))
      return !isThere
    },

    put: async (bucket, key, bytes) => {
      const ChecksumSHA256 = createHash('sha256').update(bytes).digest('base64')
      const object = { Bucket: bucket, Key: key, ExpectedBucketOwner }
      const isThere = await call(
        ['HeadObject', 's3:GetObject'],
        bucket,
        async (client, { HeadObjectCommand }) => {
          try {
            const found = await client.send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }))
            // What has another checksum, or none, is put over: a key is its content's hash.
            return found.ChecksumSHA256 === ChecksumSHA256
          } catch (error) {
            if (failureOf(error).status === 404) return false
            throw error
          }
        },
      )
      if (isThere) return false
      await call(['PutObject', 's3:PutObject'], bucket, async (client, { PutObjectCommand }) => {
        await client.send(
          new PutObjectCommand({ ...object, Body: bytes, ContentLength: bytes.byteLength, ChecksumSHA256 }),
        )
      })
      return true
    },
  }
}

const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true }
