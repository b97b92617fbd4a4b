import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKmsKeyService } from '../../src/kms/kms-key-service.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import { createSimulatedClock } from '../../src/testing/simulated-clock.js'
import { newPassphrase } from '../../src/testing/test-keys.js'
import { withKeys } from '../../src/vault/keyed-store.js'
import { initVault, openVault } from '../../src/vault/vault.js'
import type { Emulator } from './emulator.js'
import { MOTO, startMoto } from './moto.js'

const command = process.env[MOTO]
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }

describe('KMS as moto has it', () => {
  if (command === undefined) {
    it.skip(`${MOTO} does not name a moto_server`)
    return
  }
  let moto: Emulator

  beforeAll(async () => {
    moto = await startMoto(command)
  }, 60_000)
  afterAll(() => moto.close())

  async function createKey(): Promise<string> {
    const client = new KMSClient({ region: 'eu-west-1', endpoint: moto.url, credentials })
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}))
    client.destroy()
    return KeyMetadata!.Arn!
  }

  it('opens a vault that was made with its key, and unwraps nothing for another place', async () => {
    const keyService = createKmsKeyService({ endpoint: moto.url, credentials })
    const key = await createKey()
    const store = createMemoryStore(createSimulatedClock())
    const keys = { ...newPassphrase(''), passphrase: undefined, kmsKeys: [key], keyService }
    const { id } = await initVault(store, 0, Math.random, keys)
    expect((await openVault(withKeys(store, { keyService, expectedKmsKeys: [key] }))).id).toBe(id)

    const context = { vault: id, kind: 'key', id: 'a' }
    const { wrapped } = await keyService.wrap(key, Buffer.alloc(64, 1), context)
    await expect(keyService.unwrap(key, wrapped, { ...context, id: 'b' })).rejects.toMatchObject({
      code: 'WRONG_KEY',
    })
    await expect(keyService.wrap(`${key}x`, Buffer.alloc(64), context)).rejects.toMatchObject({
      code: 'KEY_UNAVAILABLE',
    })
  })
})
