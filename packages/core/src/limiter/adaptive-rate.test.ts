import { describe, expect, it } from 'vitest'
import { createAdaptiveRate } from './adaptive-rate.js'

describe('adaptive rate', () => {
  it('is cut once by a volley of throttled answers', () => {
    const rate = createAdaptiveRate(20)
    expect(rate.throttled(900, 1000)).toBe(true)
    for (const sentAt of [950, 1000, 1500, 1999]) expect(rate.throttled(sentAt, 2100)).toBe(false)
    expect(rate.current()).toBe(14)
  })

  it('is cut again by a request sent well after the last cut', () => {
    const rate = createAdaptiveRate(20)
    rate.throttled(900, 1000)
    expect(rate.throttled(2000, 2150)).toBe(true)
    expect(rate.current()).toBeCloseTo(9.8)
  })

  it('is never cut below a twentieth of what is allowed', () => {
    const rate = createAdaptiveRate(20)
    let now = 0
    for (let cuts = 0; cuts < 100; cuts++) rate.throttled(now, (now += 2000))
    expect(rate.current()).toBe(1)
    expect(rate.throttled(now + 5000, now + 5000)).toBe(false)
  })

  it('recovers with successes, linearly in time, and no further than what is allowed', () => {
    const rate = createAdaptiveRate(20)
    rate.throttled(0, 0)
    const recovered: number[] = []
    let now = 0
    while (now < 30_000) {
      now += 1000 / rate.current()
      rate.succeeded(now)
      recovered.push(rate.current())
      if (now >= 10_000 && now < 10_100) expect(rate.current()).toBeCloseTo(14 + 4, 0)
    }
    expect(recovered).toEqual(recovered.toSorted((a, b) => a - b))
    expect(rate.current()).toBe(20)
  })

  it('does not recover by answers to what was sent before the cut', () => {
    const rate = createAdaptiveRate(20)
    rate.throttled(900, 1000)
    rate.succeeded(990)
    expect(rate.current()).toBe(14)
  })
})
