import { describe, expect, it } from 'vitest'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { beforeDeadline } from './before-deadline.js'

describe('work with a deadline', () => {
  it('answers what it comes to in time, and leaves no timer behind', async () => {
    const clock = createSimulatedClock()
    expect(await beforeDeadline({ clock }, 1000, () => Promise.resolve(7))).toEqual({ done: true, value: 7 })
    expect(clock.pending).toBe(0)
    expect(await beforeDeadline({ clock }, undefined, () => Promise.resolve(8))).toEqual({
      done: true,
      value: 8,
    })
  })

  it('is stopped by its signal at the moment, and that is no failure', async () => {
    const clock = createSimulatedClock()
    const ended = beforeDeadline({ clock }, 1000, (signal) => clock.sleep(5000, signal))
    await clock.advance(999)
    expect(clock.pending).toBe(2)
    await clock.advance(1)
    expect(await ended).toEqual({ done: false })
    expect(await beforeDeadline({ clock }, 0, (signal) => clock.sleep(5000, signal))).toEqual({ done: false })
  })

  it('that comes to its end although the time is over is done', async () => {
    const clock = createSimulatedClock()
    const ended = beforeDeadline({ clock }, 1000, () => clock.sleep(5000))
    await clock.advance(5000)
    expect(await ended).toEqual({ done: true, value: undefined })
  })

  it('that fails fails, after the deadline too', async () => {
    const clock = createSimulatedClock()
    const ended = beforeDeadline({ clock }, 1000, async () => {
      await clock.sleep(5000)
      throw new Error('the disk is full')
    })
    const failed = expect(ended).rejects.toThrow('the disk is full')
    await clock.advance(5000)
    await failed
  })

  it('is interrupted by who may, with the reason', async () => {
    const clock = createSimulatedClock()
    const stop = new AbortController()
    const ended = beforeDeadline({ clock, signal: stop.signal }, 1000, (signal) => clock.sleep(5000, signal))
    const failed = expect(ended).rejects.toThrow('stopped')
    stop.abort(new Error('stopped'))
    await failed
    await expect(
      beforeDeadline({ clock, signal: stop.signal }, 1000, (signal) => clock.sleep(5000, signal)),
    ).rejects.toThrow('stopped')
    expect(clock.pending).toBe(0)
  })
})
