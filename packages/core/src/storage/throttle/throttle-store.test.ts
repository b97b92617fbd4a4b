import { describe, expect, it } from 'vitest'
import { createSimulatedClock } from '../../testing/simulated-clock.js'
import { createMemoryStore } from '../memory/memory-store.js'
import { objectStoreConformance } from '../object-store.conformance.js'
import type { ObjectStore } from '../object-store.js'
import { createThrottleStore } from './throttle-store.js'

const free = { now: () => Date.now(), sleep: () => Promise.resolve() }
objectStoreConformance('the throttling store', () =>
  createThrottleStore(
    createMemoryStore(createSimulatedClock()),
    { uploadBytesPerSecond: 1e9, downloadBytesPerSecond: 1e9 },
    free,
  ),
)

describe('a limit of 100 bytes a second', () => {
  const clock = createSimulatedClock()

  /** Of sixty seconds in which as much is done as may be: by when how many bytes were through. */
  async function throughAt(work: (count: (bytes: number) => void) => Promise<void>[]): Promise<number[]> {
    let through = 0
    const done = Promise.all(work((bytes) => (through += bytes)))
    const seen: number[] = []
    for (let second = 0; second < 60; second++) {
      await clock.advance(1000)
      seen.push(through)
    }
    await done
    return seen
  }

  const bytes = Buffer.alloc(250)
  const keys = [...Array(20).keys()].map((n) => `k${n}`)
  const inner = createMemoryStore(clock)

  it('holds for what is put, whoever puts at once, and for nothing else', async () => {
    const store = createThrottleStore(inner, { uploadBytesPerSecond: 100 }, clock)
    const seen = await throughAt((count) =>
      keys.map(async (key) => {
        await store.putIfAbsent(key, bytes)
        count(bytes.byteLength)
      }),
    )
    for (const [second, through] of seen.entries())
      expect(through).toBeLessThanOrEqual((second + 1) * 100 + bytes.byteLength)
    expect(seen.at(-1)).toBe(5000)
    expect(seen[40]).toBeGreaterThan(4000)
    for (const key of keys) expect(await store.get(key)).toHaveLength(250)
  })

  it('holds for what is read, but for what is read at once', async () => {
    const store = createThrottleStore(inner, { downloadBytesPerSecond: 100 }, clock)
    const lane = async (own: readonly string[], count: (bytes: number) => void): Promise<void> => {
      for (const key of own) count((await store.get(key))?.byteLength ?? 0)
    }
    const seen = await throughAt((count) => [lane(keys.slice(0, 10), count), lane(keys.slice(10), count)])
    for (const [second, through] of seen.entries())
      expect(through).toBeLessThanOrEqual((second + 1) * 100 + 2 * bytes.byteLength)
    expect(seen.at(-1)).toBe(5000)
  })
})

it('passes on what the store can do beside, and throttles what is put locked and read from beneath', async () => {
  const clock = createSimulatedClock()
  const plain = createMemoryStore(clock)
  expect(Object.keys(createThrottleStore(plain, {}, clock)).toSorted()).toEqual(Object.keys(plain).toSorted())
  const inner: ObjectStore = {
    ...plain,
    prepare: () => Promise.resolve(['a table']),
    sweep: () => Promise.resolve(3),
    isWhole: () => Promise.resolve(false),
    retention: {
      until: () => Promise.resolve(7),
      putRetained: () => Promise.resolve('stored'),
      retain: () => Promise.resolve(),
      retainedUntil: () => Promise.resolve(5),
    },
    versions: {
      list: (prefix) => plain.list(prefix) as never,
      get: () => Promise.resolve(Buffer.alloc(100)),
    },
  }
  const limits = { uploadBytesPerSecond: 100, downloadBytesPerSecond: 100 }
  const store = createThrottleStore(inner, limits, clock)
  expect(await Promise.all([store.prepare?.(), store.sweep?.(0), store.isWhole?.('a')])).toEqual([
    ['a table'],
    3,
    false,
  ])
  expect(await store.retention?.retainedUntil('a')).toBe(5)
  const done: string[] = []
  const puts = ['a', 'b'].map(async (key) => {
    await store.retention?.putRetained(key, Buffer.alloc(100), 9)
    done.push(key)
  })
  const reads = async (): Promise<void> => {
    for (const version of ['1', '2'])
      done.push(`${version}: ${(await store.versions?.get('a', version))?.byteLength}`)
  }
  const all = Promise.all([...puts, reads()])
  await clock.advance(500)
  expect(done.toSorted()).toEqual(['1: 100', 'a'])
  await clock.advance(1000)
  await all
  expect(done.toSorted()).toEqual(['1: 100', '2: 100', 'a', 'b'])
})
