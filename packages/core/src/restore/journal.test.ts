import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { type ChunkJournal, openJournal, type StepResult } from './journal.js'

const PREFIX = 'restores/run-1/journal/09-000000/'
let clock: SimulatedClock
let store: ObjectStore

beforeEach(() => {
  clock = createSimulatedClock()
  store = createMemoryStore(clock)
})

const open = (): Promise<ChunkJournal> => openJournal(store, PREFIX, clock)
const keys = async (): Promise<string[]> =>
  (await collect(store.list(PREFIX))).map(({ key }) => key.slice(PREFIX.length))

/** Waits for what has been appended. */
async function stored(...appended: Promise<void>[]): Promise<void> {
  const all = Promise.all(appended)
  await clock.advance(1_000)
  await all
}

const result = (step: number, more: Partial<StepResult> = {}): StepResult => ({
  step,
  outcomes: ['done'],
  reasons: [],
  bound: {},
  notes: [],
  ...more,
})

describe('the journal of a chunk', () => {
  it('that was never begun has no history', async () => {
    expect((await open()).history).toEqual({
      done: undefined,
      intents: [],
      bound: new Map(),
      results: new Map(),
    })
  })

  it('gives the next process its intents, what was made by step, and the results', async () => {
    const journal = await open()
    await stored(journal.append({ intent: 7 }))
    await stored(
      journal.append({ bound: { step: 3, values: { newSub: 's' } } }),
      journal.append({ intent: null }),
      journal.append({ bound: { step: 3, values: { 'user/old': 'ann' } } }),
      journal.append({ bound: { step: 4, values: { newSub: 't' } } }),
      journal.append({ result: result(4) }),
    )
    const { history } = await open()
    expect(history).toEqual({
      done: undefined,
      intents: [7, null],
      bound: new Map([
        [3, { newSub: 's', 'user/old': 'ann' }],
        [4, { newSub: 't' }],
      ]),
      results: new Map([[4, result(4)]]),
    })
  })

  it('that is finished says its results and nothing else', async () => {
    const journal = await open()
    await stored(journal.append({ intent: 7 }))
    const results = [result(0), result(1, { outcomes: ['failed', 'not-tried'], reasons: ['why'] })]
    await journal.finish(results)
    expect((await open()).history).toEqual({
      done: results,
      intents: [],
      bound: new Map(),
      results: new Map(),
    })
  })
})

describe('an entry', () => {
  it('is stored when its promise resolves, in one object with those that come soon after', async () => {
    const journal = await open()
    let isStored = false
    const first = journal.append({ intent: 1 }).then(() => (isStored = true))
    await clock.advance(249)
    const second = journal.append({ result: result(0) })
    expect([isStored, await keys()]).toEqual([false, []])
    await clock.advance(10)
    await Promise.all([first, second])
    expect(await keys()).toEqual(['000001.json'])
    await stored(journal.append({ intent: 2 }))
    expect(await keys()).toEqual(['000001.json', '000002.json'])
  })

  it('of the next process comes after those of the last', async () => {
    const last = await open()
    await stored(last.append({ intent: 1 }))
    await stored(last.append({ intent: 2 }))
    await stored((await open()).append({ intent: 3 }))
    expect((await open()).history.intents).toEqual([1, 2, 3])
  })
})

describe('two processes that write one journal', () => {
  const lost = { code: 'LOCK_LOST', value: `${PREFIX}000001.json` }

  it('find out at the second’s first entry, of which nothing is stored', async () => {
    const [one, other] = [await open(), await open()]
    await stored(one.append({ intent: 1 }))
    const late = [other.append({ intent: 2 }), other.append({ result: result(0) })].map((entry) =>
      expect(entry).rejects.toMatchObject(lost),
    )
    await clock.advance(1_000)
    await Promise.all(late)
    expect((await open()).history).toMatchObject({ intents: [1], results: new Map() })
  })

  it('do not both finish it', async () => {
    const [one, other] = [await open(), await open()]
    await one.finish([result(0)])
    await expect(other.finish([])).rejects.toMatchObject({ code: 'LOCK_LOST' })
    expect((await open()).history.done).toEqual([result(0)])
  })
})

it.each(['not JSON', '{}', '[{"intent":"soon"}]'])('that holds %j is damaged', async (bytes) => {
  await store.putIfAbsent(`${PREFIX}000001.json`, Buffer.from(bytes))
  await expect(open()).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
})
