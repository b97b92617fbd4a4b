import { hasCode } from '../../model/errors.js'

/** What was read, or `undefined` where it is damaged, gone, or of a newer version; other failures stay failures. */
export async function orUnreadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) return undefined
    throw error
  }
}
