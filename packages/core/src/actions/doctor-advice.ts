import { object, text } from '../cognito/canonical-body.js'
import type { ResourceSet } from '../cognito/resource-set.js'
import { hasCode } from '../model/errors.js'
import { factorsAllowedBy } from '../restore/mfa-factors.js'
import { unfinishedRuns } from '../restore/runs.js'
import { latestComplete, latestWithMfa } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { CognitoContext } from './context.js'

/** Something to think of while the pool still lives. */
export interface Advice {
  readonly code: string
  readonly what: string
  readonly todo: string
}

/** A backup older than this is worth a word. */
const OLD_MS = 2 * 24 * 3_600_000

/** What is worth a word, of the pool and of what the vault has of it. */
export async function adviceOf(
  context: CognitoContext,
  poolId: string,
  resources: ResourceSet,
): Promise<Advice[]> {
  return [...(await ofVault(context, poolId, resources)), ...ofPool(resources, poolId)]
}

async function ofVault(
  { store, clock }: CognitoContext,
  poolId: string,
  resources: ResourceSet,
): Promise<Advice[]> {
  const takeOne = `cognito-vault backup --pool ${poolId}`
  try {
    const vault = await openVault(store)
    const latest = await latestComplete(vault, poolId)
    const advice: Advice[] = []
    if (latest === undefined)
      advice.push({ code: 'no-backup', what: 'the vault has no complete backup of the pool', todo: takeOne })
    else if (clock.now() - Date.parse(latest.window.from) > OLD_MS)
      advice.push({
        code: 'old-backup',
        what: `the newest complete backup is of ${latest.window.from}`,
        todo: takeOne,
      })
    if (factorsOf(resources).length > 0 && (await latestWithMfa(vault, poolId)) === undefined)
      advice.push({
        code: 'second-factors',
        what: 'no backup knows who has which second factor, as reading them makes every user monthly active: who is made again has none',
        todo: `see what it costs: cognito-vault estimate backup --pool ${poolId} --mfa capture`,
      })
    for (const runId of await unfinishedRuns(store, poolId, { mode: 'in-place', poolId }))
      advice.push({
        code: 'unfinished-restore',
        what: `${runId} was approved and has not come to its end, so that backups do not count as the latest`,
        todo: `cognito-vault resume ${runId}, or cognito-vault undo ${runId}`,
      })
    return advice
  } catch (error) {
    if (hasCode(error, 'VAULT_NOT_FOUND'))
      return [{ code: 'no-vault', what: error.message, todo: error.hint ?? 'cognito-vault init' }]
    if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
    return [{ code: 'unreadable-vault', what: error.message, todo: error.hint ?? 'cognito-vault verify' }]
  }
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
