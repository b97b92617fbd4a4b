import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { listenForAbort } from './listen-for-abort.js'

describe('listening for an abort', () => {
  it('puts one listener on a signal for all who wait, and none when nobody does', () => {
    const { signal } = new AbortController()
    for (let round = 0; round < 2; round++) {
      const stops = Array.from({ length: 100 }, () => listenForAbort(signal, () => undefined))
      expect(getEventListeners(signal, 'abort')).toHaveLength(1)
      for (const stop of stops) stop()
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    }
  })

  it('calls who still listens, once, in the order in which they came', () => {
    const controller = new AbortController()
    const called: string[] = []
    listenForAbort(controller.signal, () => called.push('first'))
    const stop = listenForAbort(controller.signal, () => called.push('gone'))
    listenForAbort(controller.signal, () => called.push('last'))
    stop()
    controller.abort()
    controller.abort()
    expect(called).toEqual(['first', 'last'])
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('stops for one of two who gave the same listener', () => {
    const controller = new AbortController()
    let calls = 0
    const listener = (): number => calls++
    listenForAbort(controller.signal, listener)
    listenForAbort(controller.signal, listener)()
    controller.abort()
    expect(calls).toBe(1)
  })

  it('is stopped for good by whoever stops twice, and by none of the others', () => {
    const controller = new AbortController()
    let calls = 0
    const stop = listenForAbort(controller.signal, () => undefined)
    stop()
    listenForAbort(controller.signal, () => calls++)
    stop()
    controller.abort()
    expect(calls).toBe(1)
  })
})
