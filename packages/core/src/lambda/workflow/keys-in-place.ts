import { listKeys } from '../../actions/keys.js'
import { keysMissingMessage } from '../messages/schedule-messages.js'
import type { Call } from './call.js'

/**
 * Looks whether each of the stack's keys wraps the vault's data key, and tells where one does not: a second Region's key that came to a stack whose vault had been
 * made opens nothing there until it is added.
 *
 * @returns the keys that wrap nothing
 */
export async function tellOfMissingKeys({
  vaults,
  settings,
  log,
  tell,
  place,
}: Pick<Call, 'vaults' | 'settings' | 'log' | 'tell' | 'place'>): Promise<readonly string[]> {
  if (settings.kmsKeys.length === 0) return []
  const { slots } = await listKeys(vaults.context)
  const missing = settings.kmsKeys.filter((arn) => !slots.some(({ keyArn }) => keyArn === arn))
  if (missing.length === 0) return []
  log('ERROR', { code: 'keys.missing', keys: missing })
  await tell(keysMissingMessage(missing, place))
  return missing
}
