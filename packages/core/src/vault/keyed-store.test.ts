import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ObjectStore } from '../storage/object-store.js'
import { CodedError } from '../model/errors.js'
import { collect } from '../testing/collect.js'
import { makeSmallVault, type SmallVault } from '../testing/small-vault.js'
import { localKeyService, newPassphrase, withPassphrase } from '../testing/test-keys.js'
import { addErasure, readErasures } from './erasures.js'
import { deleteUnderLease } from './fenced-delete.js'
import { withKeys } from './keyed-store.js'
import { streamsOf } from './manifest.js'
import { openSegments } from './segment-store.js'
import { listManifestKeys, readManifest } from './snapshots.js'
import { initVault, openVault } from './vault.js'

let lab: SmallVault
const keysOf = async (store: ObjectStore): Promise<string[]> =>
  (await collect(store.list(''))).map(({ key }) => key)

beforeEach(async () => {
  lab = await makeSmallVault(undefined, newPassphrase('open sesame'))
  await lab.take({ id: 'day-1', day: 1 })
})

const opened = (text = 'open sesame'): ObjectStore => withKeys(lab.store, withPassphrase(text))

describe('an encrypted vault', () => {
  it('reads as one in the clear does, for who has the key', async () => {
    const plain = await makeSmallVault()
    const first = await plain.take({ id: 'day-1', day: 1 })
    const vault = await openVault(opened())
    const [key] = await listManifestKeys(vault, 'pool_A')
    const manifest = await readManifest(vault, key!)
    // The same content: under whatever key, its digests are the same, and what names it is not.
    for (const name of ['resources', 'users', 'memberships'] as const) {
      expect(manifest.streams[name].digest).toBe(first.streams[name].digest)
      expect(manifest.streams[name].root).not.toBe(first.streams[name].root)
    }
    const segments = openSegments(vault.store, 'pool_A')
    const inTheClear = openSegments(plain.store, 'pool_A')
    const { root } = manifest.streams.resources
    expect(await segments.get(root)).toHaveLength((await inTheClear.get(first.streams.resources.root)).length)
  })

  it('shows nothing of what is in it, and no digest that a guess could be compared with', async () => {
    const plain = await makeSmallVault()
    const taken = await plain.take({ id: 'day-1', day: 1 })
    await addErasure(opened(), [['email', 'ann@example.com']], 0, () => Buffer.alloc(32, 5))
    const names = await keysOf(lab.store)
    expect(names.filter((key) => key.includes('/segments/')).length).toBeGreaterThan(5)
    for (const key of names) {
      const stored = Buffer.from((await lab.store.get(key))!)
      expect(() => gunzipSync(stored), key).toThrow()
      const told = key + stored.toString('latin1')
      for (const secret of ['user-07', '05050505', 'hashes'])
        expect(told.includes(secret), `${secret} in ${key}`).toBe(false)
      for (const [, { digest, root }] of streamsOf(taken))
        expect(told.includes(digest) || told.includes(root), key).toBe(false)
    }
    expect((await readErasures(opened())).of(['email', 'ANN@example.com'])).toBeDefined()
  })

  it('has what is damaged deleted, and what was deleted put back, as it lies there', async () => {
    const garbage = `pools/pool_A/segments/aa/${'aa'.repeat(32)}`
    await lab.store.putIfAbsent(garbage, Buffer.from('cut short'))
    const objects = await collect(lab.store.list('pools/pool_A/segments/'))
    const before = await Promise.all(objects.map(({ key }) => lab.store.get(key)))
    let checks = 0
    const lostMeanwhile = (): Promise<void> =>
      ++checks < 2 ? Promise.resolve() : Promise.reject(new CodedError('LOCK_LOST', 'too late'))
    await expect(deleteUnderLease(opened(), objects, { check: lostMeanwhile })).rejects.toMatchObject({
      code: 'LOCK_LOST',
    })
    expect(await Promise.all(objects.map(({ key }) => lab.store.get(key)))).toEqual(before)
    const [last] = objects.filter(({ key }) => key === garbage)
    expect(await deleteUnderLease(opened(), [last!], { check: () => Promise.resolve() })).toEqual({
      objects: 1,
      bytes: last!.size,
      retained: 0,
    })
    expect(await lab.store.head(garbage)).toBeUndefined()
  })

  it('shows the digest of the same content as another in another snapshot', async () => {
    await lab.take({ id: 'day-2', day: 1 })
    const texts = await Promise.all(
      ['day-1', 'day-2'].map(async (id) =>
        Buffer.from((await lab.store.get(`pools/pool_A/snapshots/${id}.json`))!),
      ),
    )
    const [a, b] = texts.map((text) => (JSON.parse(text.toString()) as ManifestText).manifest.streams.users)
    expect(a!.root).toBe(b!.root)
    expect(a!.digest).not.toBe(b!.digest)
  })

  it('is opened by its own passphrase and by no other', async () => {
    await openVault(opened())
    const error = await openVault(opened('open sesam')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'WRONG_KEY', hint: expect.stringContaining('key list') as string })
    expect(String(error)).not.toContain('sesam')
  })

  it('is not opened without a key, and says how it is', async () => {
    for (const store of [
      lab.store,
      withKeys(lab.store, {}),
      withKeys(lab.store, { keyService: localKeyService() }),
    ])
      await expect(openVault(store)).rejects.toMatchObject({
        code: 'KEY_NEEDED',
        hint: expect.stringContaining('--passphrase-file') as string,
      })
    await expect(openSegments(withKeys(lab.store, {}), 'pool_A').put(['x'])).rejects.toMatchObject({
      code: 'KEY_NEEDED',
    })
  })

  it('takes nothing that is in the clear, wherever it lies', async () => {
    const plain = await makeSmallVault()
    await plain.take({ id: 'day-1', day: 1 })
    const [segment] = (await keysOf(plain.store)).filter((key) => key.includes('/segments/'))
    const inTheClear = (await plain.store.get(segment!))!
    await lab.store.putIfAbsent(segment!, inTheClear)
    const id = segment!.split('/').at(-1)!
    await expect(openSegments(opened(), 'pool_A').get(id)).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: segment,
      message: expect.stringContaining('not encrypted') as string,
    })
    const key = 'pools/pool_A/snapshots/day-1.json'
    await lab.replace(key, (await plain.store.get(key))!)
    await expect(readManifest(await openVault(opened()), key)).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: key,
    })
  })

  it('is not opened as one in the clear when somebody has written it anew', async () => {
    const plain = await makeSmallVault()
    await lab.replace('vault.json', (await plain.store.get('vault.json'))!)
    await expect(openVault(opened())).rejects.toMatchObject({ code: 'VAULT_NOT_ENCRYPTED' })
    // Nor by who was to have no key, as long as the slots are there.
    await expect(openVault(lab.store)).rejects.toMatchObject({ code: 'VAULT_DAMAGED', value: 'vault.json' })
    const expecting = withKeys(lab.store, { expectedKmsKeys: ['arn:aws:kms:eu-west-1:1:key/a'] })
    await expect(openVault(expecting)).rejects.toMatchObject({ code: 'VAULT_NOT_ENCRYPTED' })
  })

  it('does not take another vault’s description, whose digest is right', async () => {
    const other = await makeSmallVault(undefined, newPassphrase('open sesame'))
    await lab.replace('vault.json', (await other.store.get('vault.json'))!)
    await expect(openVault(opened())).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
  })
})

interface ManifestText {
  readonly manifest: { readonly streams: Record<string, { readonly root: string; readonly digest: string }> }
}

describe('making an encrypted vault', () => {
  it('leaves nothing behind where there is one already', async () => {
    const before = await keysOf(lab.store)
    await expect(initVault(lab.store, 0, Math.random, newPassphrase('x'))).rejects.toMatchObject({
      code: 'VAULT_EXISTS',
    })
    expect(await keysOf(lab.store)).toEqual(before)
  })

  it('of two who make it at once makes one, that its maker opens', async () => {
    const { store } = await makeSmallVault()
    for (const { key } of await collect(store.list(''))) await store.delete(key)
    const made = await Promise.allSettled(
      ['one', 'two'].map((text) => initVault(store, 0, Math.random, newPassphrase(text))),
    )
    const winner = made.findIndex(({ status }) => status === 'fulfilled')
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await openVault(withKeys(store, withPassphrase(['one', 'two'][winner]!)))
    expect((await keysOf(store)).filter((key) => key.startsWith('keys/'))).toHaveLength(1)
  })

  it('goes on where one has died before there was a vault', async () => {
    const { store } = await makeSmallVault(undefined, newPassphrase('one'))
    await store.delete('vault.json')
    await initVault(store, 0, Math.random, newPassphrase('two'))
    await openVault(withKeys(store, withPassphrase('two')))
    expect((await keysOf(store)).filter((key) => key.startsWith('keys/'))).toHaveLength(1)
    await store.delete('vault.json')
    await initVault(store, 0, Math.random)
    expect(await keysOf(store)).toEqual(['vault.json'])
    await openVault(store)
  })
})
