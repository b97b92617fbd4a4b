import { describe, expect, it } from 'vitest'
import { CodedError } from '../../model/errors.js'
import { collect } from '../../testing/collect.js'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { createFaultyStore, type Fault } from '../faulty/faulty-store.js'
import { createMemoryStore } from '../memory/memory-store.js'
import { objectStoreConformance } from '../object-store.conformance.js'
import type { ObjectStore } from '../object-store.js'
import { createRetryStore } from './retry-store.js'

const failed = new CodedError('STORAGE_FAILED', 'the connection was lost')
const one = Buffer.from('one')
const two = Buffer.from('two')

objectStoreConformance('the retrying store', () => {
  const clock = createSimulatedClock()
  return createRetryStore(createMemoryStore(clock), { clock, random: () => 0 })
})

function setUp(faults: Fault[]): { inner: ObjectStore; store: ObjectStore } {
  const clock = createSimulatedClock()
  const inner = createMemoryStore(clock)
  // A jitter of nothing: no test has to wait.
  return { inner, store: createRetryStore(createFaultyStore(inner, faults), { clock, random: () => 0 }) }
}

describe('the retrying store', () => {
  it('tries a failed call again', async () => {
    const effect = { kind: 'error-before', error: failed } as const
    const { inner, store } = setUp([
      { method: 'putIfAbsent', call: 1, effect },
      { method: 'get', call: 1, effect },
      { method: 'get', call: 2, effect },
      { method: 'head', call: 1, effect },
      { method: 'delete', call: 1, effect },
    ])
    expect(await store.putIfAbsent('a', one)).toBe('stored')
    expect(await store.get('a')).toEqual(Uint8Array.from(one))
    expect((await store.head('a'))?.size).toBe(3)
    expect(await store.delete('a')).toBe(true)
    expect(await inner.head('a')).toBeUndefined()
  })

  it('answers stored when the put that failed had stored the object', async () => {
    const { store } = setUp([
      { method: 'putIfAbsent', call: 1, effect: { kind: 'error-after', error: failed } },
    ])
    expect(await store.putIfAbsent('a', one)).toBe('stored')
    expect(await store.putIfAbsent('a', one)).toBe('exists')
  })

  it('answers stored even when reading back fails at first', async () => {
    const { store } = setUp([
      { method: 'putIfAbsent', call: 1, effect: { kind: 'error-after', error: failed } },
      { method: 'get', call: 1, effect: { kind: 'error-before', error: failed } },
    ])
    expect(await store.putIfAbsent('a', one)).toBe('stored')
  })

  it('answers exists when the object that a retry finds is somebody else’s', async () => {
    const { inner, store } = setUp([
      { method: 'putIfAbsent', call: 1, effect: { kind: 'error-before', error: failed } },
    ])
    await inner.putIfAbsent('a', two)
    expect(await store.putIfAbsent('a', one)).toBe('exists')
  })

  it('goes on listing where it stopped', async () => {
    const clock = createSimulatedClock()
    const inner = createMemoryStore(clock)
    for (const key of ['a', 'b', 'c', 'd']) await inner.putIfAbsent(key, one)
    let listings = 0
    const breaking: ObjectStore = {
      ...inner,
      async *list(prefix, after) {
        listings++
        for await (const info of inner.list(prefix, after)) {
          yield info
          if (info.key < 'c') throw failed
        }
      },
    }
    const store = createRetryStore(breaking, { clock, random: () => 0, attempts: 2 })
    expect((await collect(store.list(''))).map((info) => info.key)).toEqual(['a', 'b', 'c', 'd'])
    expect(listings).toBe(3)
  })

  it('does not try again what trying again cannot mend', async () => {
    const full = new CodedError('STORAGE_FULL', 'full')
    const { inner, store } = setUp([
      { method: 'putIfAbsent', call: 1, effect: { kind: 'error-before', error: full } },
      { method: 'list', call: 1, effect: { kind: 'error-before', error: full } },
    ])
    await expect(store.putIfAbsent('a', one)).rejects.toBe(full)
    await expect(collect(store.list(''))).rejects.toBe(full)
    expect(await inner.head('a')).toBeUndefined()
  })

  it('gives up after its attempts, with the last failure, having waited twice as long each time', async () => {
    const clock = createSimulatedClock()
    const faults = [1, 2, 3, 4].map((call): Fault => ({
      method: 'get',
      call,
      effect: { kind: 'error-before', error: new CodedError('STORAGE_FAILED', String(call)) },
    }))
    const faulty = createFaultyStore(createMemoryStore(clock), faults)
    const store = createRetryStore(faulty, { clock, random: () => 0.5, attempts: 4 })
    const outcome = expect(store.get('a')).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: '4' })
    await clock.advance(50 + 100 + 199)
    expect(clock.pending).toBe(1)
    await clock.advance(1)
    await outcome
    expect(clock.pending).toBe(0)
  })
})
