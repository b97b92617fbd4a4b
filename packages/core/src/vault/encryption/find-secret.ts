import { CodedError, hasCode } from '../../model/errors.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { damaged } from '../segment.js'
import type { KeyService, VaultKeys } from './key-service.js'
import { isAuthentic, type KeySlot, type KmsSlot, type PassphraseSlot, wrappingContext } from './key-slot.js'
import { openMessage } from './message.js'
import { passphraseKey } from './passphrase.js'
import { isSameKey } from './same-key.js'
import { listSlots, type ListedSlot } from './slot-list.js'
import { authenticator, SECRET_BYTES } from './vault-secret.js'

/**
 * The vault's data key, from the first slot that one of the keys opens: those of the passphrase where one was given, else
 * those of KMS.
 *
 * @throws CodedError `KEY_NEEDED`, `WRONG_KEY`, `VAULT_DAMAGED` where no slot opens and one is damaged; what the key
 *   service throws
 */
export async function findSecret(
  store: ObjectStore,
  vault: string,
  keys: VaultKeys,
): Promise<{ readonly secret: Uint8Array; readonly slot: string }> {
  const listed = await listSlots(store, vault)
  const slots = listed.flatMap(({ slot }) => (slot === undefined ? [] : [slot]))
  const found =
    keys.passphrase === undefined
      ? await fromKms(store, slots.filter(isKms), keys)
      : await fromPassphrase(slots.filter(isPassphrase), await keys.passphrase())
  if ('secret' in found) return checked(found, listed)
  const broken = listed.flatMap(({ error }) => error ?? [])
  if (broken.length > 0) throw allOf(broken)
  if (slots.length === 0) throw damaged('keys/', 'the vault is encrypted, and has no key slot')
  throw found.error
}

/** One error that names everything that is damaged. */
function allOf(errors: readonly CodedError[]): CodedError {
  return new CodedError('VAULT_DAMAGED', errors.map(({ message }) => message).join('; '), {
    value: errors[0]?.value ?? '',
    hint: 'no key opens another slot; bring these back from a copy of the vault, or open it with the key of a slot that is whole',
  })
}

type Found = { readonly secret: Uint8Array; readonly slot: string } | { readonly error: CodedError }

async function fromPassphrase(slots: readonly PassphraseSlot[], passphrase: Uint8Array): Promise<Found> {
  for (const { slot, vault, argon2id, wrapped } of slots) {
    const key = await passphraseKey(slot, passphrase, bytesOf(argon2id.salt), argon2id)
    try {
      return { secret: await openMessage(key, wrappingContext(vault, slot), bytesOf(wrapped)), slot }
    } catch {
      // Another slot may have another passphrase.
    }
  }
  const why =
    slots.length === 0 ? 'the vault has no key slot for a passphrase' : 'the passphrase opens no key slot'
  return {
    error: new CodedError('WRONG_KEY', why, {
      hint: 'check which passphrase is given and to which vault; its slots: cognito-vault key list',
    }),
  }
}

async function fromKms(store: ObjectStore, slots: readonly KmsSlot[], keys: VaultKeys): Promise<Found> {
  const { keyService, expectedKmsKeys: expected } = keys
  const wanted = slots.filter(({ keyArn }) => expected?.some((arn) => isSameKey(arn, keyArn)) ?? true)
  if (expected !== undefined && wanted.length === 0) return { error: notExpected(expected) }
  if (keyService === undefined || wanted.length === 0) return { error: keyNeeded(store) }
  return firstOpened(wanted, keyService)
}

/** Asks for one key after another. Of those that fail, what is said is what the reader can most likely mend. */
async function firstOpened(slots: readonly KmsSlot[], service: KeyService): Promise<Found> {
  const errors: CodedError[] = []
  for (const { slot, vault, keyArn, wrapped } of slots) {
    try {
      const secret = await service.unwrap(keyArn, bytesOf(wrapped), wrappingContext(vault, slot))
      return { secret, slot }
    } catch (error) {
      if (!(error instanceof CodedError) || error.code === 'INTERRUPTED') throw error
      errors.push(error)
    }
  }
  const denied = errors.find((error) => hasCode(error, 'ACCESS_DENIED', 'CREDENTIALS_REJECTED'))
  return { error: denied ?? (errors[0] as CodedError) }
}

/** What a slot gave is the vault's only where the slot was made by somebody who had it. */
function checked(
  found: { readonly secret: Uint8Array; readonly slot: string },
  listed: readonly ListedSlot[],
): { readonly secret: Uint8Array; readonly slot: string } {
  const own = listed.find(({ slot }) => slot?.slot === found.slot)
  if (own?.slot === undefined) throw damaged('keys/', 'the key slot that opened the vault is gone')
  if (found.secret.byteLength !== SECRET_BYTES || !isAuthentic(own, authenticator(found.secret)))
    throw damaged(own.key, 'nobody made it who had the vault’s key')
  return found
}

function keyNeeded(store: ObjectStore): CodedError {
  return new CodedError('KEY_NEEDED', `the vault at ${store.url} is encrypted, and no key was given`, {
    value: store.url,
    hint: 'give --passphrase-file FILE, or set COGNITO_VAULT_PASSPHRASE; its slots: cognito-vault key list',
  })
}

function notExpected(expected: readonly string[]): CodedError {
  return new CodedError('WRONG_KEY', `the vault has no key slot of ${expected.join(' or ')}`, {
    value: expected[0] ?? '',
    hint: 'check the address: somebody may have put another vault there; its slots: cognito-vault key list',
  })
}

function isKms(slot: KeySlot): slot is KmsSlot {
  return slot.kind === 'kms'
}

function isPassphrase(slot: KeySlot): slot is PassphraseSlot {
  return slot.kind === 'passphrase'
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}
