import { init } from '../../actions/init.js'
import { CodedError, hasCode } from '../../model/errors.js'
import { openVault, type Vault } from '../../vault/vault.js'
import type { Call } from './call.js'

/**
 * The vault of the stack, which is made when it is first needed: always encrypted, its data key wrapped by each of the stack's keys.
 *
 * @throws CodedError `KEY_NEEDED` where the stack names no key
 */
export async function openOrMake({ vaults: { context, keyService }, settings, log }: Call): Promise<Vault> {
  try {
    return await openVault(context.store)
  } catch (error) {
    if (!hasCode(error, 'VAULT_NOT_FOUND')) throw error
  }
  if (settings.kmsKeys.length === 0)
    throw new CodedError('KEY_NEEDED', 'there is no vault yet, and no key to make one with', {
      value: 'KMS_KEY_ARNS',
      hint: 'the stack names the keys: deploy it again, or make the vault: cognito-vault init --kms-key ARN',
    })
  try {
    const { vault } = await init(context, { kmsKeys: settings.kmsKeys, keyService })
    log('INFO', { code: 'vault.made', vault })
  } catch (error) {
    // Another execution was faster.
    if (!hasCode(error, 'VAULT_EXISTS')) throw error
  }
  return openVault(context.store)
}
