/**
 * Where time comes from. Everything that waits or tells the time takes one, so that tests move it by hand.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A source of randomness: a number in [0, 1), as `Math.random` gives. */
export type Random = () => number
