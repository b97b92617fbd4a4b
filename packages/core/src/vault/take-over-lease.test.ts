import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { acquireLease, type Lease, takeOverLease } from './leases.js'

const START = Date.UTC(2026, 10, 23)
const MINUTE = 60_000
const TTL_MS = 10 * MINUTE

interface Setting {
  readonly clock: SimulatedClock
  readonly store: ObjectStore
  readonly acquire: (id: string) => Promise<Lease>
  readonly takeOver: (id: string, pid?: number) => Promise<Lease | undefined>
}

function setUp(): Setting {
  const clock = createSimulatedClock(START)
  const store = createMemoryStore(clock)
  const random = (): number => 0
  return {
    clock,
    store,
    acquire: (id) =>
      acquireLease(store, {
        scope: 'backup/pool_A',
        purpose: 'backup',
        holder: { host: 'here', pid: 7 },
        ttlMs: TTL_MS,
        clock,
        random,
        newId: () => id,
      }),
    takeOver: (id, pid = 8) =>
      takeOverLease({ store, clock, random }, { id, holder: { host: 'there', pid } }),
  }
}

const isLost = { code: 'LOCK_LOST' }

describe('a lease that was handed over', () => {
  it('is held on by process after process, for longer than any of them lives', async () => {
    const { clock, acquire, takeOver } = setUp()
    await acquire('run')
    for (let pid = 10; pid < 20; pid++) {
      await clock.advance(9 * MINUTE)
      const lease = await takeOver('run', pid)
      expect(lease).toMatchObject({ id: 'run', scope: 'backup/pool_A', ttlMs: TTL_MS })
      await lease!.check()
      await expect(acquire('other')).rejects.toMatchObject({
        code: 'LOCKED',
        message: `backup/pool_A is locked by backup (process ${pid} on there) since 2026-11-23T00:00:00.000Z`,
      })
    }
  })

  it('is over when nobody has renewed it for its time, whether or not somebody else has come', async () => {
    const { clock, acquire, takeOver } = setUp()
    await acquire('run')
    await clock.advance(TTL_MS)
    // The log does not tell the time: only who writes learns that it is over.
    await expect(takeOver('run')).rejects.toMatchObject(isLost)
    await acquire('other')
    expect(await takeOver('run')).toBeUndefined()
    expect(await takeOver('never')).toBeUndefined()
    expect(await takeOver('other')).toBeDefined()
  })

  it('is lost to all when one of them releases it, before any of them can commit', async () => {
    const { clock, acquire, takeOver } = setUp()
    await acquire('run')
    const late = await takeOver('run', 1)
    const other = await takeOver('run', 2)
    await late!.check()
    await other!.release()
    await acquire('next')
    await expect(late!.check()).rejects.toMatchObject({
      ...isLost,
      message: expect.stringContaining('released') as string,
    })
    await expect(late!.renew()).rejects.toMatchObject(isLost)
    expect(await takeOver('run')).toBeUndefined()
    await clock.advance(MINUTE)
    expect(await takeOver('next')).toBeDefined()
  })
})
