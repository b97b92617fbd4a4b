import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { initVault, openVault } from './vault.js'

let store: ObjectStore

beforeEach(() => {
  store = createMemoryStore(createSimulatedClock())
})

async function write(description: string | Uint8Array): Promise<void> {
  await store.delete('vault.json')
  await store.putIfAbsent('vault.json', Buffer.from(description as string))
}

describe('a vault', () => {
  it('is found again under the id that it was made with', async () => {
    const vault = await initVault(store, 0, Math.random)
    expect(vault.id).toMatch(/^[0-9a-f]{32}$/)
    expect((await openVault(store)).id).toBe(vault.id)
  })

  it('is made once, and left as it is by whoever would make it again', async () => {
    const vault = await initVault(store, 0, Math.random)
    await expect(initVault(store, 0, Math.random)).rejects.toMatchObject({
      code: 'VAULT_EXISTS',
      hint: expect.any(String) as string,
    })
    expect((await openVault(store)).id).toBe(vault.id)
  })

  it('is not made over snapshots whose vault.json is lost: they would be another vault’s for ever', async () => {
    await store.putIfAbsent('pools/pool_A/snapshots/one.json', Buffer.from('{}'))
    await expect(initVault(store, 0, Math.random)).rejects.toMatchObject({
      code: 'VAULT_EXISTS',
      hint: expect.stringContaining('put vault.json back') as string,
    })
    expect(await store.head('vault.json')).toBeUndefined()
  })

  it('is said not to be there, and how to make one', async () => {
    await expect(openVault(store)).rejects.toMatchObject({
      code: 'VAULT_NOT_FOUND',
      hint: expect.stringContaining('cognito-vault init') as string,
    })
  })

  it.each([
    '',
    'garbage',
    'null',
    '{}',
    '{"format":"1"}',
    '{"format":1}',
    '{"format":0,"vault":"x"}',
    '{"format":0.5}',
  ])('is damaged when its description is %s', async (description) => {
    await write(description)
    await expect(openVault(store)).rejects.toMatchObject({ code: 'VAULT_DAMAGED', value: 'vault.json' })
  })

  it('is damaged or refused when any byte of its description is altered or missing', async () => {
    await initVault(store, 0, () => 0.3)
    const whole = (await store.get('vault.json'))!
    for (let at = 0; at < whole.length; at++) {
      const altered = Uint8Array.from(whole)
      altered[at]! ^= 1
      for (const bytes of [altered, whole.subarray(0, at)]) {
        await write(bytes)
        await expect(openVault(store), `byte ${at}`).rejects.toMatchObject({
          code: expect.stringMatching(/^VAULT_(DAMAGED|TOO_NEW)$/) as string,
        })
      }
    }
    await write(whole)
    await openVault(store)
  })

  it('is refused when it is of a newer format, whatever else that holds', async () => {
    await write('{"format":3,"somethingElse":true}')
    await expect(openVault(store)).rejects.toMatchObject({
      code: 'VAULT_TOO_NEW',
      value: '3',
      hint: expect.stringContaining('upgrade') as string,
    })
  })

  it('is refused, not called damaged, when it is encrypted in a way that nobody knows', async () => {
    await write(
      '{\n "format": 1,\n "vault": "v",\n "createdAt": "2026-11-23T00:00:00.000Z",\n "encryption": "aws-encryption-sdk",\n' +
        ' "digest": "DIGEST"\n}\n',
    )
    await expect(openVault(store)).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    const { createHash } = await import('node:crypto')
    const digest = createHash('sha256')
      .update(
        '{"createdAt":"2026-11-23T00:00:00.000Z","encryption":"aws-encryption-sdk","format":1,"vault":"v"}',
      )
      .digest('hex')
    const text = Buffer.from((await store.get('vault.json'))!).toString('utf8')
    await write(text.replace('DIGEST', digest))
    await expect(openVault(store)).rejects.toMatchObject({
      code: 'VAULT_TOO_NEW',
      value: 'aws-encryption-sdk',
    })
  })
})
