import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createAbortListeners } from './abort-listeners.js'

describe('abort listeners', () => {
  it('put one listener on a signal for all who wait, and none when nobody does', () => {
    const listen = createAbortListeners()
    const { signal } = new AbortController()
    const stops = Array.from({ length: 100 }, () => listen(signal, () => undefined))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    for (const stop of stops) stop()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('call who still listens, in the order in which they came', () => {
    const listen = createAbortListeners()
    const controller = new AbortController()
    const called: string[] = []
    listen(controller.signal, () => called.push('first'))
    const stop = listen(controller.signal, () => called.push('gone'))
    listen(controller.signal, () => called.push('last'))
    stop()
    controller.abort()
    expect(called).toEqual(['first', 'last'])
  })
})
