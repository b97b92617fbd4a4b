import { describe, expect, it } from 'vitest'
import { newBasesDue } from './new-bases.js'
import { DEFAULT_RANGE_LIMITS } from './range-limits.js'

const RANGES = 62
const RECORDS = 16_000

/** Days of a stream in which so many records of each range change a day: how many ranges got a new base, by day. */
function basesByDay(
  days: number,
  changed: (range: number, day: number) => number,
  ranges = RANGES,
): number[] {
  const chains = Array.from({ length: ranges }, () => ({ records: RECORDS, deltas: 0, changes: 0 }))
  return Array.from({ length: days }, (_, day) => {
    const due = newBasesDue(chains, DEFAULT_RANGE_LIMITS)
    let bases = 0
    for (const [at, chain] of chains.entries()) {
      const delta = changed(at, day)
      if (delta === 0) continue
      const outgrown = chain.deltas + 1 >= DEFAULT_RANGE_LIMITS.chain || chain.changes + delta > chain.records
      if (due.has(at) || outgrown) {
        bases++
        chains[at] = { records: RECORDS, deltas: 0, changes: 0 }
      } else {
        chains[at] = { records: RECORDS, deltas: chain.deltas + 1, changes: chain.changes + delta }
      }
    }
    return bases
  })
}

/** A little more or less than so many, differently in each range on each day. */
const about =
  (mean: number) =>
  (range: number, day: number): number =>
    Math.round(mean * (0.8 + (0.4 * ((range * 31 + day * 17) % 23)) / 22))

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

describe('new bases', () => {
  it('come to two of sixty-two on the worst day, though all chains began on one', () => {
    const bases = basesByDay(600, about(160))
    expect(Math.max(...bases)).toBe(2)
    expect(sum(bases.slice(0, 25))).toBe(0)
  })

  it('are written no oftener than chains grow to their whole length, once they are spread', () => {
    const bases = basesByDay(660, about(160))
    expect(sum(bases.slice(60))).toBeLessThan((RANGES * 600) / 55)
  })

  it.each([
    ['five in a hundred', 800, 7],
    ['a tenth', 1_600, 15],
    ['one in a thousand', 16, 2],
  ])('are spread where %s change a day', (_, changed, worst) => {
    expect(Math.max(...basesByDay(300, about(changed)))).toBeLessThanOrEqual(worst)
  })

  it('are one a day of few ranges, and none before its time of a single one', () => {
    expect(Math.max(...basesByDay(300, about(160), 13))).toBe(1)
    expect(basesByDay(180, about(160), 1).flatMap((bases, day) => (bases > 0 ? [day] : []))).toEqual([
      59, 119, 179,
    ])
  })

  it('are due at once of all that have outgrown the limits together', () => {
    const grown = { records: 10, deltas: 59, changes: 59 }
    expect(newBasesDue([grown, undefined, grown], DEFAULT_RANGE_LIMITS)).toEqual(new Set([0, 2]))
    expect(newBasesDue([], DEFAULT_RANGE_LIMITS)).toEqual(new Set())
  })
})
