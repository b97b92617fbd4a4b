import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../model/clock.js'
import { listenForAbort } from '../model/listen-for-abort.js'

/** A clock that stands still until it is moved. For tests. */
export interface SimulatedClock extends Clock {
  /**
   * Moves time on, waking each sleeper at its own moment, in order (the one who lay down first where moments are the
   * same). Between two moments everything that is ready to run runs, and may sleep again within the same advance.
   */
  advance(ms: number): Promise<void>
  /** How many sleep. */
  readonly pending: number
}

interface Sleeper {
  readonly due: number
  readonly wake: () => void
}

export function createSimulatedClock(start = 0): SimulatedClock {
  let now = start
  /** In the order in which they lay down. */
  const sleepers = new Set<Sleeper>()

  function nextDue(until: number): Sleeper | undefined {
    let next: Sleeper | undefined
    for (const sleeper of sleepers) {
      if (sleeper.due <= until && (next === undefined || sleeper.due < next.due)) next = sleeper
    }
    return next
  }

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (ms <= 0) return
    await new Promise<void>((resolve) => {
      const sleeper: Sleeper = { due: now + ms, wake: end }
      function end(): void {
        sleepers.delete(sleeper)
        stopListening?.()
        resolve()
      }
      sleepers.add(sleeper)
      const stopListening = signal === undefined ? undefined : listenForAbort(signal, end)
    })
    signal?.throwIfAborted()
  }

  async function advance(ms: number): Promise<void> {
    const until = now + ms
    await setImmediate()
    for (let next = nextDue(until); next !== undefined; next = nextDue(until)) {
      now = next.due
      next.wake()
      await setImmediate()
    }
    now = until
  }

  return {
    now: () => now,
    sleep,
    advance,
    get pending() {
      return sleepers.size
    },
  }
}
