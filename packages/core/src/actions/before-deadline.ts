import { CodedError } from '../model/errors.js'
import type { Clock } from '../model/clock.js'
import { listenForAbort } from '../model/listen-for-abort.js'

/** What came of work that had a deadline: what it answered, or that it stopped. */
export type BeforeDeadline<T> = { readonly done: true; readonly value: T } | { readonly done: false }

/**
 * Does the work until it is done or the clock has come to a moment. It is stopped by its signal, as an interruption would, so that it ends at the next
 * place where it can be gone on from. What it throws for another reason is thrown.
 *
 * @param until milliseconds of the clock; without one there is no deadline
 * @param signal stops it too, and is then what it throws
 */
export async function beforeDeadline<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
  until: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<BeforeDeadline<T>> {
  const stop = new AbortController()
  const ended = new AbortController()
  const reached = new CodedError('INTERRUPTED', 'the time that it was given is over')
  const stopFollowing =
    signal === undefined ? undefined : listenForAbort(signal, () => stop.abort(signal.reason))
  if (signal?.aborted === true) stop.abort(signal.reason)
  const timer =
    until === undefined
      ? undefined
      : clock.sleep(Math.max(0, until - clock.now()), ended.signal).then(
          () => stop.abort(reached),
          () => undefined,
        )
  try {
    return { done: true, value: await work(stop.signal) }
  } catch (error) {
    if (error === reached && signal?.aborted !== true) return { done: false }
    throw error
  } finally {
    ended.abort()
    stopFollowing?.()
    await timer
  }
}
