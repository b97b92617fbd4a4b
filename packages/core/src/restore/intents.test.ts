import { expect, it } from 'vitest'
import { createSimulatedClock, type SimulatedClock } from '../testing/simulated-clock.js'
import { createIntents, type Intents } from './intents.js'
import type { ChunkJournal } from './journal.js'
import { INTENT_VALID_MS } from './own-user.js'

interface Given {
  readonly intents: Intents
  readonly clock: SimulatedClock
  readonly stored: unknown[]
  /** Whether what is stored from now on stays under way. */
  readonly hold: () => (error?: Error) => void
}

function given(
  earlier: readonly (number | null)[] = [],
  serverTime: () => number | undefined = () => 7,
): Given {
  const clock = createSimulatedClock(1_000)
  const stored: unknown[] = []
  let storing: Promise<void> = Promise.resolve()
  const journal: ChunkJournal = {
    history: { done: undefined, intents: earlier, bound: new Map(), results: new Map() },
    append: (entry) => {
      stored.push(entry)
      return storing
    },
    finish: () => Promise.resolve(),
  }
  const api = { region: 'eu-west-1', call: () => Promise.resolve({}), serverTime }
  return {
    intents: createIntents(journal, { api, clock }),
    clock,
    stored,
    hold: () => {
      let release: (error?: Error) => void = () => undefined
      storing = new Promise((resolve, reject) => {
        release = (error) => {
          if (error === undefined) resolve()
          else reject(error)
        }
      })
      return (error) => {
        release(error)
      }
    },
  }
}

it('stores one intent, by the service’s clock, for all calls while it is valid', async () => {
  const { intents, clock, stored } = given()
  await Promise.all([intents.cover(), intents.cover()])
  await clock.advance(INTENT_VALID_MS - 1)
  await intents.cover()
  expect(stored).toEqual([{ intent: 7 }])
  expect(intents.all).toEqual([7])
})

it('stores another before the last runs out', async () => {
  let now = 7
  const { intents, clock, stored } = given([], () => now)
  await intents.cover()
  await clock.advance(INTENT_VALID_MS)
  now = 8
  await intents.cover()
  expect(stored).toEqual([{ intent: 7 }, { intent: 8 }])
  expect(intents.all).toEqual([7, 8])
})

it('counts those of earlier processes, and covers nothing by them', async () => {
  const { intents, stored } = given([3, null], () => undefined)
  expect(intents.all).toEqual([3, null])
  await intents.cover()
  expect(stored).toEqual([{ intent: null }])
  expect(intents.all).toEqual([3, null, null])
})

it('covers a call only when the intent is stored, whoever asked for it first', async () => {
  const { intents, clock, hold } = given()
  const release = hold()
  let covered = 0
  const waiting = [intents.cover(), intents.cover()].map((one) => one.then(() => covered++))
  await clock.advance(0)
  expect(covered).toBe(0)
  release()
  await Promise.all(waiting)
  expect(covered).toBe(2)
})

it('covers nothing when the intent cannot be stored', async () => {
  const { intents, hold } = given()
  const release = hold()
  const waiting = [intents.cover(), intents.cover()]
  release(new Error('full'))
  for (const one of await Promise.allSettled(waiting)) expect(one.status).toBe('rejected')
})
