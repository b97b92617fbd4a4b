import { describe, expect, it } from 'vitest'
import { collect } from '../../testing/collect.js'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { createMemoryStore } from '../memory/memory-store.js'
import { objectStoreConformance } from '../object-store.conformance.js'
import type { ObjectStore } from '../object-store.js'
import { createFaultyStore, type Fault } from './faulty-store.js'

const broken = new Error('broken')
const value = Buffer.from([0b1111_0000, 0b0000_1111])

objectStoreConformance('the faulty store without faults', () =>
  createFaultyStore(createMemoryStore(createSimulatedClock()), []),
)

function setUp(...faults: Fault[]): { inner: ObjectStore; store: ObjectStore } {
  const inner = createMemoryStore(createSimulatedClock())
  return { inner, store: createFaultyStore(inner, faults) }
}

describe('a fault', () => {
  it('strikes the n-th call of its method only', async () => {
    const { store } = setUp({ method: 'get', call: 2, effect: { kind: 'error-before', error: broken } })
    await store.get('a')
    await store.head('a')
    await expect(store.get('a')).rejects.toBe(broken)
    expect(await store.get('a')).toBeUndefined()
  })

  it.each(['b/', /^b.x$/])('counts the calls for keys like %s only', async (keys) => {
    const { store } = setUp({
      method: 'head',
      call: 2,
      keys,
      effect: { kind: 'error-before', error: broken },
    })
    for (const key of ['a/x', 'b/x', 'a/x']) await store.head(key)
    await expect(store.head('b/x')).rejects.toBe(broken)
  })

  it('fails a call before it takes effect', async () => {
    const { inner, store } = setUp({
      method: 'putIfAbsent',
      call: 1,
      effect: { kind: 'error-before', error: broken },
    })
    await expect(store.putIfAbsent('a', value)).rejects.toBe(broken)
    expect(await inner.head('a')).toBeUndefined()
  })

  it('fails a call after it took effect', async () => {
    const { inner, store } = setUp(
      { method: 'putIfAbsent', call: 1, effect: { kind: 'error-after', error: broken } },
      { method: 'list', call: 1, effect: { kind: 'error-after', error: broken } },
      { method: 'delete', call: 1, effect: { kind: 'error-after', error: broken } },
    )
    await expect(store.putIfAbsent('a', value)).rejects.toBe(broken)
    expect(await inner.head('a')).toBeDefined()

    const seen: string[] = []
    const listing = async (): Promise<void> => {
      for await (const { key } of store.list('')) seen.push(key)
    }
    await expect(listing()).rejects.toBe(broken)
    expect(seen).toEqual(['a'])

    await expect(store.delete('a')).rejects.toBe(broken)
    expect(await inner.head('a')).toBeUndefined()
  })

  it('delays a call', async () => {
    const clock = createSimulatedClock()
    const { store } = setUp({ method: 'get', call: 1, effect: { kind: 'delay', ms: 100, clock } })
    let answered = false
    const answer = store.get('a').then(() => (answered = true))
    await clock.advance(99)
    expect(answered).toBe(false)
    await clock.advance(1)
    await answer
  })

  it('flips a bit of what get answers, and leaves what is stored', async () => {
    const { store } = setUp({ method: 'get', call: 1, effect: { kind: 'flip-bit', offset: 9 } })
    await store.putIfAbsent('a', value)
    expect([...(await store.get('a'))!]).toEqual([0b1111_0000, 0b0000_1101])
    expect([...(await store.get('a'))!]).toEqual([...value])
  })

  it('flips a bit at a place that depends on the length', async () => {
    const offset = (bytes: number): number => bytes * 8 - 1
    const { store } = setUp({ method: 'get', call: 1, effect: { kind: 'flip-bit', offset } })
    await store.putIfAbsent('a', value)
    expect([...(await store.get('a'))!]).toEqual([0b1111_0000, 0b1000_1111])
  })

  it('does not pass unseen when the bit to flip is not there', async () => {
    const { store } = setUp({ method: 'get', call: 1, effect: { kind: 'flip-bit', offset: 16 } })
    await store.putIfAbsent('a', value)
    await expect(store.get('a')).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it.each(['before', 'after'] as const)('kills the process %s a call takes effect', async (when) => {
    const { inner, store } = setUp({
      method: 'putIfAbsent',
      call: 1,
      effect: { kind: 'crash', when, error: broken },
    })
    await inner.putIfAbsent('z', value)
    const listing = store.list('')[Symbol.asyncIterator]()
    const underWay = store.get('z').catch((error: unknown) => error)
    await expect(store.putIfAbsent('a', value)).rejects.toBe(broken)
    expect((await inner.head('a')) !== undefined).toBe(when === 'after')

    if (when === 'before') expect(await underWay).toBe(broken)
    await expect(listing.next()).rejects.toBe(broken)
    await expect(store.putIfAbsent('b', value)).rejects.toBe(broken)
    await expect(store.get('z')).rejects.toBe(broken)
    await expect(store.head('z')).rejects.toBe(broken)
    await expect(store.delete('z')).rejects.toBe(broken)
    await expect(collect(store.list(''))).rejects.toBe(broken)
    expect(await inner.head('b')).toBeUndefined()
    expect(await inner.head('z')).toBeDefined()
  })
})
