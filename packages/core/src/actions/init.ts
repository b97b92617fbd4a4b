import { randomBytes } from 'node:crypto'
import { CodedError } from '../model/errors.js'
import type { Argon2Cost } from '../vault/encryption/argon2-cost.js'
import type { KeyService } from '../vault/encryption/key-service.js'
import type { NewKeys } from '../vault/encryption/make-slots.js'
import { initVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'

/** The keys that are to open a vault: a passphrase, KMS keys, or both. */
export interface Encryption {
  readonly passphrase?: (() => Promise<Uint8Array>) | undefined
  /** ARNs of keys or of aliases. */
  readonly kmsKeys?: readonly string[] | undefined
  readonly keyService?: KeyService | undefined
  /** What a guess of the passphrase is to cost; by default 64 MiB and three passes. */
  readonly cost?: Argon2Cost | undefined
}

/** What `init` has made; the field names are those of its JSON document. */
export interface InitResult {
  readonly vault: string
  readonly url: string
  readonly encryption: 'none' | 'aws-encryption-sdk'
  /** What the store made of its place first, a sentence each. */
  readonly prepared?: readonly string[]
}

/**
 * Makes a vault, and its place where the store has one to make.
 *
 * @param encryption the keys that open it; `none`, which has to be said, where everything is to be stored in the clear
 * @throws CodedError `VAULT_EXISTS` where there is one already, `USAGE` where no key was given; what the key service throws
 */
export async function init(context: VaultContext, encryption: Encryption | 'none'): Promise<InitResult> {
  const { store, clock, random } = context
  const keys = encryption === 'none' ? undefined : await newKeysOf(encryption)
  const prepared = (await store.prepare?.()) ?? []
  const { id, cipher } = await initVault(store, clock.now(), random, keys)
  return {
    vault: id,
    url: store.url,
    encryption: cipher.isEncrypted ? 'aws-encryption-sdk' : 'none',
    ...(prepared.length === 0 ? {} : { prepared }),
  }
}

/** @throws CodedError `USAGE` when there is none, or an empty passphrase */
export async function newKeysOf({ passphrase, ...keys }: Encryption): Promise<NewKeys> {
  const bytes = await passphrase?.()
  if (bytes === undefined && (keys.kmsKeys ?? []).length === 0)
    throw new CodedError('USAGE', 'no key was given')
  if (bytes?.byteLength === 0) throw new CodedError('USAGE', 'the passphrase is empty')
  return { ...keys, passphrase: bytes, randomBytes }
}
