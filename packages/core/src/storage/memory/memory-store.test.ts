import { expect, it } from 'vitest'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { objectStoreConformance } from '../object-store.conformance.js'
import { createMemoryStore } from './memory-store.js'

objectStoreConformance('the memory store', () => createMemoryStore(createSimulatedClock()))

it('tells the age of an object by its own clock', async () => {
  const clock = createSimulatedClock(1000)
  const store = createMemoryStore(clock)
  await store.putIfAbsent('a', new Uint8Array())
  await clock.advance(500)
  await store.putIfAbsent('b', new Uint8Array())
  expect((await store.head('a'))?.lastModified).toBe(1000)
  expect((await store.head('b'))?.lastModified).toBe(1500)
})
