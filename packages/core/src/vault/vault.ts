import { z } from 'zod'
import type { Random } from '../model/clock.js'
import { CodedError, hasCode } from '../model/errors.js'
import { isoTime, newVaultId } from '../model/ids.js'
import type { ObjectStore } from '../storage/object-store.js'
import { VAULT_KEY } from './object-keys.js'
import { damaged } from './segment.js'

export const VAULT_FORMAT = 1

const vaultSchema = z.object({
  format: z.number().int(),
  vault: z.string().min(1),
  createdAt: z.string(),
  encryption: z.literal('none'),
})

/** An open vault: where it lies, and its id. */
export interface Vault {
  readonly id: string
  readonly store: ObjectStore
}

/**
 * Makes a vault in an empty place. Its description is written once and never changed.
 *
 * @throws CodedError `VAULT_EXISTS` when there is a vault already: it is left as it is.
 */
export async function initVault(store: ObjectStore, now: number, random: Random): Promise<Vault> {
  const id = newVaultId(random)
  const description = { format: VAULT_FORMAT, vault: id, createdAt: isoTime(now), encryption: 'none' }
  const bytes = Buffer.from(`${JSON.stringify(description, null, 1)}\n`, 'utf8')
  if ((await store.putIfAbsent(VAULT_KEY, bytes)) === 'exists') {
    throw new CodedError('VAULT_EXISTS', `there is a vault at ${store.url} already`, {
      value: store.url,
      hint: 'use it as it is, or choose another place; nothing was changed',
    })
  }
  return { id, store }
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
      throw new CodedError(
        'VAULT_TOO_NEW',
        `the vault has format ${format}; this version reads up to ${VAULT_FORMAT}`,
        {
          value: String(format),
          hint: 'upgrade cognito-vault; nothing was changed',
        },
      )
    }
    return vaultSchema.parse(found)
  } catch (cause) {
    if (hasCode(cause, 'VAULT_TOO_NEW')) throw cause
    throw damaged(VAULT_KEY, 'it does not describe a vault', cause)
  }
}
