import { describe, expect, it } from 'vitest'
import { neverGoingBack } from './monotonic.js'

describe('a clock set back', () => {
  it('goes on from where it was', () => {
    const told = [1000, 1500, 200, 300, 1700]
    const now = neverGoingBack(() => told.shift() ?? 0)
    expect([now(), now(), now(), now(), now()]).toEqual([1000, 1500, 1500, 1600, 3000])
  })
})
