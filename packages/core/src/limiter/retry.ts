import type { Random } from '../model/clock.js'

/**
 * What a failed attempt says of its effect: `throttled` and `not-sent` certainly had none, `ambiguous` (a timeout, a
 * reset connection, a 5xx) may have had it, `fatal` is an answer.
 */
export type Failure = 'throttled' | 'not-sent' | 'ambiguous' | 'fatal'

export interface AttemptLimits {
  /** Attempts that end in being throttled. */
  throttled: number
  /** Attempts that end in `not-sent` or `ambiguous`, together. */
  failed: number
}

/** About four minutes of being throttled, about two seconds of a network that fails. */
export const DEFAULT_ATTEMPT_LIMITS: Readonly<AttemptLimits> = { throttled: 30, failed: 6 }

const BASE_MS = 100
const LONGEST_MS = 20_000

/** The attempts of one request. */
export interface Retries {
  /** Milliseconds to wait before the next attempt; `undefined` when there must be none. */
  waitAfter(failure: Failure): number | undefined
}

/** Waits grow exponentially, with full jitter so that a volley of failures does not come back as one. */
export function createRetries(options: {
  limits: AttemptLimits
  idempotent: boolean
  random: Random
}): Retries {
  const { limits, idempotent, random } = options
  const seen: AttemptLimits = { throttled: 0, failed: 0 }

  return {
    waitAfter(failure) {
      if (failure === 'fatal' || (failure === 'ambiguous' && !idempotent)) return undefined
      const kind = failure === 'throttled' ? 'throttled' : 'failed'
      seen[kind] += 1
      if (seen[kind] >= limits[kind]) return undefined
      return random() * Math.min(LONGEST_MS, BASE_MS * 2 ** (seen[kind] - 1))
    },
  }
}
