import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Service = 'S3' | 'KMS' | 'Cognito' | 'other'

/**
 * As much of AWS as a function asks for until it asks Cognito something: S3 with one bucket in memory (get, head, list, put what is not there), and a KMS that wraps
 * nothing. Cognito and all others are never answered: what is measured is that they are asked. It is there to be quick, and tests nothing.
 */
export interface StandInAws {
  readonly url: string
  /** What the bucket holds, by key. */
  readonly objects: Map<string, StoredObject>
  /** Called with the service when a request has arrived; says whether it is answered, as far as that service ever is. */
  onRequest: (service: Service) => boolean
  close(): Promise<void>
}

export interface StoredObject {
  readonly bytes: Buffer
  /** As HTTP dates it. */
  readonly modified: Date
}

/** @param now milliseconds since 1970: what objects are dated by */
export async function startStandInAws(now: () => number): Promise<StandInAws> {
  const objects = new Map<string, StoredObject>()
  const server = createServer((request, response) => {
    const service = serviceOf(request)
    if (standIn.onRequest(service) && (service === 'KMS' || service === 'S3'))
      void bodyOf(request).then(
        (body) =>
          service === 'KMS'
            ? answerKms(request, body, response)
            : answerS3(request, body, response, { objects, now }),
        // Who is killed while it sends wants no answer.
        () => response.destroy(),
      )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const standIn: StandInAws = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    onRequest: () => true,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return standIn
}

/** Services that speak JSON name themselves in a header; S3 is told by what requests are signed for. */
function serviceOf({ headers }: IncomingMessage): Service {
  const target = String(headers['x-amz-target'])
  if (target.startsWith('AWSCognitoIdentityProviderService.')) return 'Cognito'
  if (target.startsWith('TrentService.')) return 'KMS'
  return headers.authorization?.includes('/s3/aws4_request') === true ? 'S3' : 'other'
}

function answerKms({ headers }: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { KeyId, Plaintext, CiphertextBlob } = JSON.parse(body.toString()) as Record<string, string>
  const answer =
    headers['x-amz-target'] === 'TrentService.Encrypt'
      ? { KeyId, CiphertextBlob: Plaintext }
      : { KeyId, Plaintext: CiphertextBlob }
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer))
}

function answerS3(
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  { objects, now }: { readonly objects: Map<string, StoredObject>; readonly now: () => number },
): void {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'))
  response.setHeader('date', new Date(now()).toUTCString())
  const found = objects.get(key)
  if (key === '') response.end(listing(objects, url.searchParams))
  else if (request.method === 'PUT') {
    if (found === undefined) objects.set(key, { bytes: body, modified: new Date(now()) })
    refuseOrEnd(response, found === undefined ? undefined : [412, 'PreconditionFailed'])
  } else if (found === undefined) refuseOrEnd(response, [404, 'NoSuchKey'])
  else {
    response.setHeader('last-modified', found.modified.toUTCString())
    response.setHeader('content-length', found.bytes.byteLength)
    response.end(request.method === 'HEAD' ? undefined : found.bytes)
  }
}

function refuseOrEnd(response: ServerResponse, refusal: readonly [number, string] | undefined): void {
  if (refusal === undefined) return void response.end()
  const [status, code] = refusal
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>refused</Message></Error>`)
}

/** All in one page: there are a handful. */
function listing(objects: ReadonlyMap<string, StoredObject>, query: URLSearchParams): string {
  const [prefix, after] = [query.get('prefix') ?? '', query.get('start-after') ?? '']
  const items = [...objects]
    .filter(([key]) => key.startsWith(prefix) && key > after)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, { bytes, modified }]) =>
        `<Contents><Key>${key}</Key><Size>${bytes.byteLength}</Size><LastModified>${modified.toISOString()}</LastModified></Contents>`,
    )
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${items.join('')}</ListBucketResult>`
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
