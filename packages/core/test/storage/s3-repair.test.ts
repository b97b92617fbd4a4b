import { afterAll, beforeAll, describe } from 'vitest'
import { isThorough, unlessThorough } from '../support/sweep.js'
import { repairsFromBeneath } from './repair-beneath.js'
import { s3ClientFor } from './s3-client.js'
import { type S3Server, startS3Server } from './s3-server.js'

// Two thousand requests: everything is looked at again before it is touched.
describe.runIf(isThorough)(`repair in S3${unlessThorough}`, () => {
  let server: S3Server
  beforeAll(async () => {
    server = await startS3Server({ objectLock: true })
  })
  afterAll(() => server.close())

  repairsFromBeneath('in a bucket with Object Lock', true, () => ({
    client: s3ClientFor(server.url),
    bucket: 'bucket',
    prefix: 'v/',
  }))
})
