import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../model/canonical.js'
import type { Random } from '../model/clock.js'
import { CodedError, hasCode } from '../model/errors.js'
import { isoTime, newVaultId } from '../model/ids.js'
import type { ObjectStore } from '../storage/object-store.js'
import { POOLS_PREFIX, VAULT_KEY } from './object-keys.js'
import { damaged } from './segment.js'

export const VAULT_FORMAT = 1

const vaultSchema = z.object({
  format: z.literal(VAULT_FORMAT),
  vault: z.string().min(1),
  createdAt: z.string(),
  encryption: z.string(),
})

/** An open vault: where it lies, and its id. */
export interface Vault {
  readonly id: string
  readonly store: ObjectStore
}

/**
 * Makes a vault where none is. Its description is written once and never changed.
 *
 * @throws CodedError `VAULT_EXISTS` when there is a vault already, or what is left of one: it is left as it is.
 */
export async function initVault(store: ObjectStore, now: number, random: Random): Promise<Vault> {
  const id = newVaultId(random)
  const bytes = layOut({ format: VAULT_FORMAT, vault: id, createdAt: isoTime(now), encryption: 'none' })
  if ((await store.head(VAULT_KEY)) === undefined && (await hasPools(store))) throw beheaded(store)
  if ((await store.putIfAbsent(VAULT_KEY, bytes)) === 'exists') {
    throw new CodedError('VAULT_EXISTS', `there is a vault at ${store.url} already`, {
      value: store.url,
      hint: 'use it as it is, or choose another place; nothing was changed',
    })
  }
  return { id, store }
}

async function hasPools(store: ObjectStore): Promise<boolean> {
  for await (const _ of store.list(POOLS_PREFIX)) return true
  return false
}

/** Under a new id every snapshot that is there would be another vault's. */
function beheaded(store: ObjectStore): CodedError {
  return new CodedError(
    'VAULT_EXISTS',
    `at ${store.url} there are snapshots of a vault without ${VAULT_KEY}`,
    {
      value: store.url,
      hint: `put ${VAULT_KEY} back from a copy of the vault, or choose another place; nothing was changed`,
    },
  )
}

/** The text of a vault's description, which is laid out in one way only, so that any byte that is altered shows. */
function layOut(content: z.infer<typeof vaultSchema>): Buffer {
  const digest = createHash('sha256').update(canonicalJson(content)).digest('hex')
  return Buffer.from(`${JSON.stringify({ ...content, digest }, null, 1)}\n`, 'utf8')
}

/**
 * Opens a vault.
 *
 * @throws CodedError `VAULT_NOT_FOUND`, `VAULT_TOO_NEW` or `VAULT_DAMAGED`.
 */
export async function openVault(store: ObjectStore): Promise<Vault> {
  const bytes = await store.get(VAULT_KEY)
  if (bytes === undefined) {
    throw new CodedError('VAULT_NOT_FOUND', `there is no vault at ${store.url}`, {
      value: store.url,
      hint: `check the address, or make one: cognito-vault init --vault ${store.url} --no-encryption`,
    })
  }
  return { id: describe(bytes).vault, store }
}

function describe(bytes: Uint8Array): z.infer<typeof vaultSchema> {
  try {
    const found: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    const { format } = z.object({ format: z.number() }).parse(found)
    if (format > VAULT_FORMAT) {
      throw tooNew(`the vault has format ${format}; this version reads up to ${VAULT_FORMAT}`, String(format))
    }
    const content = vaultSchema.parse(found)
    if (!layOut(content).equals(bytes)) throw damaged(VAULT_KEY, 'it is not as it was written')
    if (content.encryption === 'none') return content
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
