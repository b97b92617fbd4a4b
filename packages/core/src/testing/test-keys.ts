import { createHash, randomBytes } from 'node:crypto'
import { CodedError } from '../model/errors.js'
import { canonicalJson } from '../model/canonical.js'
import type { KeyService, VaultKeys } from '../vault/encryption/key-service.js'
import type { NewKeys } from '../vault/encryption/make-slots.js'
import { messageKey, openMessage, sealMessage } from '../vault/encryption/message.js'

/** What a passphrase costs in tests: next to nothing. */
export const CHEAP = { memoryKiB: 32, passes: 1, lanes: 1 }

/** A passphrase that a vault is to be made with. For tests. */
export function newPassphrase(text: string): NewKeys {
  return { passphrase: Buffer.from(text), cost: CHEAP, randomBytes }
}

/** The same, to open it with. */
export function withPassphrase(text: string): VaultKeys {
  return { passphrase: () => Promise.resolve(Buffer.from(text)) }
}

/** A service that wraps keys under its own, in this process, and tells who may not use which. For tests. */
export function localKeyService(): KeyService & { readonly denied: Set<string>; readonly asked: string[] } {
  const denied = new Set<string>()
  const asked: string[] = []
  const keyOf = (arn: string): ReturnType<typeof messageKey> =>
    messageKey(arn, createHash('sha256').update(arn).digest())

  function ask(arn: string): void {
    asked.push(arn)
    if (denied.has(arn))
      throw new CodedError('ACCESS_DENIED', `the caller may not use ${arn}`, { value: arn })
  }

  return {
    denied,
    asked,
    wrap: async (keyArn, secret, context) => {
      ask(keyArn)
      return { keyArn, wrapped: await sealMessage(keyOf(keyArn), context, secret) }
    },
    unwrap: async (keyArn, wrapped, context) => {
      ask(keyArn)
      return openMessage(keyOf(keyArn), context, wrapped).catch((cause: unknown) => {
        throw new CodedError('WRONG_KEY', `${keyArn} did not wrap it: ${canonicalJson({ ...context })}`, {
          cause,
        })
      })
    },
  }
}
