import type { Clock } from './clock.js'

/** The machine's clock, used unless a test brings its own. */
export const realClock: Clock = {
  // eslint-disable-next-line no-restricted-syntax -- the one place where real time enters
  now: () => Date.now(),
}

/** Waits in real time: latency and slow answers are felt by a client whatever the simulated clock says. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    // eslint-disable-next-line no-restricted-syntax -- the one place where real timers are set
    setTimeout(resolve, milliseconds).unref()
  })
}
