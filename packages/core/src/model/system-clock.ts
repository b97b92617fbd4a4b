import type { Clock } from './clock.js'
import { listenForAbort } from './listen-for-abort.js'

/** A timer cannot wait for longer than this; longer sleeps take several. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. A sleep keeps the process alive. */
export const systemClock: Clock = {
  now() {
    // eslint-disable-next-line no-restricted-syntax -- this is where everybody else's time comes from
    return Date.now()
  },

  async sleep(ms, signal) {
    signal?.throwIfAborted()
    let left = ms
    do {
      await oneTimer(Math.min(left, LONGEST_TIMER_MS), signal)
      signal?.throwIfAborted()
      left -= LONGEST_TIMER_MS
    } while (left > 0)
  },
}

/** Resolves when the time has passed or the signal aborts, leaving neither a timer nor a listener. */
async function oneTimer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      stopListening?.()
      resolve()
    }
    // eslint-disable-next-line no-restricted-syntax -- this is where everybody else's sleep comes from
    const timer = setTimeout(end, ms)
    const stopListening = signal === undefined ? undefined : listenForAbort(signal, end)
  })
}
