import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson, type JsonValue } from '../model/canonical.js'
import { damaged } from './segment.js'

const envelopeSchema = z.object({
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  body: z.custom<JsonValue>((body) => body !== undefined),
})

type Envelope = z.infer<typeof envelopeSchema>

/**
 * The bytes of a JSON object that is kept under `key`, with a digest over its content and its key, so that neither
 * another content nor another place passes for it.
 */
export function sealJson(key: string, body: JsonValue): Uint8Array {
  return layOut({ digest: digestOf(key, body), body })
}

/**
 * The content of an object that {@link sealJson} made for this key.
 *
 * @throws CodedError `VAULT_DAMAGED`, naming the object, when it was altered, cut short, or made for another key.
 */
export function unsealJson(key: string, bytes: Uint8Array): JsonValue {
  let envelope: Envelope
  let isAsWritten: boolean
  try {
    envelope = envelopeSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    isAsWritten = layOut(envelope).equals(bytes)
  } catch (cause) {
    throw damaged(key, 'it is not what the format says', cause)
  }
  if (!isAsWritten) throw damaged(key, 'its text is not laid out as it was written')
  if (digestOf(key, envelope.body) !== envelope.digest)
    throw damaged(key, 'its content and its place do not match its digest')
  return envelope.body
}

function digestOf(key: string, body: JsonValue): string {
  return createHash('sha256').update(canonicalJson({ body, key })).digest('hex')
}

/** The text is laid out in one way only, so that any byte that is altered shows. */
function layOut({ digest, body }: Envelope): Buffer {
  return Buffer.from(`${JSON.stringify({ digest, body }, null, 1)}\n`, 'utf8')
}
