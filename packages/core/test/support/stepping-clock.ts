import { setImmediate } from 'node:timers/promises'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { Clock } from '../../src/model/clock.js'
import { listenForAbort } from '../../src/model/listen-for-abort.js'

/** A clock that goes on by so much with each answer of the service, and else stands still. */
export interface SteppingClock extends Clock {
  /** The port, whose answers make the clock go on. */
  watch(api: CognitoApi): CognitoApi
}

/** Shorter waits are not about time: they take a turn of the event loop. */
const BRIEF_MS = 1_000

export function createSteppingClock(msEach: number, start = Date.now()): SteppingClock {
  let now = start
  const sleepers = new Set<{ due: number; wake: () => void }>()

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (ms < BRIEF_MS) await setImmediate()
    else
      await new Promise<void>((resolve) => {
        const sleeper = { due: now + ms, wake: end }
        const stopListening = signal === undefined ? undefined : listenForAbort(signal, end)
        function end(): void {
          sleepers.delete(sleeper)
          stopListening?.()
          resolve()
        }
        sleepers.add(sleeper)
      })
    signal?.throwIfAborted()
  }

  async function step(): Promise<void> {
    now += msEach
    for (const sleeper of [...sleepers]) if (sleeper.due <= now) sleeper.wake()
    // Whoever was woken goes first.
    await setImmediate()
  }

  return {
    now: () => now,
    sleep,
    watch: (api) => ({
      ...api,
      call: async (operation, input, options) => {
        const answer = await api.call(operation, input, options)
        await step()
        return answer
      },
    }),
  }
}
