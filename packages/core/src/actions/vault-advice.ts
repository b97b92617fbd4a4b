import { CodedError, hasCode } from '../model/errors.js'
import { unfinishedRuns } from '../restore/runs.js'
import type { ObjectStore } from '../storage/object-store.js'
import { VAULT_KEY } from '../vault/object-keys.js'
import { hiddenErasures, hiddenManifests, isHidden } from '../vault/repair/hidden-objects.js'
import { orUnreadable } from '../vault/repair/or-unreadable.js'
import { latestComplete, latestWithMfa } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { Advice } from './advice.js'
import type { VaultContext } from './context.js'

/** A backup older than this is worth a word. */
const OLD_MS = 2 * 24 * 3_600_000

/** What is worth a word of what the vault has of a pool, and of what it had. */
export async function adviceOfVault(
  context: VaultContext,
  poolId: string,
  hasSecondFactors: boolean,
): Promise<Advice[]> {
  const ofWhatIsThere = await adviceOfBackups(context, poolId, hasSecondFactors)
  // Where something cannot be read somebody may have been at work: then above all.
  return [...ofWhatIsThere, ...(await adviceOfDeletions(context.store, poolId))]
}

async function adviceOfBackups(
  { store, clock }: VaultContext,
  poolId: string,
  hasSecondFactors: boolean,
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
    if (hasSecondFactors && (await latestWithMfa(vault, poolId)) === undefined)
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

/** What somebody deleted by other means than this program's, and the store still has. */
async function adviceOfDeletions(store: ObjectStore, poolId: string): Promise<Advice[]> {
  const advice: Advice[] = []
  try {
    if (await isHidden(store, VAULT_KEY))
      advice.push({
        code: 'deleted-vault',
        what: `${VAULT_KEY} was deleted, without which nothing of the vault can be read; the store still has it`,
        todo: 'find out who may delete there; cognito-vault repair puts it back; do not make a new vault there',
      })
    const vault = await orUnreadable(openVault(store))
    if (vault === undefined) return advice
    const hidden = await hiddenManifests(vault, poolId)
    const newest = hidden
      .map(({ deletedAt }) => deletedAt)
      .toSorted()
      .at(-1)
    if (newest !== undefined)
      advice.push({
        code: 'deleted-snapshots',
        what: `snapshots of the pool were deleted by other means than forget: ${hidden.length}, the last at ${newest}; the store still has what they were`,
        todo: 'find out who may delete there; cognito-vault repair --dry-run shows them, and brings them back',
      })
    const erasures = await hiddenErasures(store)
    if (erasures.length > 0)
      advice.push({
        code: 'deleted-erasures',
        what: `entries of the erasure list were deleted: ${erasures.length}; who asked to be forgotten would be restored; the store still has them`,
        todo: 'find out who may delete there; cognito-vault repair puts them back',
      })
  } catch (error) {
    if (hasCode(error, 'VAULT_NOT_FOUND')) return advice
    if (!(error instanceof CodedError && error.code === 'ACCESS_DENIED')) throw error
    advice.push({
      code: 'beneath-unseen',
      what: `whether snapshots were deleted by other means than forget cannot be seen: ${error.message}`,
      todo: 'allow it to whoever looks after the vault; a backup does not need it',
    })
  }
  return advice
}
