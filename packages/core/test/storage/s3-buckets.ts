import { type Bucket, createBucket, S3Refusal } from './s3-bucket.js'

/** A bucket with what is said of it as a whole. */
export interface OwnedBucket {
  readonly bucket: Bucket
  readonly region: string
  readonly owner: string
  /** The bodies of `PutBucketVersioning` and the like, by the name of the setting. */
  readonly settings: Map<string, string>
}

/** The buckets of everybody, as the API Reference describes CreateBucket, HeadBucket and their settings. Names are everybody's. */
export interface Buckets {
  readonly all: Map<string, OwnedBucket>
  /** The answer's body. */
  handle(operation: string, name: string, region: string, body: string): string
}

/** The settings that have operations, by the parameter of the address that names them. */
const SETTINGS: Readonly<Record<string, string>> = {
  versioning: 'BucketVersioning',
  publicAccessBlock: 'PublicAccessBlock',
  encryption: 'BucketEncryption',
}

/** The operation on a bucket as a whole that a request is; `undefined` for all others. */
export function bucketOperationOf(method: string, key: string, query: URLSearchParams): string | undefined {
  if (key !== '') return undefined
  const setting = Object.keys(SETTINGS).find((name) => query.has(name))
  if (setting !== undefined) return `${method === 'PUT' ? 'Put' : 'Get'}${SETTINGS[setting]}`
  if (method === 'PUT') return 'CreateBucket'
  return method === 'HEAD' ? 'HeadBucket' : undefined
}

export function createBuckets(account: string): Buckets {
  const all = new Map<string, OwnedBucket>()

  function create(name: string, region: string, body: string): string {
    const found = all.get(name)
    if (found !== undefined)
      throw new S3Refusal(409, found.owner === account ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists')
    const named = /<LocationConstraint>([^<]+)</.exec(body)?.[1]
    // "If you don't specify a Region, the bucket is created in us-east-1", which may not be named; another's endpoint takes its own.
    if (named === 'us-east-1') throw new S3Refusal(400, 'InvalidLocationConstraint')
    if ((named ?? 'us-east-1') !== region) throw new S3Refusal(400, 'IllegalLocationConstraintException')
    const versioning = new Map<string, string>()
    all.set(name, {
      bucket: createBucket({ versioning: true }),
      region,
      owner: account,
      settings: versioning,
    })
    return ''
  }

  return {
    all,
    handle: (operation, name, region, body) => {
      if (operation === 'CreateBucket') return create(name, region, body)
      const { settings } = all.get(name)!
      const [, verb, setting = ''] = /^(Put|Get)(.*)/.exec(operation) ?? []
      if (verb === 'Put') settings.set(setting, body)
      if (verb !== 'Get') return ''
      const said = settings.get(setting)
      if (said !== undefined) return said
      if (setting === 'PublicAccessBlock') throw new S3Refusal(404, 'NoSuchPublicAccessBlockConfiguration')
      return '<VersioningConfiguration/>'
    },
  }
}
