import { expect, it } from 'vitest'
import { collect } from '../../testing/collect.js'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { createMemoryStore } from '../memory/memory-store.js'
import { objectStoreConformance } from '../object-store.conformance.js'
import type { ObjectStore } from '../object-store.js'
import { createReadOnlyStore } from '../read-only/read-only-store.js'
import { createOverlayStore } from './overlay-store.js'

const clock = createSimulatedClock()

const memory = (): ObjectStore => createMemoryStore(clock)

async function textOf(store: ObjectStore, key: string): Promise<string> {
  return Buffer.from((await store.get(key)) ?? []).toString()
}

objectStoreConformance('an overlay', () => createOverlayStore(createReadOnlyStore(memory()), memory()))

it('shows what is below with its own among it, and leaves below as it is', async () => {
  const below = memory()
  for (const key of ['a', 'c', 'leases/1', 'leases/9']) await below.putIfAbsent(key, Buffer.from('below'))
  const store = createOverlayStore(createReadOnlyStore(below), memory(), ['leases/'])
  expect(await store.putIfAbsent('c', Buffer.from('own'))).toBe('exists')
  expect(await store.putIfAbsent('b', Buffer.from('own'))).toBe('stored')
  expect(await store.putIfAbsent('d', Buffer.from('own'))).toBe('stored')
  expect(await store.putIfAbsent('leases/1', Buffer.from('own'))).toBe('stored')
  const keys = (await collect(store.list(''))).map(({ key }) => key)
  expect(keys).toEqual(['a', 'b', 'c', 'd', 'leases/1'])
  expect((await collect(store.list('', 'b'))).map(({ key }) => key)).toEqual(['c', 'd', 'leases/1'])
  expect(await textOf(store, 'leases/1')).toBe('own')
  expect(await textOf(store, 'a')).toBe('below')
  await store.delete('a')
  expect((await collect(below.list(''))).map(({ key }) => key)).toEqual(['a', 'c', 'leases/1', 'leases/9'])
  expect(await store.head('leases/9')).toBeUndefined()
})

it('shows once what was stored below after it was stored here', async () => {
  const below = memory()
  const store = createOverlayStore(createReadOnlyStore(below), memory())
  for (const key of ['a', 'b']) await store.putIfAbsent(key, Buffer.from('own'))
  await below.putIfAbsent('b', Buffer.from('below'))
  expect((await collect(store.list(''))).map(({ key }) => key)).toEqual(['a', 'b'])
  expect(await textOf(store, 'b')).toBe('below')
})
