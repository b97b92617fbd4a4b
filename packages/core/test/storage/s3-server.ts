import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Bucket,
  createBucket,
  type BucketOptions,
  etagOf,
  S3Refusal,
  type StoredVersion,
} from './s3-bucket.js'
import { bucketOperationOf, type Buckets, createBuckets } from './s3-buckets.js'

export interface S3Request {
  /** The operation's name in the API. */
  readonly operation: string
  readonly key: string
}

export interface S3ServerOptions extends BucketOptions {
  /** Keys a page; S3's own is 1000. */
  readonly pageSize?: number
  readonly region?: string
  readonly now?: () => number
  /** Refuse what was signed more than 15 minutes off, as S3 does; else tests may be at another time. */
  readonly checksTime?: boolean
  /** Whom a policy denies: 403 for a request that this is true of. */
  readonly denies?: (request: S3Request) => boolean
  /** Who calls: a bucket of another is refused where its owner is expected to be this one. */
  readonly account?: string
}

/**
 * A part of S3 over HTTP, for tests, written from the API Reference and the User Guide, with one bucket named `bucket`: no server of npm has
 * conditional writes; others can be made beside it. Path-style addresses; signatures are looked at for their Region only.
 */
export interface S3Server {
  readonly url: string
  readonly bucket: Bucket
  /** All buckets of all Regions, by name. */
  readonly buckets: Buckets
  /** All requests until now. */
  readonly requests: S3Request[]
  /** Answers the next request of this operation with a refusal; may be said several times. */
  refuseNext(operation: string, status: number, code: string): void
  /** Alters one bit of the next object that is read. */
  flipNext(): void
  close(): Promise<void>
}

export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { pageSize = 1000, region = 'eu-west-1', now = () => Date.now(), denies = () => false } = options
  const own = createBucket(options)
  const { account = '123456789012' } = options
  const buckets = createBuckets(account)
  buckets.all.set('bucket', { bucket: own, region, owner: account, settings: new Map() })
  const requests: S3Request[] = []
  const refusals: { operation: string; refusal: S3Refusal }[] = []
  let flips = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const body = await readAll(request)
    const [, name = '', ...rest] = url.pathname.split('/')
    const key = decodeURIComponent(rest.join('/'))
    const operation = operationOf(request.method ?? '', key, url.searchParams)
    requests.push({ operation, key })
    response.setHeader('date', new Date(now()).toUTCString())
    try {
      const scope = /Credential=[^/]+\/\d{8}\/([^/]+)\/s3\//.exec(request.headers.authorization ?? '')?.[1]
      if (scope === undefined) throw new S3Refusal(403, 'AccessDenied')
      const found = buckets.all.get(name)
      if (operation !== 'CreateBucket') {
        if (found === undefined) throw new S3Refusal(404, 'NoSuchBucket')
        response.setHeader('x-amz-bucket-region', found.region)
        if (scope !== found.region) throw new S3Refusal(301, 'PermanentRedirect')
        const expected = request.headers['x-amz-expected-bucket-owner']
        if (expected !== undefined && expected !== found.owner) throw new S3Refusal(403, 'AccessDenied')
      }
      if (denies({ operation, key })) throw new S3Refusal(403, 'AccessDenied')
      if (options.checksTime === true && Math.abs(signedAt(request) - now()) > 900_000)
        throw new S3Refusal(403, 'RequestTimeTooSkewed')
      const at = refusals.findIndex((one) => one.operation === operation)
      if (at >= 0) throw refusals.splice(at, 1)[0]!.refusal
      if (bucketOperationOf(request.method ?? '', key, url.searchParams) !== undefined)
        return void response.end(buckets.handle(operation, name, scope, body.toString()))
      if (found === undefined) throw new S3Refusal(404, 'NoSuchBucket')
      handle({ operation, key, body, request, query: url.searchParams, bucket: found.bucket }, response)
    } catch (error) {
      if (!(error instanceof S3Refusal)) throw error
      response.statusCode = error.status
      response.setHeader('content-type', 'application/xml')
      const text = `<?xml version="1.0"?><Error><Code>${error.code}</Code><Message>refused</Message></Error>`
      response.end(request.method === 'HEAD' ? undefined : text)
    }
  }

  interface Handled {
    operation: string
    key: string
    body: Buffer
    request: IncomingMessage
    query: URLSearchParams
    bucket: Bucket
  }

  function handle({ operation, key, body, request, query, bucket }: Handled, response: ServerResponse): void {
    const header = (name: string): string | undefined => request.headers[name] as string | undefined
    const version = query.get('versionId') ?? undefined
    switch (operation) {
      case 'PutObject': {
        const given = { ifNoneMatch: header('if-none-match') === '*', now: now() }
        const mode = header('x-amz-object-lock-mode')
        if (mode !== undefined && options.objectLock !== true) throw new S3Refusal(400, 'InvalidRequest')
        // PutObject: "The Content-MD5 or x-amz-sdk-checksum-algorithm header is required for any request to upload an object with a retention period".
        if (
          mode !== undefined &&
          (header('content-md5') ?? header('x-amz-sdk-checksum-algorithm')) === undefined
        )
          throw new S3Refusal(400, 'InvalidRequest')
        const stored = bucket.put(key, body, { ...given, sha256: header('x-amz-checksum-sha256') })
        const until = Date.parse(header('x-amz-object-lock-retain-until-date') ?? '')
        if (mode !== undefined) bucket.retain(key, { version: stored.version, mode, until, now: now() })
        describe(stored, response)
        response.end()
        return
      }
      case 'GetObject':
      case 'HeadObject': {
        const found = bucket.find(key, version)
        if (found === undefined || found.isDeletion) {
          if (found?.isDeletion === true) response.setHeader('x-amz-delete-marker', 'true')
          throw new S3Refusal(404, version === undefined ? 'NoSuchKey' : 'NoSuchVersion')
        }
        // Locks are shown to who has s3:GetObjectRetention, as the API Reference of HeadObject has it.
        describe(found, response, !denies({ operation: 'GetObjectRetention', key }))
        response.setHeader('content-length', found.bytes.byteLength)
        if (header('x-amz-checksum-mode') === 'ENABLED' && found.sha256 !== undefined) {
          response.setHeader('x-amz-checksum-sha256', found.sha256)
        }
        response.end(operation === 'HeadObject' ? undefined : sent(found.bytes))
        return
      }
      case 'DeleteObject':
        bucket.remove(key, { ifMatch: header('if-match'), version, now: now() })
        response.statusCode = 204
        response.end()
        return
      case 'PutObjectRetention': {
        const text = body.toString()
        const mode = /<Mode>(\w+)<\/Mode>/.exec(text)?.[1] ?? ''
        const until = Date.parse(/<RetainUntilDate>([^<]+)</.exec(text)?.[1] ?? '')
        bucket.retain(key, { version, mode, until, now: now() })
        response.end()
        return
      }
      case 'GetObjectRetention': {
        if (options.objectLock !== true) throw new S3Refusal(400, 'InvalidRequest')
        const found = bucket.find(key, version)
        if (found === undefined || found.isDeletion) throw new S3Refusal(404, 'NoSuchKey')
        if (found.until === undefined) throw new S3Refusal(404, 'NoSuchObjectLockConfiguration')
        const until = new Date(found.until).toISOString()
        response.end(
          `<?xml version="1.0"?><Retention><Mode>${found.mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`,
        )
        return
      }
      case 'ListObjectsV2':
        response.end(listing(bucket, query))
        return
      case 'ListObjectVersions':
        response.end(versionListing(bucket, query))
        return
      default:
        throw new S3Refusal(501, 'NotImplemented')
    }
  }

  function sent(bytes: Buffer): Buffer {
    if (flips === 0 || bytes.byteLength === 0) return bytes
    flips--
    const altered = Buffer.from(bytes)
    altered[0] = altered[0]! ^ 1
    return altered
  }

  function listing(bucket: Bucket, query: URLSearchParams): string {
    const after = query.get('start-after') ?? ''
    const all = bucket.current(query.get('prefix') ?? '').filter(({ key }) => key > after)
    const size = Math.min(pageSize, Number(query.get('max-keys') ?? pageSize))
    const items = all.slice(0, size).map((one) => `<Contents>${described(one)}</Contents>`)
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${all.length > size}</IsTruncated>${items.join('')}</ListBucketResult>`
  }

  function versionListing(bucket: Bucket, query: URLSearchParams): string {
    const all = bucket.versions(query.get('prefix') ?? '')
    const [afterKey, afterVersion] = [query.get('key-marker'), query.get('version-id-marker')]
    const start =
      afterKey === null
        ? 0
        : all.findIndex(({ key, version }) => key === afterKey && version === afterVersion) + 1
    const page = all.slice(start, start + pageSize)
    const isMore = start + pageSize < all.length
    const last = page.at(-1)
    const next =
      isMore && last !== undefined
        ? `<NextKeyMarker>${last.key}</NextKeyMarker><NextVersionIdMarker>${last.version}</NextVersionIdMarker>`
        : ''
    const items = page.map((one) => {
      const tag = one.isDeletion ? 'DeleteMarker' : 'Version'
      const isLatest = bucket.find(one.key) === one
      return `<${tag}>${described(one)}<VersionId>${one.version}</VersionId><IsLatest>${isLatest}</IsLatest></${tag}>`
    })
    return `<?xml version="1.0"?><ListVersionsResult><IsTruncated>${isMore}</IsTruncated>${next}${items.join('')}</ListVersionsResult>`
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: own,
    buckets,
    requests,
    refuseNext: (operation, status, code) =>
      void refusals.push({ operation, refusal: new S3Refusal(status, code) }),
    flipNext: () => {
      flips++
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function signedAt(request: IncomingMessage): number {
  const [, day = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(String(request.headers['x-amz-date'])) ?? []
  return Date.parse(
    `${day.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`,
  )
}

function operationOf(method: string, key: string, query: URLSearchParams): string {
  const ofBucket = bucketOperationOf(method, key, query)
  if (ofBucket !== undefined) return ofBucket
  if (key === '') return query.has('versions') ? 'ListObjectVersions' : 'ListObjectsV2'
  if (method === 'GET' && query.has('retention')) return 'GetObjectRetention'
  if (method === 'PUT') return query.has('retention') ? 'PutObjectRetention' : 'PutObject'
  return { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method] ?? method
}

function describe(stored: StoredVersion, response: ServerResponse, showsLock = true): void {
  response.setHeader('last-modified', new Date(stored.lastModified).toUTCString())
  response.setHeader('etag', etagOf(stored.bytes))
  if (stored.version !== 'null') response.setHeader('x-amz-version-id', stored.version)
  if (!showsLock) return
  if (stored.mode !== undefined) response.setHeader('x-amz-object-lock-mode', stored.mode)
  if (stored.until !== undefined)
    response.setHeader('x-amz-object-lock-retain-until-date', new Date(stored.until).toISOString())
}

function described(stored: StoredVersion): string {
  const modified = new Date(stored.lastModified).toISOString()
  const size = stored.isDeletion
    ? ''
    : `<Size>${stored.bytes.byteLength}</Size><ETag>${etagOf(stored.bytes)}</ETag>`
  return `<Key>${stored.key}</Key><LastModified>${modified}</LastModified>${size}`
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
