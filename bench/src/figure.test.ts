import { describe, expect, it } from 'vitest'
import { judge, ratioTo } from './figure.js'

describe('a figure', () => {
  it('holds up to its goal and not beyond, however little beyond', () => {
    const atMost = (value: number): boolean | null =>
      judge({ name: 'a', value, unit: '%', goal: { atMost: 1.1 } }).holds
    expect([atMost(1), atMost(1.1), atMost(1.1000001)]).toEqual([true, true, false])
    const atLeast = (value: number): boolean | null =>
      judge({ name: 'a', value, unit: '%', goal: { atLeast: 95 } }).holds
    expect([atLeast(94.999), atLeast(95), atLeast(200)]).toEqual([false, true, true])
  })

  it('without a goal or without a value neither holds nor fails', () => {
    expect(judge({ name: 'a', value: 1, unit: '%' })).toMatchObject({ goal: null, holds: null })
    expect(judge({ name: 'a', value: null, unit: '%', goal: { atMost: 1 } })).toMatchObject({
      goal: { atMost: 1 },
      holds: null,
    })
  })

  it('is a ratio to its peer, and none where the peer is missing', () => {
    const goal = { atMost: 2 }
    const beside = ratioTo('first', 30, { name: 'gzip -9', value: 20 }, { unit: 'bytes', goal })
    expect(judge(beside)).toEqual({
      name: 'first',
      value: 1.5,
      unit: 'x gzip -9',
      goal,
      holds: true,
      of: { ours: 30, peer: { name: 'gzip -9', value: 20 }, unit: 'bytes' },
    })
    const why = 'restic is not installed'
    expect(
      judge(ratioTo('first', 30, { name: 'restic', value: null }, { unit: 'bytes', goal, why })),
    ).toEqual({
      name: 'first',
      value: null,
      unit: 'x restic',
      goal,
      holds: null,
      of: { ours: 30, peer: { name: 'restic', value: null }, unit: 'bytes' },
      note: why,
    })
  })
})
