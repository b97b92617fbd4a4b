import { hasCode } from '../../model/errors.js'

/**
 * Whether a vault could not be opened because none was made in its store yet. Where the store itself is not there, which has the same code and
 * what the service answered as its cause, a vault is lost.
 */
export function isNoVaultYet(error: unknown): boolean {
  return hasCode(error, 'VAULT_NOT_FOUND') && error.cause === undefined
}
