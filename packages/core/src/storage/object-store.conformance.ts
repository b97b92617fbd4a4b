import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { collect } from '../testing/collect.js'
import type { ObjectInfo, ObjectStore } from './object-store.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function textAt(store: ObjectStore, key: string): Promise<string | undefined> {
  const found = await store.get(key)
  return found && new TextDecoder().decode(found)
}

async function listed(store: ObjectStore, prefix: string, after?: string): Promise<string[]> {
  return (await collect(store.list(prefix, after))).map((info) => info.key)
}

/** Keys whose order by code unit is not that of their folders, in the order in which they must be listed. */
const trickyKeys = [
  'A',
  'a-b',
  'a-b.c',
  'a.b/c',
  'a/-',
  'a/..c',
  'a/B',
  'a/b-c',
  'a/b.c',
  'a/b/c',
  'a/b0',
  'a0',
  'a_',
  'aa',
]

const badKeys = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  '../a',
  'a/../b',
  'a/./b',
  'a b',
  'a\\b',
  'ä',
  'a\0',
  'a\n',
  'tmp/a',
]

/**
 * Every promise of the port, for one implementation or wrapper.
 *
 * @param makeStore makes an empty store; called before each test
 * @param options.largeBytes how large the largest object is: less where a server for tests is slow
 */
export function objectStoreConformance(
  name: string,
  makeStore: () => ObjectStore | Promise<ObjectStore>,
  { largeBytes = 8 * 1024 * 1024 }: { readonly largeBytes?: number } = {},
): void {
  describe(`${name} keeps the promises of an object store`, () => {
    let store: ObjectStore
    beforeEach(async () => {
      store = await makeStore()
    })

    describe('putting', () => {
      it('stores bytes that get answers again', async () => {
        expect(await store.putIfAbsent('a/b.json', bytes('one'))).toBe('stored')
        expect(await textAt(store, 'a/b.json')).toBe('one')
      })

      it('leaves a taken key as it is', async () => {
        await store.putIfAbsent('a', bytes('one'))
        const before = await store.head('a')
        expect(await store.putIfAbsent('a', bytes('another'))).toBe('exists')
        expect(await textAt(store, 'a')).toBe('one')
        expect(await store.head('a')).toEqual(before)
      })

      it('lets exactly one of twenty concurrent writers win, and shows the bytes of that one', async () => {
        const values = Array.from({ length: 20 }, (_, writer) => randomBytes(100_000 + writer))
        const answers = await Promise.all(values.map((value) => store.putIfAbsent('a/b/c', value)))
        expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1)
        expect(answers.filter((answer) => answer === 'exists')).toHaveLength(19)
        const winner = values[answers.indexOf('stored')]!
        expect(Buffer.compare((await store.get('a/b/c'))!, winner)).toBe(0)
      })

      it('never shows half an object to who looks while it is written', async () => {
        const value = randomBytes(largeBytes)
        const progress = { done: false }
        const put = store.putIfAbsent('a/big', value).finally(() => (progress.done = true))
        const sizes = new Set<number | undefined>()
        while (!progress.done) {
          sizes.add((await store.head('a/big'))?.size)
          sizes.add((await store.get('a/big'))?.byteLength)
        }
        await put
        sizes.delete(undefined)
        expect([...sizes].every((size) => size === value.byteLength)).toBe(true)
        expect(Buffer.compare((await store.get('a/big'))!, value)).toBe(0)
      })

      it('stores empty values', async () => {
        expect(await store.putIfAbsent('empty', new Uint8Array())).toBe('stored')
        expect((await store.get('empty'))?.byteLength).toBe(0)
        expect((await store.head('empty'))?.size).toBe(0)
        expect(await store.putIfAbsent('empty', bytes('x'))).toBe('exists')
      })

      it('stores a part of a larger buffer', async () => {
        await store.putIfAbsent('part', bytes('abcdef').subarray(2, 4))
        expect(await textAt(store, 'part')).toBe('cd')
      })

      it('shares no bytes with its callers', async () => {
        const given = bytes('one')
        await store.putIfAbsent('a', given)
        given.fill(0)
        const got = (await store.get('a'))!
        expect(new TextDecoder().decode(got)).toBe('one')
        got.fill(0)
        expect(await textAt(store, 'a')).toBe('one')
      })
    })

    describe('looking', () => {
      it('answers undefined where there is nothing', async () => {
        await store.putIfAbsent('a/b/c', bytes('one'))
        for (const key of ['x', 'a', 'a/b', 'a/b/x', 'a/b/c/d', 'a/b/cc']) {
          expect(await store.get(key)).toBeUndefined()
          expect(await store.head(key)).toBeUndefined()
        }
      })

      it('tells size and age, the same by head and by list, later for what was stored later', async () => {
        await store.putIfAbsent('a/1', bytes('one'))
        await store.putIfAbsent('a/2', bytes('three'))
        const first = (await store.head('a/1'))!
        const second = (await store.head('a/2'))!
        expect(first).toEqual({ key: 'a/1', size: 3, lastModified: first.lastModified })
        expect(second).toEqual({ key: 'a/2', size: 5, lastModified: second.lastModified })
        expect(Number.isInteger(first.lastModified)).toBe(true)
        expect(second.lastModified).toBeGreaterThanOrEqual(first.lastModified)
        expect(await collect(store.list('a/'))).toEqual([first, second])
      })
    })

    describe('listing', () => {
      it('lists nothing where there is nothing', async () => {
        expect(await listed(store, '')).toEqual([])
        expect(await listed(store, 'a/b')).toEqual([])
      })

      it('orders keys by code unit, whatever folders they lie in', async () => {
        for (const key of trickyKeys.toReversed()) await store.putIfAbsent(key, bytes(key))
        expect(await listed(store, '')).toEqual(trickyKeys)
        expect(trickyKeys.toSorted()).toEqual(trickyKeys)
      })

      it('takes a prefix that ends anywhere', async () => {
        for (const key of trickyKeys) await store.putIfAbsent(key, bytes(key))
        for (const prefix of [
          '',
          'a',
          'a-',
          'a/',
          'a/b',
          'a/b/',
          'a/b/c',
          'a/b/c/',
          'a/.',
          'a/..',
          'x',
          'aaa',
          'a-b/',
        ]) {
          expect(await listed(store, prefix), prefix).toEqual(
            trickyKeys.filter((key) => key.startsWith(prefix)),
          )
        }
      })

      it('starts after any text, whether or not that is a key', async () => {
        for (const key of trickyKeys) await store.putIfAbsent(key, bytes(key))
        for (const prefix of ['', 'a/', 'a/b']) {
          for (const after of [...trickyKeys, '', '~', 'a', 'a/', 'a/b/', 'a/b/~', 'a/~', 'a//', 'B']) {
            const expected = trickyKeys.filter((key) => key.startsWith(prefix) && key > after)
            expect(await listed(store, prefix, after), `${prefix} after ${after}`).toEqual(expected)
          }
        }
      })

      it('goes on when objects are deleted or put meanwhile', async () => {
        const keys = ['a/1', 'b/1', 'c/1', 'c/2', 'd/1']
        for (const key of keys) await store.putIfAbsent(key, bytes(key))
        const seen: string[] = []
        for await (const { key } of store.list('')) {
          seen.push(key)
          if (key !== 'a/1') continue
          await store.delete('a/1')
          await store.delete('c/1')
          await store.putIfAbsent('d/0', bytes('new'))
        }
        expect(seen.filter((key) => key !== 'c/1' && key !== 'd/0')).toEqual(['a/1', 'b/1', 'c/2', 'd/1'])
        expect(await listed(store, '')).toEqual(['b/1', 'c/2', 'd/0', 'd/1'])
      })

      it('can be left early', async () => {
        for (const key of ['a', 'b', 'c']) await store.putIfAbsent(key, bytes(key))
        let first: ObjectInfo | undefined
        for await (const info of store.list('')) {
          first = info
          break
        }
        expect(first?.key).toBe('a')
      })
    })

    describe('deleting', () => {
      it('answers whether there was something, and frees the key', async () => {
        await store.putIfAbsent('a/b', bytes('one'))
        expect(await store.delete('a/b')).toBe(true)
        expect(await store.delete('a/b')).toBe(false)
        expect(await store.get('a/b')).toBeUndefined()
        expect(await store.head('a/b')).toBeUndefined()
        expect(await listed(store, '')).toEqual([])
        expect(await store.putIfAbsent('a/b', bytes('two'))).toBe('stored')
        expect(await textAt(store, 'a/b')).toBe('two')
      })

      it('removes neither what starts alike nor what lies below', async () => {
        await store.putIfAbsent('a/b', bytes('one'))
        await store.putIfAbsent('a-b', bytes('two'))
        expect(await store.delete('a')).toBe(false)
        expect(await store.delete('a/b/c')).toBe(false)
        expect(await listed(store, '')).toEqual(['a-b', 'a/b'])
      })

      it('tells one of several that delete at once', async () => {
        await store.putIfAbsent('a', bytes('one'))
        const answers = await Promise.all(Array.from({ length: 10 }, () => store.delete('a')))
        expect(answers.filter(Boolean)).toHaveLength(1)
      })
    })

    it.each(badKeys)('refuses the key %j', async (key) => {
      const refused = { code: 'INTERNAL', value: key }
      await expect(store.putIfAbsent(key, bytes('x'))).rejects.toMatchObject(refused)
      await expect(store.get(key)).rejects.toMatchObject(refused)
      await expect(store.head(key)).rejects.toMatchObject(refused)
      await expect(store.delete(key)).rejects.toMatchObject(refused)
    })

    it.each(['/', '/a', '../', 'a/../', 'a//', 'a b', 'tmp/'])('refuses the prefix %j', async (prefix) => {
      await expect(listed(store, prefix)).rejects.toMatchObject({ code: 'INTERNAL', value: prefix })
    })
  })
}
