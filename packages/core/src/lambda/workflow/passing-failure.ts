import { type CodedError, hasCode } from '../../model/errors.js'
import type { Call } from './call.js'

const MOST_TRIES = 5
const WAIT_MS = 20_000

/**
 * Whether the next slice is to try again: what the network or the store did, and may not do again in a while, it waits for. What was read until now is kept.
 *
 * @param tries how often in a row that was so before
 */
export async function mayPass(
  { vaults, log }: Pick<Call, 'vaults' | 'log'>,
  error: CodedError,
  tries: number,
): Promise<boolean> {
  if (!hasCode(error, 'ENDPOINT_UNREACHABLE', 'STORAGE_FAILED') || tries >= MOST_TRIES) return false
  const { clock, signal } = vaults.context
  log('WARN', { code: 'slice.tried-again', error: error.code, message: error.message })
  await clock.sleep(WAIT_MS * (tries + 1), signal)
  return true
}
