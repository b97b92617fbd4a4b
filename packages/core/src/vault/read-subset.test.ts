import { describe, expect, it } from 'vitest'
import { chooseEach, chooseFrom, parseReadSubset } from './read-subset.js'

const names = Array.from({ length: 700 }, (_, at) => `segment-${at}`)

describe('groups', () => {
  it('are together everything, each name in one of them', () => {
    const groups = Array.from({ length: 7 }, (_, at) =>
      chooseFrom(names, parseReadSubset(`${at + 1}/7`), Math.random),
    )
    expect(groups.flatMap((group) => [...group]).sort()).toEqual([...names].sort())
    for (const group of groups) expect(group.size).toBeGreaterThan(60)
  })

  it('have a name whatever else there is', () => {
    const subset = parseReadSubset('3/7')
    const chosen = chooseFrom(names, subset, Math.random)
    expect(new Set(names.filter(chooseEach(subset, Math.random)))).toEqual(chosen)
    const few = names.slice(0, 10)
    expect([...chooseFrom(few, subset, Math.random)]).toEqual(few.filter((name) => chosen.has(name)))
  })
})

describe('a share', () => {
  it('is as many as it says, drawn by the randomness that is given, and one at least', () => {
    let draw = 0
    const random = (): number => (draw = (draw + 0.37) % 1)
    const chosen = chooseFrom(names, parseReadSubset('5%'), random)
    expect(chosen.size).toBe(35)
    expect(chooseFrom(names, parseReadSubset('5%'), random)).not.toEqual(chosen)
    expect(chooseFrom(names.slice(0, 3), parseReadSubset('0.1%'), random).size).toBe(1)
    expect(chooseFrom([], parseReadSubset('5%'), random).size).toBe(0)
    expect(chooseFrom(names, parseReadSubset('100%'), random)).toEqual(new Set(names))
  })
})

describe('what is no subset', () => {
  it.each(['', '5', '0%', '101%', '0/7', '8/7', '1/0', '-1/7', '1/7x', '5 %', '1.5/7', '50M'])(
    'is refused: %j',
    (text) => {
      expect(() => parseReadSubset(text)).toThrow(/--read-data-subset takes N\/T or a percentage/)
    },
  )
})
