import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './system-clock.js'

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells the time', () => {
    expect(systemClock.now()).toBe(Date.now())
  })

  it('sleeps, and leaves no listener', async () => {
    const controller = new AbortController()
    let awake = false
    const sleeping = systemClock.sleep(1000, controller.signal).then(() => (awake = true))
    await vi.advanceTimersByTimeAsync(999)
    expect(awake).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await sleeping
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('puts one listener on a signal, however many sleep', async () => {
    const { signal } = new AbortController()
    const sleeping = Array.from({ length: 20 }, (_, i) => systemClock.sleep(1000 + i, signal))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1020)
    await Promise.all(sleeping)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('sleeps for longer than a timer can', async () => {
    const days = 60 * 24 * 3_600_000
    let awake = false
    const sleeping = systemClock.sleep(days).then(() => (awake = true))
    await vi.advanceTimersByTimeAsync(days - 1)
    expect(awake).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await sleeping
  })

  it('rejects with the reason of the signal, and leaves neither timer nor listener', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const sleeping = systemClock.sleep(1000, controller.signal)
    controller.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await expect(systemClock.sleep(1000, controller.signal)).rejects.toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})
