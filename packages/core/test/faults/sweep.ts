import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { CodedError } from '../../src/model/errors.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { createRetryStore } from '../../src/storage/retry/retry-store.js'
import type { Kind } from './fault-vault.js'
import { hastyClock } from '../support/lab.js'
import { isFlip, mayNotCome, type Strike, strikesOf, struck, watchCalls } from './strikes.js'

/** Puts something between a command and the bytes that are stored. */
export type Through = (stored: ObjectStore) => ObjectStore

/** A command, and how to tell what came of it. */
export interface Trial {
  /** The command, with the store as it sees it. @throws what it failed with, of one thing or as a whole */
  act(through: Through): Promise<void>
  /** Some time later, without faults: what a person does who was told of the error. */
  again(): Promise<void>
  /** What there is now, to be compared with what there is when nothing went wrong. */
  outcome(): Promise<unknown>
  /** What is damaged, half or lost, whatever became of the command. */
  faults(): Promise<string[]>
  end?(): Promise<void>
}

/** What a vault's store is, and whether it tries again what failed, as everybody's does: then no failure may be noticed. */
export interface Setting {
  readonly kind: Kind
  readonly retries: boolean
  /** Which strikes are worth trying where all are: the others come to the same in another setting. */
  readonly strikes: 'all' | 'of what is encrypted' | 'of what took effect'
}

/** `all`, or how many strikes of each sweep, where there is time; a few otherwise. */
const asked = process.env['COGNITO_VAULT_FAULTS']
const tryAll = asked === 'all'

export const SWEEP_TIMEOUT_MS = asked !== undefined ? 900_000 : 30_000

/** How many strikes are tried where not all are. */
const FEW = Number(asked ?? 2)

/**
 * Every call fails, fails after having taken effect, and is answered wrongly. An encrypted vault is opened first, and notices in its own way
 * what is wrong; that there is no answer is the same there. What is tried again is as if nothing had been, where nothing had taken effect.
 */
export const SETTINGS: readonly Setting[] =
  asked !== undefined
    ? [
        { kind: 'plain', retries: false, strikes: 'all' },
        { kind: 'encrypted', retries: false, strikes: 'of what is encrypted' },
        { kind: 'plain', retries: true, strikes: 'of what took effect' },
      ]
    : [{ kind: 'encrypted', retries: false, strikes: 'all' }]

/** What is read to open a vault. */
const OPENING = /^(vault\.json$|keys\/)/

function isOf({ strikes }: Setting, strike: Strike): boolean {
  if (strikes === 'of what is encrypted') return isFlip(strike) || OPENING.test(strike.key)
  return strikes === 'all' || strike.effect === 'fails after having taken effect'
}

/**
 * Strikes the calls of a command one at a time, each in a world of its own: the outcome is the right one, or the error is
 * a named one, nothing is damaged, and the command run again comes to the right outcome.
 *
 * @param begin makes the world as it is before the command
 */
export async function sweep(begin: () => Promise<Trial>, setting: Setting): Promise<void> {
  const { retries } = setting
  const retrying = (store: ObjectStore): ObjectStore =>
    retries ? createRetryStore(store, { clock: hastyClock, random: () => 0 }) : store
  const { strikes: all, expected } = await watchClean(await begin(), retrying)
  const strikes = all.filter((strike) => isOf(setting, strike))
  const wrong: string[] = []
  for (const strike of tryAll ? strikes : someOf(strikes)) {
    const trial = await begin()
    const found = await judge(trial, strike, { retrying, retries, expected })
    wrong.push(
      ...found.map((what) => `${strike.method} ${strike.call} (${strike.key}) ${strike.effect}: ${what}`),
    )
    await trial.end?.()
  }
  expect(wrong).toEqual([])
}

async function watchClean(
  trial: Trial,
  retrying: Through,
): Promise<{ strikes: Strike[]; expected: unknown }> {
  const watched: ReturnType<typeof watchCalls>[] = []
  await trial.act((stored) => {
    const calls = watchCalls(stored)
    watched.push(calls)
    return retrying(calls.store)
  })
  const expected = await trial.outcome()
  expect(await trial.faults()).toEqual([])
  await trial.end?.()
  expect(watched).toHaveLength(1)
  return { strikes: strikesOf(watched[0]!), expected }
}

/** @returns what is not as it has to be */
async function judge(
  trial: Trial,
  strike: Strike,
  { retrying, retries, expected }: { retrying: Through; retries: boolean; expected: unknown },
): Promise<string[]> {
  let hasCome = (): boolean => false
  const error = await failureOf(() =>
    trial.act((stored) => {
      const faulty = struck(stored, strike)
      hasCome = faulty.hasCome
      return retrying(faulty.store)
    }),
  )
  const wrong: string[] = []
  if (!hasCome() && !mayNotCome(strike)) wrong.push('it struck nothing')
  if (error !== undefined && !isNamed(error)) wrong.push(`no named error: ${told(error)}`)
  if (error !== undefined && retries) wrong.push(`not tried again: ${told(error)}`)
  wrong.push(...(await trial.faults()).map((fault) => `${fault} (after ${told(error)})`))
  if (error !== undefined) {
    const second = await failureOf(() => trial.again())
    if (second !== undefined) wrong.push(`after ${told(error)} it fails again: ${told(second)}`)
    wrong.push(...(await trial.faults()).map((fault) => `${fault} (after the second run)`))
  }
  const outcome = await trial.outcome()
  if (!isDeepStrictEqual(outcome, expected))
    wrong.push(
      `another outcome, after ${told(error)}: ${JSON.stringify({ expected, outcome }).slice(0, 3000)}`,
    )
  return wrong
}

function isNamed(error: unknown): boolean {
  return error instanceof CodedError && error.code !== 'INTERNAL'
}

function told(error: unknown): string {
  if (error === undefined) return 'no error'
  return error instanceof CodedError ? `${error.code}: ${error.message}` : String((error as Error).stack)
}

async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error
  }
}

/** Spread over the calls, and over what goes wrong with them. */
function someOf(strikes: readonly Strike[]): Strike[] {
  const apart = Math.max(1, Math.floor(strikes.length / FEW))
  // Of a get there are four: a step that two divides would take the same again and again.
  const step = apart % 2 === 0 ? apart - 1 : apart
  return strikes.filter((_, at) => at % step === step - 1)
}
