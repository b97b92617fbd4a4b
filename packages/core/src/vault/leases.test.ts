import { describe, expect, it } from 'vitest'
import { CodedError } from '../model/errors.js'
import { createFaultyStore } from '../storage/faulty/faulty-store.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectInfo, ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { seededRandom } from '../testing/seeded-random.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { acquireLease, keepLease, type AcquireOptions, type Lease } from './leases.js'

const START = Date.UTC(2026, 10, 23)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

let ids = 0

function options(clock: SimulatedClock, more: Partial<AcquireOptions> = {}): AcquireOptions {
  return {
    scope: 'pool-1',
    purpose: 'backup',
    holder: { host: 'here', pid: 7 },
    clock,
    random: () => 0,
    newId: () => `lease-${++ids}`,
    ...more,
  }
}

interface Setting {
  clock: SimulatedClock
  store: ObjectStore
  acquire: (more?: Partial<AcquireOptions>) => Promise<Lease>
}

function setUp(): Setting {
  const clock = createSimulatedClock(START)
  const store = createMemoryStore(clock)
  return { clock, store, acquire: (more) => acquireLease(store, options(clock, more)) }
}

const isLocked = { code: 'LOCKED' }
const isLost = { code: 'LOCK_LOST', value: 'pool-1' }

/** Lets time go by until the promise has settled. */
async function settle<T>(clock: SimulatedClock, promise: Promise<T>): Promise<T> {
  const progress = { done: false }
  const settled = promise.finally(() => (progress.done = true))
  settled.catch(() => undefined)
  while (!progress.done) await clock.advance(1)
  return settled
}

describe('a lease', () => {
  it('goes to one of two, and tells the other who has it, since when, and when it ends', async () => {
    const { clock, acquire } = setUp()
    await acquire({ purpose: 'restore', holder: { host: 'there', pid: 42 } })
    await clock.advance(17_500)
    await expect(acquire()).rejects.toMatchObject({
      code: 'LOCKED',
      value: 'pool-1',
      message: 'pool-1 is locked by restore (process 42 on there) since 2026-11-23T00:00:00.000Z',
      hint: 'wait until it is done; if that process is dead, the lock is free in 43 seconds',
    })
  })

  it('tells the same of a lease that was renewed for hours', async () => {
    const { clock, acquire } = setUp()
    const lease = await acquire({ purpose: 'restore' })
    for (let time = 0; time < 3 * HOUR; time += 50_000) {
      await clock.advance(50_000)
      await lease.renew()
    }
    await expect(acquire()).rejects.toMatchObject({
      message: 'pool-1 is locked by restore (process 7 on here) since 2026-11-23T00:00:00.000Z',
      hint: expect.stringContaining('in 60 seconds') as string,
    })
  })

  it('is waited for where its purpose is a brief one, and for so long', async () => {
    const { clock, acquire } = setUp()
    const brief = await acquire({ purpose: 'prune' })
    const waitsFor = { purposes: ['prune'], atMostMs: 30_000 }
    const waiting = acquire({ waitsFor })
    await clock.advance(10_000)
    await brief.release()
    const lease = await settle(clock, waiting)
    expect(lease.storeTime).toBeGreaterThan(START + 9_000)
    // A backup is not brief; and what lasts is not waited for.
    await expect(acquire({ waitsFor })).rejects.toMatchObject(isLocked)
    await lease.release()
    const long = await acquire({ purpose: 'prune' })
    const start = clock.now()
    const refused = settle(
      clock,
      acquire({ waitsFor }).catch((error: unknown) => error),
    )
    expect(await refused).toMatchObject(isLocked)
    expect(clock.now() - start).toBeGreaterThanOrEqual(30_000)
    await long.release()
  })

  it('keeps nobody from another scope', async () => {
    const { acquire } = setUp()
    await acquire()
    expect((await acquire({ scope: 'pool-2' })).scope).toBe('pool-2')
  })

  it('goes to exactly one of twenty that try at once', async () => {
    const { clock, store, acquire } = setUp()
    const random = seededRandom(1)
    const tries = Array.from({ length: 20 }, () => acquire({ random }))
    const outcomes = await settle(clock, Promise.allSettled(tries))
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(isLocked)
    }
    expect(await collect(store.list('leases/'))).toHaveLength(20 + 19)
  })

  it('is free again at once when released', async () => {
    const { acquire } = setUp()
    const lease = await acquire()
    await expect(acquire()).rejects.toMatchObject(isLocked)
    await lease.release()
    await acquire()
  })

  it('may be released twice, and is not to be renewed after', async () => {
    const { store, acquire } = setUp()
    const lease = await acquire()
    await Promise.all([lease.release(), lease.release()])
    await lease.release()
    expect(await collect(store.list('leases/'))).toHaveLength(2)
    await expect(lease.check()).rejects.toMatchObject(isLost)
    await expect(lease.renew()).rejects.toMatchObject(isLost)
  })

  it('ends when its time is over, to the millisecond', async () => {
    const { clock, acquire } = setUp()
    await acquire({ ttlMs: 5000 })
    await clock.advance(4999)
    await expect(acquire()).rejects.toMatchObject(isLocked)
    await clock.advance(1)
    await acquire()
  })

  it('lasts as long as it is renewed', async () => {
    const { clock, acquire } = setUp()
    const lease = await acquire()
    for (let i = 0; i < 5; i++) {
      await clock.advance(MINUTE - 1)
      await lease.renew()
    }
    await clock.advance(MINUTE - 1)
    await expect(acquire()).rejects.toMatchObject(isLocked)
    await lease.check()
  })

  it('is lost by a process that was suspended, even if nobody else came', async () => {
    const { clock, acquire } = setUp()
    const lease = await acquire()
    await clock.advance(2 * HOUR)
    await expect(lease.check()).rejects.toMatchObject(isLost)
    await expect(lease.check()).rejects.toMatchObject(isLost)
    await lease.release()
    await acquire()
  })

  it('is lost by a process that was suspended to who came meanwhile, and stays with them', async () => {
    const { clock, acquire } = setUp()
    const first = await acquire()
    await clock.advance(2 * HOUR)
    const second = await acquire()
    await expect(first.check()).rejects.toMatchObject(isLost)
    await second.check()
    await first.release()
    await second.check()
    await expect(acquire()).rejects.toMatchObject(isLocked)
  })

  it('is judged by the store’s clock, whatever time the writers think it is', async () => {
    const { clock, acquire } = setUp()
    const early = createSimulatedClock(START - HOUR)
    const late = createSimulatedClock(START + HOUR)
    const lease = await acquire({ clock: early })
    await clock.advance(MINUTE - 1)
    await expect(acquire({ clock: late })).rejects.toMatchObject(isLocked)
    await clock.advance(1)
    const next = await acquire({ clock: late })
    await expect(acquire({ clock: early })).rejects.toMatchObject(isLocked)
    await expect(lease.check()).rejects.toMatchObject(isLost)
    await next.check()
  })

  it('is not revived by a renewal written before it ended and linked after another acquired it', async () => {
    const clock = createSimulatedClock(START)
    const inner = createMemoryStore(clock)
    const stale = (info: ObjectInfo): ObjectInfo =>
      info.key === 'leases/000000000003.json' ? { ...info, lastModified: START + MINUTE - 1 } : info
    const store: ObjectStore = {
      ...inner,
      async head(key) {
        const info = await inner.head(key)
        return info && stale(info)
      },
      async *list(prefix, after) {
        for await (const info of inner.list(prefix, after)) yield stale(info)
      },
    }
    const first = await acquireLease(store, options(clock))
    await clock.advance(MINUTE)
    const second = await acquireLease(store, options(clock))
    await expect(first.check()).rejects.toMatchObject(isLost)
    await second.check()
    await second.release()
    await acquireLease(store, options(clock))
  })

  it('is lost at once when somebody frees it by hand', async () => {
    const { clock, store, acquire } = setUp()
    const first = await acquire()
    await clock.advance(1)
    await store.delete('leases/000000000001.json')
    await expect(first.check()).rejects.toMatchObject(isLost)
    expect(await collect(store.list(''))).toEqual([])
  })

  it('is lost even when the next holder’s entry lies where its own did', async () => {
    const { clock, store, acquire } = setUp()
    const first = await acquire()
    await clock.advance(1)
    await store.delete('leases/000000000001.json')
    const second = await acquire()
    await expect(first.check()).rejects.toMatchObject(isLost)
    await second.check()
  })

  it('needs nothing to be deleted', async () => {
    const { clock, store } = setUp()
    const appendOnly: ObjectStore = { ...store, delete: () => Promise.reject(new Error('append-only')) }
    const lease = await acquireLease(appendOnly, options(clock))
    await lease.renew()
    await expect(acquireLease(appendOnly, options(clock))).rejects.toMatchObject(isLocked)
    await lease.release()
    await (await acquireLease(appendOnly, options(clock))).check()
  })

  it('cannot be asked for longer than an hour', async () => {
    const { store, acquire } = setUp()
    for (const ttlMs of [0, -1, NaN, HOUR + 1]) {
      await expect(acquire({ ttlMs })).rejects.toMatchObject({ code: 'INTERNAL' })
    }
    expect(await collect(store.list(''))).toEqual([])
    await acquire({ ttlMs: HOUR })
  })

  it('is never held by two, however slow the store and however long its holders sleep', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { clock, store } = setUp()
      const random = seededRandom(seed)
      const pause = (ms: number): Promise<void> => clock.sleep(Math.ceil(random() * ms))
      const slow = createSlowStore(store, () => pause(1000))
      const inside = new Set<number>()
      const counts = { commits: 0, locked: 0, lost: 0 }

      const work = async (worker: number): Promise<void> => {
        const lease = await acquireLease(slow, options(clock, { random }))
        await pause(random() < 0.3 ? 5 * MINUTE : MINUTE)
        await lease.check()
        inside.add(worker)
        expect([...inside]).toEqual([worker])
        await pause(40_000)
        inside.delete(worker)
        counts.commits++
        // The others die without a word.
        if (random() < 0.7) await lease.release()
      }
      const keepWorking = async (worker: number): Promise<void> => {
        for (let round = 0; round < 8; round++) {
          await work(worker).catch((error: unknown) => {
            if (!(error instanceof CodedError)) throw error
            if (error.code === 'LOCKED') counts.locked++
            else if (error.code === 'LOCK_LOST') counts.lost++
            else throw error
          })
          await pause(2 * MINUTE)
        }
      }
      const working = Promise.all([1, 2, 3, 4].map(keepWorking))
      const progress = { done: false }
      const ended = working.finally(() => (progress.done = true))
      ended.catch(() => undefined)
      while (!progress.done) await clock.advance(1000)
      await ended
      expect(counts.commits, `seed ${seed}`).toBeGreaterThan(0)
      expect(counts.locked + counts.lost, `seed ${seed}`).toBeGreaterThan(0)
    }
  })
})

/** Answers late, after having acted late. */
function createSlowStore(store: ObjectStore, pause: () => Promise<void>): ObjectStore {
  async function slowly<T>(run: () => Promise<T>): Promise<T> {
    await pause()
    const answer = await run()
    await pause()
    return answer
  }
  return {
    url: store.url,
    putIfAbsent: (key, bytes) => slowly(() => store.putIfAbsent(key, bytes)),
    get: (key) => slowly(() => store.get(key)),
    head: (key) => slowly(() => store.head(key)),
    async *list(prefix, after) {
      yield* await slowly(() => collect(store.list(prefix, after)))
    },
    delete: (key) => slowly(() => store.delete(key)),
  }
}

describe('a lease in a store that is full', () => {
  /** The n-th put and all behind it find no room. */
  function fullFrom(store: ObjectStore, n: number): ObjectStore {
    const error = new CodedError('STORAGE_FULL', 'the file system is full')
    const effect = { kind: 'error-before', error } as const
    return createFaultyStore(
      store,
      Array.from({ length: 5 }, (_, i) => ({ method: 'putIfAbsent', call: n + i, effect })),
    )
  }

  it('is released all the same, renewals and all', async () => {
    const { clock, store, acquire } = setUp()
    const lease = await acquireLease(fullFrom(store, 4), options(clock))
    for (let i = 0; i < 2; i++) {
      await clock.advance(20_000)
      await lease.renew()
    }
    await lease.release()
    await expect(lease.check()).rejects.toMatchObject(isLost)
    const next = await acquire()
    await next.check()
  })

  it('of another is left', async () => {
    const { clock, store, acquire } = setUp()
    const mine = await acquireLease(fullFrom(store, 2), options(clock))
    const other = await acquire({ scope: 'pool-2' })
    await mine.release()
    await other.check()
    await expect(acquire({ scope: 'pool-2' })).rejects.toMatchObject({ code: 'LOCKED' })
    await acquire()
  })
})

describe('keeping a lease', () => {
  it('renews it until told to stop', async () => {
    const { clock, acquire } = setUp()
    const lease = await acquire()
    const controller = new AbortController()
    const keeping = keepLease(lease, { clock, everyMs: 20_000, signal: controller.signal })
    for (let i = 0; i < 10; i++) {
      await clock.advance(20_000)
      await settle(clock, Promise.resolve())
    }
    await expect(acquire()).rejects.toMatchObject(isLocked)
    await lease.check()
    controller.abort()
    await keeping
    expect(clock.pending).toBe(0)
    await clock.advance(MINUTE)
    await expect(lease.check()).rejects.toMatchObject(isLost)
  })

  it('goes on after a renewal that failed', async () => {
    const { clock, store } = setUp()
    const error = new CodedError('STORAGE_FAILED', 'the connection was lost')
    const faulty = createFaultyStore(store, [
      { method: 'putIfAbsent', call: 2, effect: { kind: 'error-before', error } },
      { method: 'putIfAbsent', call: 3, effect: { kind: 'error-after', error } },
    ])
    const lease = await acquireLease(faulty, options(clock))
    const controller = new AbortController()
    const keeping = keepLease(lease, { clock, everyMs: 15_000, signal: controller.signal })
    for (let i = 0; i < 100; i++) await clock.advance(1000)
    await lease.check()
    controller.abort()
    await keeping
  })

  it('leaves it to the check to say that all renewals failed, and why', async () => {
    const { clock, store } = setUp()
    const error = new CodedError('STORAGE_FAILED', 'the connection was lost')
    let broken = false
    const breaking: ObjectStore = {
      ...store,
      putIfAbsent: (key, bytes) => (broken ? Promise.reject(error) : store.putIfAbsent(key, bytes)),
    }
    const lease = await acquireLease(breaking, options(clock))
    const controller = new AbortController()
    const keeping = keepLease(lease, { clock, everyMs: 20_000, signal: controller.signal })
    broken = true
    for (let i = 0; i < 7; i++) await clock.advance(10_000)
    await expect(lease.check()).rejects.toBe(error)
    broken = false
    await expect(lease.check()).rejects.toMatchObject({ ...isLost, cause: error })
    await clock.advance(20_000)
    await keeping
    controller.abort()
  })

  it('ends when the lease is released', async () => {
    const { clock, acquire } = setUp()
    const lease = await acquire()
    const keeping = keepLease(lease, { clock, everyMs: 20_000, signal: new AbortController().signal })
    await lease.release()
    await clock.advance(20_000)
    await keeping
    expect(clock.pending).toBe(0)
  })
})

describe('the log of leases', () => {
  const key = (number: number): string => `leases/${String(number).padStart(12, '0')}.json`
  const put = (store: ObjectStore, number: number, value: unknown): Promise<unknown> =>
    store.putIfAbsent(key(number), Buffer.from(JSON.stringify(value)))

  it('is canonical JSON under ascending numbers', async () => {
    const { clock, store, acquire } = setUp()
    const lease = await acquire({ newId: () => 'id' })
    await clock.advance(10)
    await lease.renew()
    await lease.release()
    const text = async (number: number): Promise<string> =>
      Buffer.from((await store.get(key(number)))!).toString()
    const claim = '"holder":{"host":"here","pid":7,"purpose":"backup"},"lease":"id","scope":"pool-1"'
    expect(await text(1)).toBe(`{"action":"acquire",${claim},"ttlMs":60000}`)
    expect(await text(2)).toBe(`{"action":"renew",${claim},"since":${START},"ttlMs":60000}`)
    expect(await text(3)).toBe('{"action":"release","lease":"id"}')
    expect(await collect(store.list(''))).toHaveLength(3)
  })

  it('costs few requests however long it has grown', async () => {
    const { clock, store } = setUp()
    for (let number = 1; number <= 10_000; number++)
      await put(store, number, { lease: 'old', action: 'release' })
    await clock.advance(HOUR)
    const counts = { get: 0, list: 0, listed: 0 }
    const counting: ObjectStore = {
      ...store,
      get(name) {
        counts.get++
        return store.get(name)
      },
      async *list(prefix, after) {
        counts.list++
        for await (const info of store.list(prefix, after)) {
          counts.listed++
          yield info
        }
      },
    }
    const lease = await acquireLease(counting, options(clock))
    expect(await store.head(key(10_001))).toBeDefined()
    expect(counts.get).toBe(0)
    expect(counts.list).toBeLessThan(12)
    expect(counts.listed).toBeLessThan(3000)

    counts.list = counts.listed = 0
    await lease.check()
    expect(counts).toEqual({ get: 0, list: 1, listed: 1 })
    await expect(acquireLease(counting, options(clock))).rejects.toMatchObject(isLocked)
    expect(counts.get).toBe(2)
  })

  it('is read as far back as a lease can reach, however many entries that are', async () => {
    const { clock, store, acquire } = setUp()
    const lease = await acquire({ ttlMs: HOUR })
    for (let number = 2; number <= 3500; number++)
      await put(store, number, { lease: 'other', action: 'release' })
    await clock.advance(HOUR - 1)
    await expect(acquire()).rejects.toMatchObject(isLocked)
    await lease.check()
  })

  it('goes on when its old entries were deleted', async () => {
    const { clock, store, acquire } = setUp()
    const first = await acquire()
    const second = await acquire({ scope: 'pool-2' })
    await clock.advance(25 * HOUR)
    await store.delete(key(1))
    const third = await acquire()
    await third.check()
    await store.delete(key(2))
    await expect(acquire()).rejects.toMatchObject(isLocked)
    await expect(first.check()).rejects.toMatchObject(isLost)
    await expect(second.check()).rejects.toMatchObject({ code: 'LOCK_LOST' })
    await first.release()
    await third.check()
  })

  it('passes over an entry put by a sleeper where older ones had been deleted', async () => {
    const { clock, store, acquire } = setUp()
    await acquire()
    const asleep: ObjectStore = {
      ...store,
      async putIfAbsent(name, bytes) {
        if (name === key(2)) {
          for (let i = 0; i < 3; i++) await (await acquire({ scope: 'busy' })).release()
          await clock.advance(25 * HOUR)
          for (const number of [1, 2, 3, 4]) await store.delete(key(number))
          await acquire()
        }
        return store.putIfAbsent(name, bytes)
      },
    }
    await expect(acquireLease(asleep, options(clock))).rejects.toMatchObject(isLocked)
  })

  it.each([
    ['VAULT_DAMAGED', { lease: 'a', action: 'acquire' }],
    ['VAULT_DAMAGED', { lease: 'a', action: 'renew', ttlMs: 10 }],
    ['VAULT_DAMAGED', { action: 'release' }],
    ['VAULT_DAMAGED', 'text'],
    ['VAULT_TOO_NEW', { lease: 'a', action: 'share', mode: 'read' }],
  ])('is refused as %s where an entry is %j', async (code, entry) => {
    const { store, acquire } = setUp()
    await put(store, 1, entry)
    await expect(acquire()).rejects.toMatchObject({ code, value: key(1) })
  })

  it('is refused where an entry is not JSON, and not where it is too old to matter', async () => {
    const { clock, store, acquire } = setUp()
    await store.putIfAbsent(key(1), Buffer.from([0xff, 0x00]))
    await expect(acquire()).rejects.toMatchObject({ code: 'VAULT_DAMAGED', value: key(1) })
    await clock.advance(HOUR)
    await acquire()
  })

  it('may be in a folder where other files lie', async () => {
    const { store, acquire } = setUp()
    for (const name of ['.DS_Store', 'x.json', '1.json'])
      await store.putIfAbsent(`leases/${name}`, Buffer.from('x'))
    const lease = await acquire()
    await lease.check()
    await expect(acquire()).rejects.toMatchObject(isLocked)
  })

  it('frees a refused contender’s place even if its reading failed', async () => {
    const { clock, store, acquire } = setUp()
    const error = new CodedError('STORAGE_FAILED', 'the connection was lost')
    await (await acquire()).release()
    const faulty = createFaultyStore(store, [
      { method: 'get', call: 1, effect: { kind: 'error-before', error } },
    ])
    await expect(acquireLease(faulty, options(clock))).rejects.toBe(error)
    await acquire()
  })
})
