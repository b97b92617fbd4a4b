import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareKeys } from '../model/canonical.js'
import { collect } from '../testing/collect.js'
import { mergeJoin } from './merge-join.js'

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* stream(keys: readonly string[]): AsyncGenerator<{ key: string }> {
  for (const key of keys) yield { key }
}

describe('a merge join', () => {
  it('pairs what has one key on both sides, and yields everything once, ascending', async () => {
    const side = fc.uniqueArray(fc.string({ maxLength: 3 })).map((keys) => keys.sort(compareKeys))
    await fc.assert(
      fc.asyncProperty(side, side, async (left, right) => {
        const joined = await collect(mergeJoin(stream(left), stream(right)))
        const all = [...new Set([...left, ...right])].sort(compareKeys)
        expect(joined.map((pair) => pair.key)).toEqual(all)
        for (const pair of joined) {
          expect(pair.left !== undefined).toBe(left.includes(pair.key))
          expect(pair.right !== undefined).toBe(right.includes(pair.key))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('loses nothing where a side has a key more than once', async () => {
    const joined = await collect(mergeJoin(stream(['a', 'a', 'b']), stream(['a', 'b', 'b'])))
    expect(joined.map((pair) => [pair.left?.key, pair.right?.key])).toEqual([
      ['a', 'a'],
      ['a', undefined],
      ['b', 'b'],
      [undefined, 'b'],
    ])
  })

  it.each([
    [['b', 'a'], ['c']],
    [['a'], ['b', 'c', 'b']],
  ])('refuses a side that is not sorted: %s %s', async (left, right) => {
    await expect(collect(mergeJoin(stream(left), stream(right)))).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('ends both sides when its reader stops', async () => {
    let open = 0
    async function* side(): AsyncGenerator<{ key: string }> {
      open++
      try {
        for (const key of ['a', 'b']) yield await Promise.resolve({ key })
      } finally {
        open--
      }
    }
    for await (const pair of mergeJoin(side(), side())) {
      expect([pair.key, open]).toEqual(['a', 2])
      break
    }
    expect(open).toBe(0)
  })
})
