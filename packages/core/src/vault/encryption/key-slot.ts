import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../../model/canonical.js'
import { slotKey } from '../object-keys.js'
import { damaged } from '../segment.js'
import { argon2Schema } from './argon2-cost.js'
import type { Authenticate } from './vault-secret.js'

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const shared = {
  format: z.literal(1),
  vault: z.string(),
  slot: z.string(),
  createdAt: z.iso.datetime(),
  /** The vault's data key under the slot's own, in base64. */
  wrapped: z.base64().min(1),
}
const slotSchema = z.discriminatedUnion('kind', [
  z.object({ ...shared, kind: z.literal('kms'), keyArn: z.string() }),
  z.object({
    ...shared,
    kind: z.literal('passphrase'),
    argon2id: argon2Schema.extend({ salt: z.base64().min(22).max(88) }),
  }),
])

/** One of the ways to the vault's data key. */
export type KeySlot = z.infer<typeof slotSchema>
export type KmsSlot = Extract<KeySlot, { kind: 'kms' }>
export type PassphraseSlot = Extract<KeySlot, { kind: 'passphrase' }>

/** A slot as it is stored: the digest shows damage to everybody, the code shows a forgery to who has the vault's key. */
interface Envelope {
  readonly digest: string
  readonly mac: string
  readonly slot: KeySlot
}

export function encodeSlot(slot: KeySlot, authenticate: Authenticate): Uint8Array {
  const text = textOf(slot)
  return layOut({ digest: digestOf(text), mac: authenticate('key-slot', text).toString('hex'), slot })
}

/**
 * A slot from what is stored under its key.
 *
 * @throws CodedError `VAULT_DAMAGED`, naming the object
 */
export function decodeSlot(bytes: Uint8Array, key: string): { readonly slot: KeySlot; readonly mac: string } {
  let found: Envelope
  let isAsWritten: boolean
  try {
    const text = JSON.parse(Buffer.from(bytes).toString('utf8')) as Envelope
    found = z.object({ digest: hex, mac: hex, slot: slotSchema }).parse(text)
    isAsWritten = layOut(text).equals(bytes) && textOf(text.slot) === textOf(found.slot)
  } catch (cause) {
    throw damaged(key, 'it is not what the format says', cause)
  }
  const { digest, mac, slot } = found
  if (!isAsWritten) throw damaged(key, 'its text is not laid out as it was written')
  if (digestOf(textOf(slot)) !== digest) throw damaged(key, 'its content does not match its digest')
  if (slotKey(slot.slot) !== key) throw damaged(key, 'it is another key slot')
  return { slot, mac }
}

/** Whether a slot was made by somebody who had the vault's key. */
export function isAuthentic(
  found: { readonly slot: KeySlot; readonly mac: string },
  authenticate: Authenticate,
): boolean {
  return authenticate('key-slot', textOf(found.slot)).toString('hex') === found.mac
}

/** What is bound to the data key of a slot. */
export function wrappingContext(
  vault: string,
  slot: string,
): Readonly<Record<'vault' | 'kind' | 'id', string>> {
  return { vault, kind: 'key', id: slot }
}

function textOf(slot: KeySlot): string {
  return canonicalJson(slot)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function layOut({ digest, mac, slot }: Envelope): Buffer {
  return Buffer.from(`${JSON.stringify({ digest, mac, slot }, null, 1)}\n`, 'utf8')
}
