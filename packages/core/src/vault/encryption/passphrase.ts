import { argon2id } from 'hash-wasm'
import type { Argon2Cost } from './argon2-cost.js'
import { messageKey, type MessageKey } from './message.js'

/** The key that a passphrase gives: Argon2id (version 1.3) of its bytes as they are, 32 bytes long. */
export async function passphraseKey(
  name: string,
  passphrase: Uint8Array,
  salt: Uint8Array,
  { memoryKiB, passes, lanes }: Argon2Cost,
): Promise<MessageKey> {
  const bytes = await argon2id({
    password: passphrase,
    salt,
    memorySize: memoryKiB,
    iterations: passes,
    parallelism: lanes,
    hashLength: 32,
    outputType: 'binary',
  })
  return messageKey(name, bytes)
}
