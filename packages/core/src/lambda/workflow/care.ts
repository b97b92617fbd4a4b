import { takenAt } from '../../actions/guard.js'
import { forget } from '../../actions/forget.js'
import { prune } from '../../actions/prune.js'
import { CodedError } from '../../model/errors.js'
import { latestComplete } from '../../vault/snapshots.js'
import { openVault, type Vault } from '../../vault/vault.js'
import { failureOf } from '../messages/failure-text.js'
import { careFailedMessage, tooOldMessage } from '../messages/schedule-messages.js'
import { isTimeToTell } from './time-to-tell.js'
import type { Call } from './call.js'
import { createHandler } from './function.js'
import { tellOfMissingKeys } from './keys-in-place.js'
import { madeAt } from './made-at.js'
import { isNoVaultYet } from './no-vault-yet.js'
import { whileLocked } from './while-locked.js'

/** Forgets and prunes after a backup, and looks whether backups happen and the keys of the stack open them. */
export const care = createHandler('care', async (call) => {
  switch (call.event.step) {
    case 'clear-up':
      return clearUp(call)
    case 'check':
      return check(call)
    case 'fail':
      return fail(call)
    default:
      throw new CodedError('USAGE', `the care of a vault has no step ${call.event.step}`, {
        value: call.event.step,
      })
  }
})

/**
 * Forgets what the policy does not keep, the shrink guard honoured, and prunes. What there was not the time for, the next
 * one does.
 *
 * @throws CodedError what kept something from being removed; everything else is done all the same
 */
async function clearUp(call: Call): Promise<object> {
  const { context } = call.vaults
  const { retention, poolIds } = call.settings
  const keysMissing = await tellOfMissingKeys(call)
  let forgotten = 0
  let heldByGuard = 0
  let retained = 0
  if (retention !== undefined) {
    const known = await poolsWithSnapshots(call)
    if (known.length > 0) {
      const request = { policy: retention, poolIds: known.filter((poolId) => poolIds.includes(poolId)) }
      const result = await whileLocked(call, () => forget(context, request, () => Promise.resolve('forget')))
      forgotten = result?.forgotten.length ?? 0
      retained = result?.retained.length ?? 0
      heldByGuard = result?.pools.reduce((sum, pool) => sum + pool.heldByGuard, 0) ?? 0
    }
  }
  const pruned = await whileLocked(call, () => prune(context)).catch((error: unknown) => {
    // It may be stopped at any moment, and the next one goes on.
    if (context.signal?.aborted === true) return undefined
    throw error
  })
  // A pool that is being backed up by somebody else is pruned the next time.
  const [failure] = pruned?.failures.filter(({ error }) => error.code !== 'LOCKED') ?? []
  if (failure !== undefined) {
    const { code, message, hint } = failure.error
    throw new CodedError(code, `${failure.poolId}: ${message}`, hint === undefined ? {} : { hint })
  }
  return { ok: true, forgotten, retained, heldByGuard, isPruned: pruned !== undefined, keysMissing }
}

/** A pool of which there is nothing yet has nothing to be forgotten. */
async function poolsWithSnapshots({ vaults, settings }: Call): Promise<string[]> {
  const vault = await openVault(vaults.context.store)
  const found: string[] = []
  for (const poolId of settings.poolIds) if ((await latestOf(vault, poolId)) !== undefined) found.push(poolId)
  return found
}

/** Says of each pool how old its newest complete backup is, and tells when that is too old. */
async function check(call: Call): Promise<object> {
  const { context } = call.vaults
  const { poolIds, maxSnapshotAgeHours } = call.settings
  const now = context.clock.now()
  const vault = await openVault(context.store).catch((error: unknown) => {
    // Nothing is known of its age before it is made: the alarm on missing data says that.
    if (isNoVaultYet(error)) return undefined
    throw error
  })
  const ages: { poolId: string; ageSeconds: number | null }[] = []
  for (const poolId of poolIds) {
    const latest = vault === undefined ? undefined : await latestOf(vault, poolId)
    const since = latest?.time ?? (vault === undefined ? undefined : await madeAt(vault))
    const ageSeconds = since === undefined ? null : Math.max(0, Math.round((now - since) / 1_000))
    ages.push({ poolId, ageSeconds })
    if (ageSeconds === null) continue
    // Of a pool that has none yet, as long as there could have been one: its silence would be lost among the other pools.
    call.metrics(poolId, { LatestSnapshotAge: ageSeconds })
    if (maxSnapshotAgeHours === undefined || !isTimeToTell(ageSeconds, maxSnapshotAgeHours * 3_600)) continue
    const takenAt = latest === undefined ? undefined : new Date(latest.time).toISOString()
    const about = {
      poolId,
      snapshotId: latest?.id,
      takenAt,
      ageSeconds,
      mostSeconds: maxSnapshotAgeHours * 3_600,
    }
    await call.tell(tooOldMessage(about, call.place))
  }
  return { ok: true, ages }
}

async function latestOf(vault: Vault, poolId: string): Promise<{ id: string; time: number } | undefined> {
  const latest = await latestComplete(vault, poolId)
  return latest === undefined ? undefined : { id: latest.snapshot, time: takenAt(latest) }
}

async function fail(call: Call): Promise<object> {
  const failure = failureOf(call.event.error ?? {})
  for (const poolId of call.settings.poolIds) call.metrics(poolId, { RetentionFailed: 1 })
  await call.tell(careFailedMessage([{ poolId: undefined, failure }], call.place))
  return { ok: false }
}
