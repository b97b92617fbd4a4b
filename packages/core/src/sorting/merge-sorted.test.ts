import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareKeys } from '../model/canonical.js'
import { collect } from '../testing/collect.js'
import { mergeSorted } from './merge-sorted.js'

interface Item {
  key: string
  source: number
}

describe('a merge of sorted streams', () => {
  it('is what sorting all of them would give, the earlier source first where keys are equal', async () => {
    const sources = fc.array(fc.array(fc.string({ maxLength: 2 })), { maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(sources, async (keys) => {
        const items = keys.map((some, source) => some.sort(compareKeys).map((key) => ({ key, source })))
        const merged = await collect(mergeSorted(items.map((some) => stream(some))))
        // Sorting is stable.
        expect(merged).toEqual(items.flat().sort((a, b) => compareKeys(a.key, b.key)))
      }),
      { numRuns: 200 },
    )
  })

  it('ends its sources when its reader stops, and when one of them fails', async () => {
    let open = 0
    async function* source(fails: boolean): AsyncGenerator<Item> {
      open++
      try {
        yield { key: 'a', source: 0 }
        if (fails) throw new Error('broken')
        yield { key: 'b', source: 0 }
      } finally {
        await Promise.resolve()
        open--
      }
    }
    const reading = mergeSorted([source(false), source(false)])
    await reading.next()
    expect(open).toBe(2)
    await reading.return(undefined)
    expect(open).toBe(0)
    await expect(collect(mergeSorted([source(false), source(true)]))).rejects.toThrow('broken')
    expect(open).toBe(0)
  })
})

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* stream(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}
