import type { Random } from '../../model/clock.js'
import { CodedError } from '../../model/errors.js'
import { isoTime, newSlotId } from '../../model/ids.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { slotKey } from '../object-keys.js'
import { encodeSlot, type KeySlot, wrappingContext } from './key-slot.js'
import { type Argon2Cost, DEFAULT_COST } from './argon2-cost.js'
import type { KeyService } from './key-service.js'
import { sealMessage } from './message.js'
import { passphraseKey } from './passphrase.js'
import type { Authenticate } from './vault-secret.js'

/** Ways to a vault's data key that are to be made: at least one. */
export interface NewKeys {
  readonly passphrase?: Uint8Array | undefined
  /** ARNs of KMS keys, or of aliases: a slot for each. */
  readonly kmsKeys?: readonly string[] | undefined
  /** Wraps under them. */
  readonly keyService?: KeyService | undefined
  /** What a passphrase's slot is to cost; for tests, to which the default costs too much. */
  readonly cost?: Argon2Cost | undefined
  /** Bytes from a source that nobody can predict. */
  readonly randomBytes: (length: number) => Uint8Array
}

const SALT_BYTES = 16

/**
 * Slots with the vault's data key, not yet stored: what cannot be made leaves nothing behind.
 *
 * @throws CodedError what the key service throws, or `USAGE` when no way was given
 */
export async function makeSlots(
  vault: string,
  secret: Uint8Array,
  keys: NewKeys,
  now: number,
  random: Random,
): Promise<KeySlot[]> {
  const { passphrase, kmsKeys = [], keyService, cost = DEFAULT_COST, randomBytes } = keys
  const slots: KeySlot[] = []
  const nextSlot = (): { format: 1; vault: string; slot: string; createdAt: string } => ({
    format: 1,
    vault,
    slot: newSlotId(random),
    createdAt: isoTime(now),
  })
  for (const key of kmsKeys) {
    if (keyService === undefined) throw new CodedError('INTERNAL', 'there is nobody to ask for KMS keys')
    const made = nextSlot()
    const { keyArn, wrapped } = await keyService.wrap(key, secret, wrappingContext(vault, made.slot))
    slots.push({ ...made, kind: 'kms', keyArn, wrapped: base64(wrapped) })
  }
  if (passphrase !== undefined) {
    const made = nextSlot()
    const salt = randomBytes(SALT_BYTES)
    const key = await passphraseKey(made.slot, passphrase, salt, cost)
    const wrapped = await sealMessage(key, wrappingContext(vault, made.slot), secret)
    const argon2id = { ...cost, salt: base64(salt) }
    slots.push({ ...made, kind: 'passphrase', argon2id, wrapped: base64(wrapped) })
  }
  return slots
}

/** Stores slots; each is whole or not there. */
export async function putSlots(
  store: ObjectStore,
  slots: readonly KeySlot[],
  authenticate: Authenticate,
): Promise<void> {
  for (const slot of slots) {
    if ((await store.putIfAbsent(slotKey(slot.slot), encodeSlot(slot, authenticate))) === 'stored') continue
    throw new CodedError('STORAGE_FAILED', `there is a key slot ${slot.slot} already`, {
      value: slot.slot,
      hint: 'run the same command again; it takes a new id',
    })
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
