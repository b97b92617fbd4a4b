import type { Clock } from '../model/clock.js'

/** At most one timer, for the earliest moment asked for. */
export interface Alarm {
  /** Rings in `ms` milliseconds at the latest; sooner where that was asked for before. */
  set(ms: number): void
  /** Leaves no timer. */
  clear(): void
}

export function createAlarm(clock: Clock, now: () => number, ring: () => void): Alarm {
  let armed: { at: number; cancel: AbortController } | undefined

  function clear(): void {
    armed?.cancel.abort()
    armed = undefined
  }

  return {
    clear,
    set(ms) {
      const at = now() + ms
      if (armed !== undefined && armed.at <= at) return
      clear()
      const cancel = new AbortController()
      armed = { at, cancel }
      clock.sleep(ms, cancel.signal).then(
        () => {
          if (cancel.signal.aborted) return
          armed = undefined
          ring()
        },
        () => undefined, // Only when cancelled.
      )
    },
  }
}
