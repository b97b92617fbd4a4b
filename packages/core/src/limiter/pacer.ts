/**
 * Starts at least 1/rate apart. A start that comes late pushes those after it back: lost time is never made up by a
 * burst, so no second holds more than rate + 1 starts.
 */
export interface Pacer {
  /** The earliest moment of the next start; `-Infinity` before the first. */
  dueAt(): number
  /** Records a start at `now`, which must not be before `dueAt()`. */
  start(now: number): void
}

/**
 * Timers fire in whole milliseconds and a little late. A start no later than this keeps its place in the rhythm; without
 * it, a seventh of 120 requests a second would be lost to rounding.
 */
const TIMER_GRAIN_MS = 2

/** `rate` in starts a second, read afresh at every use; infinite means no limit. */
export function createPacer(rate: () => number): Pacer {
  let last = -Infinity

  const dueAt = (): number => last + 1000 / rate()

  return {
    dueAt,
    start(now) {
      const due = dueAt()
      last = now - due <= toleratedLateness(rate()) ? due : now
    },
  }
}

/** At most what keeps a second of `rate` starts, one of them late, from holding more than rate + 1. */
function toleratedLateness(rate: number): number {
  if (rate === Infinity) return 0
  const headroom = (Math.floor(rate) + 1 - rate) * (1000 / rate)
  return Math.min(TIMER_GRAIN_MS, headroom / 2)
}
