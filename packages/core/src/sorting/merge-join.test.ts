import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareKeys } from '../model/canonical.js'
import { collect } from '../testing/collect.js'
import { mergeJoin } from './merge-join.js'

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* stream(keys: readonly string[]): AsyncGenerator<{ key: string }> {
  for (const key of keys) yield { key }
}

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
