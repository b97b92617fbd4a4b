import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makeRecord, type StreamRecord } from '../model/records.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { countChanges } from './count-changes.js'
import { openSegments } from './segment-store.js'
import { writeStream } from './stream-writer.js'

type State = Readonly<Record<number, number>>

const recordsOf = (state: State): StreamRecord[] =>
  Object.entries(state)
    .map(([key, value]) => makeRecord(`user-${key.padStart(3, '0')}`, { value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* stream(state: State): AsyncGenerator<StreamRecord> {
  yield* recordsOf(state)
}

async function store(inner: ObjectStore, state: State, parent?: string): Promise<string> {
  const limits = { records: 4, characters: 1e6, chain: 4 }
  return (await writeStream(openSegments(inner, 'pool_A'), stream(state), parent, limits)).root
}

function changed(before: State, after: State): number {
  return Object.keys(before).filter((key) => after[Number(key)] !== before[Number(key)]).length
}

it('counts what is otherwise or gone, however the streams are cut and stored', async () => {
  const someState = fc.dictionary(fc.nat({ max: 40 }).map(String), fc.nat({ max: 2 }), { maxKeys: 30 })
  await fc.assert(
    fc.asyncProperty(fc.array(someState, { minLength: 2, maxLength: 5 }), async (states) => {
      const inner = createMemoryStore(createSimulatedClock())
      const roots: string[] = []
      for (const state of states) roots.push(await store(inner, state, roots.at(-1)))
      for (const [i, before] of states.entries())
        for (const [j, after] of states.entries())
          expect(await countChanges(openSegments(inner, 'pool_A'), roots[i]!, roots[j]!)).toBe(
            changed(before, after),
          )
    }),
    { numRuns: 25 },
  )
})

it('reads of a long stream in which little changed little more than what changed', async () => {
  const inner = createMemoryStore(createSimulatedClock())
  const before = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [i, 0]))
  const first = await store(inner, before)
  const second = await store(inner, { ...before, 17: 1, 300: 1 }, first)
  let reads = 0
  const counted = { ...inner, get: (key: string) => (reads++, inner.get(key)) }
  expect(await countChanges(openSegments(counted, 'pool_A'), first, second)).toBe(1)
  expect(reads).toBeLessThan(12)
})
