import type { CodedError } from '../../model/errors.js'
import type { Call } from './call.js'
import { mayPass } from './passing-failure.js'
import { sliceAfter, type StepState } from './step-event.js'
import { toCoded } from './thrown.js'

/** What the state of a workflow has whose steps are tried again. */
export interface TriedState extends Pick<StepState, 'next' | 'slices'> {
  /** How often in a row a step has ended with what may pass by itself. A step that has done something sets it to 0. */
  readonly tries: number
  /** Requests that were refused for their rate. A step that succeeds adds its call's. */
  readonly throttled: number
}

/**
 * Does a step. What may pass by itself is tried again, as often as {@link mayPass} allows, each time after a longer wait, in another call of the function: what the step
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
  const { signal } = call.vaults.context
  try {
    return await work()
  } catch (thrown) {
    const error = toCoded(thrown, signal)
    if (signal?.aborted === true || error.code === 'INTERRUPTED') throw error
    if (!(await mayPass(call, error, state.tries))) return giveUp(error)
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
