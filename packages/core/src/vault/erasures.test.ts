import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { addErasure, damagedErasures, type Identifier, readErasures } from './erasures.js'

let store: ObjectStore
let keys: number

const newKey = (): Uint8Array => new Uint8Array(32).fill(++keys)
const put = (at: number, ...identifiers: Identifier[]): Promise<number> =>
  addErasure(store, identifiers, at, newKey)
const damage = async (): Promise<string[]> =>
  (await collect(damagedErasures(store, () => undefined))).map(({ key }) => key)

async function replace(key: string, bytes: string): Promise<void> {
  await store.delete(key)
  await store.putIfAbsent(key, Buffer.from(bytes))
}

beforeEach(() => {
  store = createMemoryStore(createSimulatedClock())
  keys = 0
})

describe('the list of the erased', () => {
  it('knows who is on it, since when, ignoring case, and nobody else', async () => {
    expect(await put(1000, ['email', 'Ann@Example.com'], ['sub', 'sub-1'])).toBe(1)
    expect(await put(2000, ['email', 'ann@example.com'])).toBe(2)
    const list = await readErasures(store)
    expect(list.count).toBe(2)
    expect(list.of(['email', 'ANN@example.com'])).toEqual({ number: 2, at: 2000 })
    expect(list.of(['sub', 'sub-1'])).toEqual({ number: 1, at: 1000 })
    expect(list.of(['name', 'ann@example.com'])).toBeUndefined()
    expect(list.of(['email', 'bob@example.com'])).toBeUndefined()
    expect(keys).toBe(1)
  })

  it('may be read again by several at once', async () => {
    const list = await readErasures(store)
    await put(1000, ['sub', 'sub-1'])
    await put(2000, ['sub', 'sub-2'])
    await Promise.all([list.refresh(), list.refresh(), list.refresh()])
    expect(list.count).toBe(2)
    expect(list.of(['sub', 'sub-2'])).toBeDefined()
  })

  it('holds no name, nor a hash that anybody can compute without the key', async () => {
    await put(1000, ['email', 'ann@example.com'])
    const first = await store.get('erasures/000000000001.json')
    expect(Buffer.from(first!).toString()).not.toMatch(/ann|example/)
    const hashes = (): Promise<string[]> =>
      store.get('erasures/000000000001.json').then((bytes) => {
        const { body } = JSON.parse(Buffer.from(bytes!).toString()) as { body: { hashes: string[] } }
        return body.hashes
      })
    const before = await hashes()
    store = createMemoryStore(createSimulatedClock())
    await put(1000, ['email', 'ann@example.com'])
    expect(await hashes()).not.toEqual(before)
  })

  it('keeps every one of several that are added at once, and sees what is added later', async () => {
    const list = await readErasures(store)
    const numbers = await Promise.all([1, 2, 3, 4].map((n) => put(n, ['sub', String(n)])))
    expect([...numbers].sort()).toEqual([1, 2, 3, 4])
    expect(list.of(['sub', '3'])).toBeUndefined()
    await list.refresh()
    expect([1, 2, 3, 4].map((n) => list.of(['sub', String(n)])?.at)).toEqual([1, 2, 3, 4])
    expect(await damage()).toEqual([])
  })
})

describe('a damaged list', () => {
  beforeEach(async () => {
    for (const n of [1, 2, 3]) await put(n, ['sub', String(n)])
  })

  it.each(['erasures/000000000002.json', 'erasures/key.json'])(
    'is refused without %s, and told of',
    async (key) => {
      await store.delete(key)
      await expect(readErasures(store)).rejects.toMatchObject({ code: 'VAULT_DAMAGED', value: key })
      await expect(put(9, ['sub', '9'])).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
      expect(await damage()).toEqual([key])
    },
  )

  it('is refused where an object was altered or put elsewhere', async () => {
    const one = Buffer.from((await store.get('erasures/000000000001.json'))!).toString()
    await replace('erasures/000000000002.json', one)
    await replace('erasures/000000000003.json', one.replace('"at"', '"At"'))
    await store.putIfAbsent('erasures/else', Buffer.from('?'))
    await store.putIfAbsent('erasures/.DS_Store', Buffer.from('?'))
    await expect(readErasures(store)).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
    expect(await damage()).toEqual([
      'erasures/000000000002.json',
      'erasures/000000000003.json',
      'erasures/else',
    ])
  })
})
