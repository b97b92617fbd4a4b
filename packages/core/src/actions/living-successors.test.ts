import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../testing/collect.js'
import { livingSuccessors, type Renaming } from './living-successors.js'

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

let tempDirectory: string

beforeAll(async () => {
  tempDirectory = await mkdtemp(join(tmpdir(), 'cognito-vault-test-'))
})

afterAll(() => rm(tempDirectory, { recursive: true }))

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

/** The first that counts of each id. */
async function found(pairs: readonly (readonly [string, string])[], living: string): Promise<object> {
  const renamings: Renaming[] = pairs.map(([old, next]) => ({ old, new: next }))
  const all = await collect(
    livingSuccessors({
      renamings: () => stream(renamings),
      living: () => stream([...new Set(Array.from(living))].sort().map((key) => ({ key }))),
      longestChain: pairs.length,
      tempDirectory,
      // Everything is spilled.
      charactersInMemory: 8,
    }),
  )
  expect(all.map(({ key }) => key)).toEqual(all.map(({ key }) => key).sort())
  return Object.fromEntries(all.reverse().map(({ key, now }) => [key, now]))
}

describe('what a renamed id lives under', () => {
  it.each<[what: string, [string, string][], living: string, object]>([
    ['nothing', [], 'a', {}],
    ['its successor', [['a', 'b']], 'bz', { a: 'b' }],
    ['itself, though it was renamed', [['a', 'b']], 'ab', { a: 'a' }],
    ['nobody who lives', [['a', 'b']], 'z', {}],
    [
      'the end of a chain',
      [
        ['b', 'c'],
        ['a', 'b'],
        ['c', 'd'],
      ],
      'd',
      { a: 'd', b: 'd', c: 'd' },
    ],
    [
      'the nearest that lives',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      'bc',
      { a: 'b', b: 'b' },
    ],
    [
      'the one of several that lives',
      [
        ['a', 'b'],
        ['a', 'c'],
        ['a', 'd'],
      ],
      'c',
      { a: 'c' },
    ],
    [
      'one with others',
      [
        ['a', 'c'],
        ['b', 'c'],
      ],
      'c',
      { a: 'c', b: 'c' },
    ],
    [
      'one that several runs name',
      [
        ['a', 'b'],
        ['a', 'b'],
        ['a', 'b'],
      ],
      'b',
      { a: 'b' },
    ],
    [
      'nobody in a circle',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      'z',
      {},
    ],
  ])('%s', async (_, pairs, living, expected) => {
    expect(await found(pairs, living)).toEqual(expected)
  })

  it('is what following all chains in memory finds', async () => {
    const id = fc.constantFrom(...IDS)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(id, id), { maxLength: 9 }),
        fc.subarray(IDS),
        async (pairs, living) => {
          const all = await found(pairs, living.join(''))
          const expected = [...new Set(pairs.map(([old]) => old))].filter((old) =>
            reach(old, pairs).some((one) => living.includes(one)),
          )
          expect(Object.keys(all).sort()).toEqual(expected.sort())
          for (const [old, now] of Object.entries(all) as [string, string][]) {
            expect(living).toContain(now)
            expect(reach(old, pairs)).toContain(now)
            if (living.includes(old)) expect(now).toBe(old)
          }
        },
      ),
      { numRuns: 60 },
    )
    expect(await readdir(tempDirectory)).toEqual([])
  })
})

function reach(id: string, pairs: readonly (readonly [string, string])[]): string[] {
  const seen = new Set([id])
  for (const one of seen) for (const [old, next] of pairs) if (old === one) seen.add(next)
  return [...seen]
}
