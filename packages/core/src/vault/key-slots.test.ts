import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { localKeyService, newPassphrase, withPassphrase } from '../testing/test-keys.js'
import type { VaultKeys } from './encryption/key-service.js'
import { addSlots, removeSlot } from './key-slots.js'
import { withKeys } from './keyed-store.js'
import { initVault, openVault } from './vault.js'

const IRELAND = 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234'
const LONDON = 'arn:aws:kms:eu-west-2:444455556666:key/5678'

let store: ObjectStore
const opens = (keys: VaultKeys): Promise<unknown> => openVault(withKeys(store, keys))
const held = (): Promise<void> => Promise.resolve()
const slots = async (): Promise<string[]> =>
  (await collect(store.list('keys/'))).map(({ key }) => key.slice(5))

beforeEach(async () => {
  store = createMemoryStore(createSimulatedClock())
  await initVault(store, 0, Math.random, newPassphrase('old'))
})

async function added(keys: Parameters<typeof addSlots>[1], as = 'old'): Promise<string> {
  const [slot] = await addSlots(withKeys(store, withPassphrase(as)), keys, 0, Math.random)
  return slot!.slot
}

describe('key slots', () => {
  it('change the passphrase: one is added, the other removed by who has the new one', async () => {
    const [old] = await slots()
    await added(newPassphrase('new'))
    await opens(withPassphrase('old'))
    await removeSlot(withKeys(store, withPassphrase('new')), old!, held)
    await opens(withPassphrase('new'))
    await expect(opens(withPassphrase('old'))).rejects.toMatchObject({ code: 'WRONG_KEY' })
  })

  it('are never without the last, nor without the one that opened the vault', async () => {
    const [old] = await slots()
    const keyed = withKeys(store, withPassphrase('old'))
    await expect(removeSlot(keyed, old!, held)).rejects.toMatchObject({
      code: 'SLOT_NEEDED',
      message: expect.stringContaining('is the last') as string,
    })
    await added(newPassphrase('new'))
    await expect(removeSlot(keyed, old!, held)).rejects.toMatchObject({
      code: 'SLOT_NEEDED',
      message: expect.stringContaining('opened the vault') as string,
    })
    expect(await slots()).toHaveLength(2)
  })

  it('do not count a slot that nobody can use, which can be removed', async () => {
    const [old] = await slots()
    const second = await added(newPassphrase('new'))
    const bytes = (await store.get(`keys/${second}`))!
    await store.delete(`keys/${second}`)
    await store.putIfAbsent(`keys/${second}`, bytes.subarray(0, 100))
    const keyed = withKeys(store, withPassphrase('old'))
    await expect(removeSlot(keyed, old!, held)).rejects.toMatchObject({ code: 'SLOT_NEEDED' })
    await removeSlot(keyed, second, held)
    expect(await slots()).toEqual([old])
  })

  it('do not count one that somebody made without the vault’s key', async () => {
    const [old] = await slots()
    const forged = await added(newPassphrase('new'))
    const text = Buffer.from((await store.get(`keys/${forged}`))!).toString('utf8')
    const { createHash } = await import('node:crypto')
    const { canonicalJson } = await import('../model/canonical.js')
    const found = JSON.parse(text) as { digest: string; mac: string; slot: { createdAt: string } }
    found.slot.createdAt = '2026-01-01T00:00:00.000Z'
    found.digest = createHash('sha256').update(canonicalJson(found.slot)).digest('hex')
    await store.delete(`keys/${forged}`)
    await store.putIfAbsent(`keys/${forged}`, Buffer.from(`${JSON.stringify(found, null, 1)}\n`))
    const keyed = withKeys(store, withPassphrase('old'))
    await expect(removeSlot(keyed, old!, held)).rejects.toMatchObject({ code: 'SLOT_NEEDED' })
    await expect(opens(withPassphrase('new'))).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: `keys/${forged}`,
    })
  })

  it('put back what was removed when the other went at the same moment', async () => {
    const [old] = await slots()
    const second = await added(newPassphrase('new'))
    // Whoever removes the first sleeps between the proof of the lease and the removal, and the second goes meanwhile.
    const asleep = async (): Promise<void> => removeSlot(withKeys(store, withPassphrase('old')), second, held)
    await expect(removeSlot(withKeys(store, withPassphrase('new')), old!, asleep)).rejects.toMatchObject({
      code: 'SLOT_NEEDED',
      message: expect.stringContaining('put back') as string,
    })
    expect(await slots()).toEqual([old])
    await opens(withPassphrase('old'))
  })

  it('remove nothing without the lease', async () => {
    const [old] = await slots()
    await added(newPassphrase('new'))
    const lost = (): Promise<void> => Promise.reject(new Error('lost'))
    await expect(removeSlot(withKeys(store, withPassphrase('new')), old!, lost)).rejects.toThrow('lost')
    expect(await slots()).toContain(old)
  })

  it('say which there are when one is not there', async () => {
    const [old] = await slots()
    await expect(removeSlot(withKeys(store, withPassphrase('old')), '../x', held)).rejects.toMatchObject({
      code: 'SLOT_NOT_FOUND',
      hint: expect.stringContaining(old!) as string,
    })
  })

  it('leave nothing where one of them cannot be made', async () => {
    const service = localKeyService()
    service.denied.add(LONDON)
    const keys = { ...newPassphrase('new'), kmsKeys: [IRELAND, LONDON], keyService: service }
    await expect(added(keys)).rejects.toMatchObject({ code: 'ACCESS_DENIED' })
    expect(await slots()).toHaveLength(1)
  })
})

describe('KMS keys', () => {
  it('open the vault where no passphrase is given, whichever of them the caller may use', async () => {
    const service = localKeyService()
    await added({
      ...newPassphrase('x'),
      passphrase: undefined,
      kmsKeys: [IRELAND, LONDON],
      keyService: service,
    })
    for (const denied of [IRELAND, LONDON]) {
      service.denied.clear()
      service.denied.add(denied)
      await opens({ keyService: service })
    }
    service.denied.add(IRELAND)
    await expect(opens({ keyService: service })).rejects.toMatchObject({ code: 'ACCESS_DENIED' })
    // Nobody is let in by another way than the one that was given.
    service.denied.clear()
    service.asked.length = 0
    await expect(opens({ ...withPassphrase('wrong'), keyService: service })).rejects.toMatchObject({
      code: 'WRONG_KEY',
    })
    expect(service.asked).toEqual([])
  })

  it('are asked only where they are expected, of a multi-Region key any replica', async () => {
    const service = localKeyService()
    await added({
      ...newPassphrase('x'),
      passphrase: undefined,
      kmsKeys: [IRELAND, LONDON],
      keyService: service,
    })
    service.asked.length = 0
    await opens({ keyService: service, expectedKmsKeys: [LONDON] })
    await opens({ keyService: service, expectedKmsKeys: [IRELAND.replace('eu-west-1', 'us-east-1')] })
    expect(service.asked).toEqual([LONDON, IRELAND])
    const other = LONDON.replace('5678', '9999')
    await expect(opens({ keyService: service, expectedKmsKeys: [other] })).rejects.toMatchObject({
      code: 'WRONG_KEY',
      value: other,
    })
    await expect(
      opens({ expectedKmsKeys: [LONDON.replace('eu-west-2', 'eu-west-1')], keyService: service }),
    ).rejects.toMatchObject({
      code: 'WRONG_KEY',
    })
  })

  it('open nothing that was wrapped for another slot or vault', async () => {
    const service = localKeyService()
    const keys = { ...newPassphrase('x'), passphrase: undefined, kmsKeys: [IRELAND], keyService: service }
    const wrapped = await service.wrap(IRELAND, Buffer.from('x'), { vault: 'a', kind: 'key', id: 'b' })
    await expect(
      service.unwrap(IRELAND, wrapped.wrapped, { vault: 'a', kind: 'key', id: 'c' }),
    ).rejects.toMatchObject({
      code: 'WRONG_KEY',
    })
    const own = await added(keys)
    const { slot } = JSON.parse(Buffer.from((await store.get(`keys/${own}`))!).toString()) as {
      slot: { wrapped: string; vault: string }
    }
    const context = { vault: slot.vault, kind: 'key', id: own }
    expect(await service.unwrap(IRELAND, Buffer.from(slot.wrapped, 'base64'), context)).toHaveLength(64)
  })
})
