import { expect, it } from 'vitest'
import { collect } from '../../testing/collect.js'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { createMemoryStore } from '../memory/memory-store.js'
import { objectStoreConformance } from '../object-store.conformance.js'
import { createScratchStore } from './scratch-store.js'

const clock = createSimulatedClock()

objectStoreConformance('the scratch store', () => createScratchStore(createMemoryStore(clock), clock))

it('shows what is below with its own among it, and leaves below as it is', async () => {
  const below = createMemoryStore(clock)
  for (const key of ['a', 'c', 'leases/1']) await below.putIfAbsent(key, Buffer.from('below'))
  const store = createScratchStore(below, clock, ['leases/'])
  expect(await store.putIfAbsent('c', Buffer.from('own'))).toBe('exists')
  expect(await store.putIfAbsent('b', Buffer.from('own'))).toBe('stored')
  expect(await store.putIfAbsent('d', Buffer.from('own'))).toBe('stored')
  expect(await store.putIfAbsent('leases/1', Buffer.from('own'))).toBe('stored')
  const keys = (await collect(store.list(''))).map(({ key }) => key)
  expect(keys).toEqual(['a', 'b', 'c', 'd', 'leases/1'])
  expect((await collect(store.list('', 'b'))).map(({ key }) => key)).toEqual(['c', 'd', 'leases/1'])
  expect(Buffer.from((await store.get('leases/1'))!).toString()).toBe('own')
  expect(Buffer.from((await store.get('a'))!).toString()).toBe('below')
  await store.delete('a')
  expect((await collect(below.list(''))).map(({ key }) => key)).toEqual(['a', 'c', 'leases/1'])
})
