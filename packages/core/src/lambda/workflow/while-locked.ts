import { hasCode } from '../../model/errors.js'
import type { Call } from './call.js'

/** A lease of a function that was killed is over after a minute. */
const LONGEST_MS = 90_000
const TRY_AGAIN_MS = 5_000

/**
 * Does the work, and tries again for a while when it finds itself locked out: by itself, most likely, as it was a moment ago when it was killed.
 *
 * @throws CodedError `LOCKED` when somebody else has the lock
 */
export async function whileLocked<T>(
  { vaults, log }: Pick<Call, 'vaults' | 'log'>,
  work: () => Promise<T>,
): Promise<T> {
  const { clock, signal } = vaults.context
  const giveUpAt = clock.now() + LONGEST_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!hasCode(error, 'LOCKED') || clock.now() >= giveUpAt) throw error
      log('WARN', { code: 'locked.waiting', scope: error.value })
      await clock.sleep(TRY_AGAIN_MS, signal)
    }
  }
}
