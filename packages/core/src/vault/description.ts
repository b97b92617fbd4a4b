import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../model/canonical.js'
import { CodedError, hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import type { Authenticate } from './encryption/vault-secret.js'
import { VAULT_KEY } from './object-keys.js'
import { damaged } from './segment.js'

/** The newest format of a vault that this version reads: 1 stores in the clear, 2 encrypts. */
const NEWEST_FORMAT = 2

const shared = { vault: z.string().min(1), createdAt: z.string() }
const plainSchema = z.object({ format: z.literal(1), ...shared, encryption: z.string() })
const encryptedSchema = z.object({
  format: z.literal(2),
  ...shared,
  encryption: z.string(),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
})
const descriptionSchema = z.discriminatedUnion('format', [plainSchema, encryptedSchema])

/** What `vault.json` says. The code of an encrypted vault is checked once its key is known. */
export type VaultDescription = z.infer<typeof descriptionSchema>

/** The description of a vault that stores in the clear. */
export function plainDescription(vault: string, createdAt: string): Uint8Array {
  return layOut({ format: 1, vault, createdAt, encryption: 'none' })
}

/** The description of a vault that encrypts. */
export function encryptedDescription(
  vault: string,
  createdAt: string,
  authenticate: Authenticate,
): Uint8Array {
  const said = { format: 2, vault, createdAt, encryption: 'aws-encryption-sdk' } as const
  return layOut({ ...said, mac: macOf(said, authenticate) })
}

/** Whether an encrypted vault's description is what was said by somebody who had its key. */
export function isAuthenticDescription(description: VaultDescription, authenticate: Authenticate): boolean {
  if (description.format !== 2) return false
  const { mac, ...said } = description
  return macOf(said, authenticate) === mac
}

function macOf(said: Omit<z.infer<typeof encryptedSchema>, 'mac'>, authenticate: Authenticate): string {
  return authenticate('vault', canonicalJson(said)).toString('hex')
}

/** The text of a description, which is laid out in one way only, so that any byte that is altered shows. */
function layOut(content: VaultDescription): Buffer {
  const { format, vault, createdAt, encryption } = content
  const digest = createHash('sha256').update(canonicalJson(content)).digest('hex')
  const mac = content.format === 2 ? { mac: content.mac } : {}
  return Buffer.from(
    `${JSON.stringify({ format, vault, createdAt, encryption, ...mac, digest }, null, 1)}\n`,
    'utf8',
  )
}

/**
 * What a vault says of itself.
 *
 * @throws CodedError `VAULT_NOT_FOUND`, `VAULT_TOO_NEW` or `VAULT_DAMAGED`.
 */
export async function readDescription(store: ObjectStore): Promise<VaultDescription> {
  const bytes = await store.get(VAULT_KEY)
  if (bytes === undefined) {
    throw new CodedError('VAULT_NOT_FOUND', `there is no vault at ${store.url}`, {
      value: store.url,
      hint: `check the address, or make one: cognito-vault init --vault ${store.url}`,
    })
  }
  try {
    const found: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    const { format } = z.object({ format: z.number() }).parse(found)
    if (format > NEWEST_FORMAT) {
      throw tooNew(
        `the vault has format ${format}; this version reads up to ${NEWEST_FORMAT}`,
        String(format),
      )
    }
    const content = descriptionSchema.parse(found)
    if (!layOut(content).equals(bytes)) throw damaged(VAULT_KEY, 'it is not as it was written')
    if (content.encryption === (content.format === 1 ? 'none' : 'aws-encryption-sdk')) return content
    throw tooNew('the vault is encrypted in a way that this version does not know', content.encryption)
  } catch (cause) {
    if (hasCode(cause, 'VAULT_TOO_NEW', 'VAULT_DAMAGED')) throw cause
    throw damaged(VAULT_KEY, 'it does not describe a vault', cause)
  }
}

function tooNew(message: string, value: string): CodedError {
  return new CodedError('VAULT_TOO_NEW', message, {
    value,
    hint: 'upgrade cognito-vault; nothing was changed',
  })
}
