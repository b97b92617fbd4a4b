import { object, text } from '../cognito/canonical-body.js'
import type { ResourceSet } from '../cognito/resource-set.js'
import { factorsAllowedBy } from '../restore/mfa-factors.js'
import type { Advice } from './advice.js'
import type { CognitoContext } from './context.js'
import { adviceOfVault } from './vault-advice.js'

/** What is worth a word, of the pool and of what the vault has of it. */
export async function adviceOf(
  context: CognitoContext,
  poolId: string,
  resources: ResourceSet,
): Promise<Advice[]> {
  return [
    ...(await adviceOfVault(context, poolId, factorsOf(resources).length > 0)),
    ...ofPool(resources, poolId),
  ]
}

function factorsOf(resources: ResourceSet): string[] {
  return factorsAllowedBy(resources.one('mfa')?.body ?? {}, resources.one('pool')?.body ?? {})
}

function ofPool(resources: ResourceSet, poolId: string): Advice[] {
  const pool = resources.one('pool')?.body ?? {}
  const mfa = resources.one('mfa')?.body ?? {}
  const advice: Advice[] = []
  if (text(pool, 'DeletionProtection') !== 'ACTIVE')
    advice.push({
      code: 'deletion-protection',
      what: 'the pool can be deleted by one call: DeletionProtection is not ACTIVE',
      todo: `turn it on, in the console or with all settings of the pool: aws cognito-idp update-user-pool --user-pool-id ${poolId} --deletion-protection ACTIVE resets what it is not given`,
    })
  if (object(pool, 'LambdaConfig')?.['PreSignUp'] !== undefined)
    advice.push({
      code: 'pre-sign-up',
      what: 'a repair in place runs the PreSignUp trigger for each user whom it makes again',
      todo: 'see that the function lets users through who come with ClientMetadata cognito-vault-run',
    })
  if (object(mfa, 'SoftwareTokenMfaConfiguration')?.['Enabled'] === true)
    advice.push({
      code: 'totp',
      what: 'TOTP enrolments cannot be read: who is made again has to enrol again',
      todo: 'plan for it, above all where MFA is required',
    })
  if (object(mfa, 'WebAuthnConfiguration') !== undefined)
    advice.push({
      code: 'passkeys',
      what: 'passkeys cannot be read: who is made again has to register one again',
      todo: 'let users have another way in as well',
    })
  return advice
}
