import { setImmediate } from 'node:timers/promises'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { createSimulatedClock } from '../../src/testing/simulated-clock.js'
import type { Clock } from '../../src/model/clock.js'

/** Time that stands still while a call is under way, and else goes on by itself, for the client and the service alike. */
export interface VirtualTime {
  readonly clock: Clock
  /** The port, its calls watched. */
  watch(api: CognitoApi): CognitoApi
  /** Lets time go on until the work is done. */
  during<T>(work: Promise<T>): Promise<T>
}

const STEP_MS = 1

export function createVirtualTime(start: number): VirtualTime {
  const clock = createSimulatedClock(start)
  let underWay = 0

  async function during<T>(work: Promise<T>): Promise<T> {
    const state = { done: false }
    const ended = work.finally(() => {
      state.done = true
    })
    // Whoever awaits the work is told; here it is only watched.
    ended.catch(() => undefined)
    while (!state.done) await (underWay === 0 ? clock.advance(STEP_MS) : setImmediate())
    return ended
  }

  return {
    clock,
    during,
    watch: (api) => ({
      ...api,
      call: async (operation, input, options) => {
        underWay++
        try {
          return await api.call(operation, input, options)
        } finally {
          underWay--
        }
      },
    }),
  }
}
