import { type CodedError, hasCode } from '../../model/errors.js'
import type { Call } from './call.js'
import { sliceAfter, type StepState } from './step-event.js'
import { toCoded } from './thrown.js'

/** What the state of a workflow has whose steps are tried again. */
export interface TriedState extends Pick<StepState, 'next' | 'slices'> {
  /** How often in a row a step has ended with what may pass by itself. A step that has done something sets it to 0. */
  readonly tries: number
  /** Requests that were refused for their rate. A step that succeeds adds its call's. */
  readonly throttled: number
}

/** What a step may end with and not end with again in a while: what the network or the store did. */
const MAY_PASS = ['ENDPOINT_UNREACHABLE', 'STORAGE_FAILED'] as const
const MOST_TRIES = 5
const WAIT_MS = 20_000

/**
 * Does a step. What may pass by itself is tried again, {@link MOST_TRIES} times in a row, each time after a longer wait, in another call of the function: what the step
 * before has done is kept. Whatever else it ends with, `giveUp` answers to: with the next state, or by throwing.
 *
 * @throws what was thrown when the time of the call was over, for there is none left to answer in: the machine asks again, with the step `fail`
 */
export async function trying<S extends TriedState>(
  call: Pick<Call, 'event' | 'settings' | 'vaults' | 'log' | 'throttled'>,
  state: S,
  work: () => Promise<S>,
  giveUp: (error: CodedError) => Promise<S>,
): Promise<S> {
  const { clock, signal } = call.vaults.context
  try {
    return await work()
  } catch (thrown) {
    const error = toCoded(thrown, signal)
    if (signal?.aborted === true || error.code === 'INTERRUPTED') throw error
    if (!hasCode(error, ...MAY_PASS) || state.tries >= MOST_TRIES) return giveUp(error)
    call.log('WARN', { code: 'slice.tried-again', error: error.code, message: error.message })
    await clock.sleep(WAIT_MS * (state.tries + 1), signal)
    const { next, slices } = sliceAfter(state, call.settings)
    return {
      ...state,
      slices,
      next: call.event.step === 'finish' ? 'finish' : next,
      throttled: state.throttled + call.throttled(),
      tries: state.tries + 1,
    }
  }
}
