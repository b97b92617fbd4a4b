import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

type State = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'Denied' | 'Down'

/** A small KMS over HTTP, from its API reference: Encrypt and Decrypt of symmetric keys. */
export interface KmsServer {
  readonly url: string
  /** Keys by ARN, and aliases by theirs, which name a key's. */
  readonly keys: Map<string, State>
  readonly aliases: Map<string, string>
  /** What was asked: operation, key, context. */
  readonly asked: {
    readonly operation: string
    readonly keyId: string
    readonly context: object
    readonly region: string
  }[]
  close(): Promise<void>
}

interface Request {
  readonly KeyId?: string
  readonly Plaintext?: string
  readonly CiphertextBlob?: string
  readonly EncryptionContext?: Record<string, string>
}

class Refusal extends Error {}

export async function startKms(): Promise<KmsServer> {
  const keys = new Map<string, State>()
  const aliases = new Map<string, string>()
  const asked: { operation: string; keyId: string; context: object; region: string }[] = []

  function keyArn(keyId: string, region: string): string {
    const arn = aliases.get(keyId) ?? keyId
    const state = keys.get(arn)
    // A key of another Region is not there: "Invalid arn", says the reference of NotFoundException.
    if (state === undefined || arn.split(':')[3] !== region) throw new Refusal('NotFoundException')
    if (state === 'Denied') throw new Refusal('AccessDeniedException')
    if (state === 'Disabled') throw new Refusal('DisabledException')
    if (state === 'PendingDeletion') throw new Refusal('KMSInvalidStateException')
    return arn
  }

  function answer(operation: string, request: Request, region: string): object {
    const { KeyId = '', EncryptionContext: context = {} } = request
    asked.push({ operation, keyId: KeyId, context, region })
    const arn = keyArn(KeyId, region)
    if (operation === 'Encrypt') {
      const plaintext = Buffer.from(request.Plaintext ?? '', 'base64')
      if (plaintext.length < 1 || plaintext.length > 4096) throw new Refusal('ValidationException')
      return {
        KeyId: arn,
        CiphertextBlob: seal(arn, plaintext, context),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      }
    }
    const plaintext = unseal(arn, Buffer.from(request.CiphertextBlob ?? '', 'base64'), context)
    return { KeyId: arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
  }

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const operation = String(request.headers['x-amz-target']).replace('TrentService.', '')
      // Credential=KEY/DATE/REGION/kms/aws4_request
      const region =
        /Credential=[^/]+\/\d+\/([^/]+)\/kms/.exec(request.headers.authorization ?? '')?.[1] ?? ''
      const parsed = JSON.parse(body) as Request
      if (keys.get(aliases.get(parsed.KeyId ?? '') ?? parsed.KeyId ?? '') === 'Down')
        return request.socket.destroy()
      try {
        const said = answer(operation, parsed, region)
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(said))
      } catch (error) {
        const type = (error as Error).message
        const text = JSON.stringify({ __type: type, message: 'no words of the service are to be repeated' })
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(text)
      }
      return undefined
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    aliases,
    asked,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}

/** Replicas of a multi-Region key have its id and its material. */
function materialOf(arn: string): { readonly id: string; readonly key: Buffer } {
  const [, , , region, account, resource = ''] = arn.split(':')
  const id = resource.startsWith('key/mrk-')
    ? `${account ?? ''}:${resource}`
    : `${region ?? ''}:${account ?? ''}:${resource}`
  return { id, key: createHash('sha256').update(id).digest() }
}

/** The context is bound in whatever order it comes. */
function boundTo(context: Record<string, string>): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))))
}

function seal(arn: string, plaintext: Buffer, context: Record<string, string>): string {
  const { id, key } = materialOf(arn)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundTo(context))
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const name = Buffer.from(id)
  return Buffer.concat([Buffer.from([name.length]), name, iv, cipher.getAuthTag(), sealed]).toString('base64')
}

function unseal(arn: string, blob: Buffer, context: Record<string, string>): Buffer {
  const { id, key } = materialOf(arn)
  const length = blob[0] ?? 0
  const named = blob.subarray(1, 1 + length).toString()
  if (!/^[\w-]*:[\w-]*:?key\//.test(named)) throw new Refusal('InvalidCiphertextException')
  if (named !== id) throw new Refusal('IncorrectKeyException')
  const rest = blob.subarray(1 + length)
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, rest.subarray(0, 12))
      .setAAD(boundTo(context))
      .setAuthTag(rest.subarray(12, 28))
    return Buffer.concat([cipher.update(rest.subarray(28)), cipher.final()])
  } catch {
    throw new Refusal('InvalidCiphertextException')
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
