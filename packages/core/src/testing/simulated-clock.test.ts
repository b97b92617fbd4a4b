import { describe, expect, it } from 'vitest'
import { createSimulatedClock } from './simulated-clock.js'

describe('the simulated clock', () => {
  it('stands still until it is moved', async () => {
    const clock = createSimulatedClock(1000)
    expect(clock.now()).toBe(1000)
    await clock.advance(250)
    expect(clock.now()).toBe(1250)
  })

  it('wakes sleepers in the order of their moments, each at its own', async () => {
    const clock = createSimulatedClock()
    const woken: [string, number][] = []
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms)
      woken.push([name, clock.now()])
    }
    const all = Promise.all([sleep('c', 30), sleep('a', 10), sleep('b', 20), sleep('b2', 20), sleep('d', 31)])
    expect(clock.pending).toBe(5)
    await clock.advance(30)
    expect(woken).toEqual([
      ['a', 10],
      ['b', 20],
      ['b2', 20],
      ['c', 30],
    ])
    expect(clock.pending).toBe(1)
    await clock.advance(1)
    await all
  })

  it('lets who wakes sleep again within the same advance', async () => {
    const clock = createSimulatedClock()
    const ticks: number[] = []
    const ticking = (async () => {
      for (let tick = 0; tick < 3; tick++) {
        await clock.sleep(10)
        await Promise.resolve()
        ticks.push(clock.now())
      }
    })()
    await clock.advance(100)
    await ticking
    expect(ticks).toEqual([10, 20, 30])
    expect(clock.now()).toBe(100)
  })

  it('does not hold up who does not want to wait', async () => {
    const clock = createSimulatedClock()
    await clock.sleep(0)
    expect(clock.now()).toBe(0)
  })

  it('rejects with the reason of the signal, before or during the sleep, and forgets the sleeper', async () => {
    const clock = createSimulatedClock()
    const controller = new AbortController()
    const reason = new Error('enough')
    const sleeping = clock.sleep(10, controller.signal)
    controller.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await expect(clock.sleep(10, controller.signal)).rejects.toBe(reason)
    expect(clock.pending).toBe(0)
  })
})
