import { expect, it } from 'vitest'
import { collect } from '../../testing/collect.js'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { createMemoryStore } from '../memory/memory-store.js'
import { objectStoreConformance } from '../object-store.conformance.js'
import { createLazyStore } from './lazy-store.js'

const memory = (): ReturnType<typeof createMemoryStore> => createMemoryStore(createSimulatedClock())

objectStoreConformance('the lazy store', () =>
  createLazyStore('memory:', {}, () => Promise.resolve(memory())),
)

it('opens the store when it is first used, once, and again where that failed', async () => {
  let openings = 0
  const store = createLazyStore('memory:', {}, () => {
    openings++
    return openings === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(memory())
  })
  expect([openings, store.url]).toEqual([0, 'memory:'])
  await expect(store.head('a')).rejects.toThrow('not yet')
  await Promise.all([store.head('a'), store.head('b'), collect(store.list(''))])
  expect(openings).toBe(2)
})

it('is able to do what it was said to be, and nothing else', async () => {
  const inner = {
    ...memory(),
    prepare: () => Promise.resolve(['a table']),
    sweep: () => Promise.resolve(3),
    versions: { list: () => memory().list('') as never, get: () => Promise.resolve(new Uint8Array(1)) },
  }
  const plain = createLazyStore('memory:', {}, () => Promise.resolve(inner))
  expect(Object.keys(plain).toSorted()).toEqual(['delete', 'get', 'head', 'list', 'putIfAbsent', 'url'])

  const able = createLazyStore(
    'memory:',
    { prepare: true, sweep: true, versions: true, retention: true },
    () => Promise.resolve(inner),
  )
  expect(await able.prepare?.()).toEqual(['a table'])
  expect(await able.sweep?.(0)).toBe(3)
  expect(await able.versions?.get('a', '1')).toHaveLength(1)
  await expect(able.retention!.until()).rejects.toMatchObject({ code: 'INTERNAL' })
})
