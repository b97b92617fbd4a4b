import type { Clock, Random } from '../../model/clock.js'
import { hasCode } from '../../model/errors.js'

const ATTEMPTS = 5
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 10_000

export interface RetryOptions {
  clock: Clock
  random: Random
  /** How often a call is tried in all. */
  attempts?: number
}

/** Tries again what failed with `STORAGE_FAILED`; the last failure is thrown as it is. */
export interface Retrier {
  /** @param run is told which attempt it is, the first being 1 */
  retry: <T>(run: (attempt: number) => Promise<T>) => Promise<T>
  /** Waits after the given failed attempt; throws what cannot or need not be tried again. */
  recover: (error: unknown, attempt: number) => Promise<void>
}

/** Waits a random share of a time that doubles (full jitter: writers that failed together do not come back together). */
export function createRetrier({ clock, random, attempts = ATTEMPTS }: RetryOptions): Retrier {
  async function recover(error: unknown, attempt: number): Promise<void> {
    if (attempt >= attempts || !hasCode(error, 'STORAGE_FAILED')) throw error
    await clock.sleep(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)))
  }

  async function retry<T>(run: (attempt: number) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(attempt)
      } catch (error) {
        await recover(error, attempt)
      }
    }
  }

  return { retry, recover }
}
