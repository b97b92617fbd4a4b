import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createKmsKeyService, type KmsSettings } from '../../src/kms/kms-key-service.js'
import type { KeyService } from '../../src/vault/encryption/key-service.js'
import { type KmsServer, startKms } from '../support/kms-server.js'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd'
const ALIAS = 'arn:aws:kms:eu-west-1:111122223333:alias/vault'
const PRIMARY = 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234'
const REPLICA = PRIMARY.replace('eu-west-1', 'us-east-1')
const context = { vault: 'v', kind: 'key', id: 'slot' }
const secret = Buffer.alloc(64, 9)

let kms: KmsServer
const service = (settings: Partial<KmsSettings> = {}): KeyService =>
  createKmsKeyService({
    endpoint: kms.url,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    ...settings,
  })

beforeAll(async () => {
  kms = await startKms()
})
afterAll(() => kms.close())
beforeEach(() => {
  kms.keys.clear()
  for (const arn of [KEY, PRIMARY, REPLICA]) kms.keys.set(arn, 'Enabled')
  kms.aliases.set(ALIAS, KEY)
  kms.asked.length = 0
})

describe('KMS', () => {
  it('wraps and unwraps under a key, the context bound, in the Region that the ARN names', async () => {
    const { keyArn, wrapped } = await service({ region: 'us-west-2' }).wrap(KEY, secret, context)
    expect(keyArn).toBe(KEY)
    expect(Buffer.from(await service().unwrap(KEY, wrapped, context))).toEqual(secret)
    expect(kms.asked).toEqual([
      { operation: 'Encrypt', keyId: KEY, context, region: 'eu-west-1' },
      { operation: 'Decrypt', keyId: KEY, context, region: 'eu-west-1' },
    ])
    await expect(service().unwrap(KEY, wrapped, { ...context, id: 'other' })).rejects.toMatchObject({
      code: 'WRONG_KEY',
      value: KEY,
    })
    await expect(service().unwrap(PRIMARY, wrapped, context)).rejects.toMatchObject({ code: 'WRONG_KEY' })
  })

  it('keeps the key that an alias named, whatever it names later', async () => {
    const { keyArn, wrapped } = await service().wrap(ALIAS, secret, context)
    expect(keyArn).toBe(KEY)
    kms.aliases.set(ALIAS, PRIMARY)
    expect(Buffer.from(await service().unwrap(keyArn, wrapped, context))).toEqual(secret)
  })

  it('asks the replica of a multi-Region key where the key’s own Region does not answer', async () => {
    const { wrapped } = await service().wrap(PRIMARY, secret, context)
    kms.keys.set(PRIMARY, 'Down')
    await expect(service().unwrap(PRIMARY, wrapped, context)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
    })
    expect(Buffer.from(await service({ region: 'us-east-1' }).unwrap(PRIMARY, wrapped, context))).toEqual(
      secret,
    )
    expect(kms.asked.at(-1)).toMatchObject({ keyId: REPLICA, region: 'us-east-1' })
    kms.keys.set(PRIMARY, 'Denied')
    // Where there is no replica, what is said is of the key itself.
    await expect(service({ region: 'ap-south-1' }).unwrap(PRIMARY, wrapped, context)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      value: PRIMARY,
    })
  }, 20_000)

  it.each([
    ['Denied', 'ACCESS_DENIED', 'kms:Encrypt'],
    ['Disabled', 'KEY_UNAVAILABLE', 'describe-key'],
    ['PendingDeletion', 'KEY_UNAVAILABLE', 'cancel-key-deletion'],
  ] as const)(
    'says what to do about a key that is %s, in none of the service’s words',
    async (state, code, hint) => {
      kms.keys.set(KEY, state)
      const error = await service()
        .wrap(KEY, secret, context)
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code, value: KEY, hint: expect.stringContaining(hint) as string })
      expect(String(error)).not.toContain('no words')
    },
  )

  it('says that a key is not there, and what is no key', async () => {
    await expect(service().wrap(`${KEY}x`, secret, context)).rejects.toMatchObject({
      code: 'KEY_UNAVAILABLE',
    })
    for (const name of ['alias/vault', '1234abcd', 'arn:aws:s3:::bucket'])
      await expect(service().wrap(name, secret, context)).rejects.toMatchObject({
        code: 'USAGE',
        value: name,
      })
    await expect(
      service({ endpoint: 'http://127.0.0.1:1' }).wrap(KEY, secret, context),
    ).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
    })
  })
})
