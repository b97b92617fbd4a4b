import { buildEncrypt } from '@aws-crypto/encrypt-node'
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node'
import { describe, expect, it } from 'vitest'
import { messageKey, openMessage, sealMessage } from './message.js'

const bytes = Buffer.alloc(32, 7)
const key = messageKey('the vault', bytes)
const context = { vault: 'v', pool: 'p', kind: 'segment', id: 'i' }
const text = (plain: Uint8Array): string => Buffer.from(plain).toString('utf8')

describe('a message', () => {
  it.each([0, 1, 100_000])('of %i bytes reads back as it was given', async (length) => {
    const plain = Buffer.alloc(length, 'Zoë')
    const message = await sealMessage(key, context, plain)
    expect(Buffer.compare(await openMessage(key, context, message), plain)).toBe(0)
  })

  it('is of the suite with key commitment and without a signature, in one frame, and never twice the same', async () => {
    const one = Buffer.from(await sealMessage(key, context, Buffer.from('hello')))
    expect(one.subarray(0, 3).toString('hex')).toBe('020478')
    expect(one.includes('aws-crypto-public-key')).toBe(false)
    // The final frame begins with this mark, and there is no other before it.
    expect(one.subarray(-4 - 4 - 12 - 4 - 5 - 16).readUInt32BE(0)).toBe(0xffffffff)
    expect(Buffer.compare(one, await sealMessage(key, context, Buffer.from('hello')))).not.toBe(0)
  })

  it('cannot be altered in any byte, cut short anywhere, or added to', async () => {
    const whole = await sealMessage(key, context, Buffer.from('hello'))
    for (let at = 0; at < whole.length; at++) {
      const altered = Uint8Array.from(whole)
      altered[at]! ^= 1
      await expect(openMessage(key, context, altered), `byte ${at}`).rejects.toThrow()
      await expect(openMessage(key, context, whole.subarray(0, at)), `length ${at}`).rejects.toThrow()
    }
    for (const more of [Buffer.from([0]), Buffer.from(whole)])
      await expect(openMessage(key, context, Buffer.concat([whole, more]))).rejects.toThrow('follows')
    expect(text(await openMessage(key, context, whole))).toBe('hello')
  })

  it('is about what it was sealed about, no more and no less, and of its key', async () => {
    const message = await sealMessage(key, context, Buffer.from('hello'))
    const { vault, kind, id } = context
    for (const other of [
      { ...context, id: 'j' },
      { ...context, more: 'x' },
      { vault, kind, id },
    ])
      await expect(openMessage(key, other, message)).rejects.toThrow('about something else')
    await expect(
      openMessage(messageKey('the vault', Buffer.alloc(32, 8)), context, message),
    ).rejects.toThrow()
    await expect(openMessage(messageKey('another', bytes), context, message)).rejects.toThrow()
  })

  it.each([
    [
      'without key commitment',
      AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA256,
      CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
    ],
    [
      'with a signature',
      AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
      CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
    ],
  ])('%s is refused, though the key is right', async (_, suiteId, commitmentPolicy) => {
    const { encrypt } = buildEncrypt(commitmentPolicy)
    const { result } = await encrypt(key.keyring, Buffer.from('hello'), {
      suiteId,
      encryptionContext: context,
    })
    await expect(openMessage(key, context, result)).rejects.toThrow()
  })
})
