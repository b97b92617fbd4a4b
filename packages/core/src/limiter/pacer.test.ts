import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacer } from './pacer.js'

/** Less what the arithmetic rounds off. */
const SECOND = 1000 - 1e-6

describe('pacer', () => {
  it('lets the first start at once and the next an interval later', () => {
    const pacer = createPacer(() => 10)
    expect(pacer.dueAt()).toBe(-Infinity)
    pacer.start(5000)
    expect(pacer.dueAt()).toBe(5100)
  })

  it('makes up no lateness beyond what a timer causes', () => {
    const pacer = createPacer(() => 10)
    pacer.start(0)
    pacer.start(150)
    expect(pacer.dueAt()).toBe(250)
  })

  it('keeps the rhythm where a timer is a little late', () => {
    const pacer = createPacer(() => 10)
    pacer.start(0)
    pacer.start(101.5)
    expect(pacer.dueAt()).toBe(200)
  })

  it('applies a changed rate to the start that is being waited for', () => {
    let rate = 10
    const pacer = createPacer(() => rate)
    pacer.start(0)
    rate = 5
    expect(pacer.dueAt()).toBe(200)
  })

  it('limits nothing at an infinite rate', () => {
    const pacer = createPacer(() => Infinity)
    pacer.start(7)
    pacer.start(7)
    expect(pacer.dueAt()).toBe(7)
  })

  it('has no more than rate + 1 starts in any second, however late each comes', () => {
    const lateness = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true }), fc.nat(500))
    const rate = fc.double({ min: 0.1, max: 200, noNaN: true })
    fc.assert(
      fc.property(rate, fc.array(lateness, { minLength: 2, maxLength: 600 }), (perSecond, delays) => {
        const pacer = createPacer(() => perSecond)
        const starts: number[] = []
        for (const delay of delays) {
          const now = Math.max(pacer.dueAt(), starts.at(-1) ?? 0) + delay
          pacer.start(now)
          starts.push(now)
        }
        let first = 0
        starts.forEach((start, index) => {
          while (start - starts[first]! >= SECOND) first++
          expect(index - first + 1).toBeLessThanOrEqual(perSecond + 1)
        })
      }),
    )
  })
})
