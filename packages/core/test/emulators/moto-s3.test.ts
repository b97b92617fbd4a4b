import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe } from 'vitest'
import { objectStoreConformance } from '../../src/storage/object-store.conformance.js'
import { openS3Store } from '../../src/storage/s3/s3-store.js'
import { repairsFromBeneath } from '../storage/repair-beneath.js'
import { s3ClientFor } from '../storage/s3-client.js'
import type { Emulator } from './emulator.js'
import { MOTO, startMoto } from './moto.js'

const command = process.env[MOTO]
let moto: Emulator
let vaults = 0

describe.skipIf(command === undefined)(
  `moto's S3${command === undefined ? ` (skipped: ${MOTO} names no moto_server)` : ''}`,
  () => {
    beforeAll(async () => {
      moto = await startMoto(command ?? '')
      const client = s3ClientFor(moto.url)
      const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const
      await client.send(new CreateBucketCommand({ Bucket: 'bucket', CreateBucketConfiguration }))
      const versioned = { Bucket: 'versioned', CreateBucketConfiguration }
      await client.send(new CreateBucketCommand(versioned))
      const VersioningConfiguration = { Status: 'Enabled' } as const
      await client.send(new PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration }))
    })
    afterAll(() => moto.close())

    objectStoreConformance('the S3 store on moto', () =>
      openS3Store({ client: s3ClientFor(moto.url), bucket: 'bucket', prefix: `vault-${++vaults}/` }),
    )

    // Not with Object Lock: moto answers GetObjectRetention with the object itself.
    repairsFromBeneath('in a bucket with versions', false, () => ({
      client: s3ClientFor(moto.url),
      bucket: 'versioned',
      prefix: 'vault/',
    }))
  },
)
