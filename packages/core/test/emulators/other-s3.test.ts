import { S3Client } from '@aws-sdk/client-s3'
import { describe, it } from 'vitest'
import { objectStoreConformance } from '../../src/storage/object-store.conformance.js'
import { openS3Store } from '../../src/storage/s3/s3-store.js'

/** Names a bucket on any S3 server, for trying it by hand: `http://KEY:SECRET@host:port/bucket`, in the Region of `AWS_REGION`. */
const OTHER = 'COGNITO_VAULT_OTHER_S3'
const address = process.env[OTHER]

describe('another S3 server', () => {
  if (address === undefined) {
    it.skip(`${OTHER} names none`)
    return
  }
  const { origin, username, password, pathname } = new URL(address)
  const client = new S3Client({
    endpoint: origin,
    region: process.env['AWS_REGION'] ?? 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: username, secretAccessKey: password },
  })
  const run = Date.now()
  let vaults = 0
  objectStoreConformance('the S3 store there', () =>
    openS3Store({ client, bucket: pathname.slice(1), prefix: `vault-${run}-${++vaults}/` }),
  )
})
