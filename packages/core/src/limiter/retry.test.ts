import { describe, expect, it } from 'vitest'
import { createRetries, DEFAULT_ATTEMPT_LIMITS, type Failure } from './retry.js'

const longest = (): number => 1

function waits(failure: Failure, options: { idempotent: boolean; attempts: number }): (number | undefined)[] {
  const retries = createRetries({
    limits: DEFAULT_ATTEMPT_LIMITS,
    idempotent: options.idempotent,
    random: longest,
  })
  return Array.from({ length: options.attempts }, () => retries.waitAfter(failure))
}

describe('retries', () => {
  it('wait longer after each failure, up to 20 seconds', () => {
    expect(waits('throttled', { idempotent: false, attempts: 10 })).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000,
    ])
  })

  it('draw the wait between nothing and the longest', () => {
    const retries = createRetries({ limits: DEFAULT_ATTEMPT_LIMITS, idempotent: true, random: () => 0.25 })
    expect(retries.waitAfter('throttled')).toBe(25)
  })

  it('end with the 30th throttled attempt', () => {
    const seen = waits('throttled', { idempotent: false, attempts: 30 })
    expect(seen.slice(0, 29)).not.toContain(undefined)
    expect(seen[29]).toBeUndefined()
  })

  it.each(['not-sent', 'ambiguous'] as const)('end with the sixth %s attempt', (failure) => {
    expect(waits(failure, { idempotent: true, attempts: 6 })).toEqual([100, 200, 400, 800, 1600, undefined])
  })

  it('follow what was never sent even where repeating is not safe, but nothing ambiguous', () => {
    expect(waits('not-sent', { idempotent: false, attempts: 1 })).toEqual([100])
    expect(waits('ambiguous', { idempotent: false, attempts: 1 })).toEqual([undefined])
  })

  it('follow no answer', () => {
    expect(waits('fatal', { idempotent: true, attempts: 1 })).toEqual([undefined])
  })

  it('count throttles apart from failures', () => {
    const retries = createRetries({ limits: { throttled: 2, failed: 2 }, idempotent: true, random: longest })
    expect(retries.waitAfter('throttled')).toBe(100)
    expect(retries.waitAfter('ambiguous')).toBe(100)
    expect(retries.waitAfter('not-sent')).toBeUndefined()
  })
})
