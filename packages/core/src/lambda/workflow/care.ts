import { takenAt } from '../../actions/guard.js'
import { forget } from '../../actions/forget.js'
import { prune } from '../../actions/prune.js'
import { CodedError, hasCode } from '../../model/errors.js'
import type { Policy } from '../../retention/policy.js'
import { latestComplete, newestSnapshotTime } from '../../vault/snapshots.js'
import { openVault, type Vault } from '../../vault/vault.js'
import { failureOf } from '../messages/failure-text.js'
import { ageUnknownMessage, careFailedMessage, tooOldMessage } from '../messages/schedule-messages.js'
import { isTimeToTell } from './time-to-tell.js'
import type { Call } from './call.js'
import { createFailures, type Failures } from './failures.js'
import { createHandler } from './function.js'
import { tellOfMissingKeys } from './keys-in-place.js'
import { madeAt } from './made-at.js'
import { isNoVaultYet } from './no-vault-yet.js'
import { parseRetention } from './retention-setting.js'
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
 * @throws CodedError all that kept something from being removed, pool by pool; everything else is done all the same
 */
async function clearUp(call: Call): Promise<object> {
  const failures = createFailures(call)
  const keysMissing = (await failures.during(undefined, () => tellOfMissingKeys(call))) ?? []
  const forgotten = await forgetOld(call, failures)
  const { context } = call.vaults
  const pruned = await failures.during(undefined, () =>
    whileLocked(call, () => prune(context)).catch((error: unknown) => {
      // It may be stopped at any moment, and the next one goes on.
      if (context.signal?.aborted === true) return undefined
      throw error
    }),
  )
  // A pool that is being backed up by somebody else is pruned the next time.
  for (const { poolId, error } of pruned?.failures ?? [])
    if (error.code !== 'LOCKED') failures.add(poolId, error)
  failures.throwAny()
  return { ok: true, ...forgotten, isPruned: pruned !== undefined, keysMissing }
}

interface Forgotten {
  readonly forgotten: number
  readonly retained: number
  readonly heldByGuard: number
}

/** All pools at once; where that fails, each on its own, so that one keeps no other from it. */
async function forgetOld(call: Call, failures: Failures): Promise<Forgotten> {
  const none = { forgotten: 0, retained: 0, heldByGuard: 0 }
  const { retention } = call.settings
  if (retention === undefined) return none
  const policy = await failures.during(undefined, () =>
    Promise.resolve().then(() => parseRetention(retention)),
  )
  if (policy === undefined) return none
  const known = await poolsWithSnapshots(call, failures)
  if (known.length === 0) return none
  try {
    return await forgetIn(call, policy, known)
  } catch (error) {
    const isOfAll =
      known.length === 1 || call.vaults.context.signal?.aborted === true || hasCode(error, 'LOCKED')
    if (isOfAll) {
      failures.add(known.length === 1 ? known[0] : undefined, error)
      return none
    }
  }
  let sum: Forgotten = none
  for (const poolId of known) {
    const one = (await failures.during(poolId, () => forgetIn(call, policy, [poolId]))) ?? none
    sum = {
      forgotten: sum.forgotten + one.forgotten,
      retained: sum.retained + one.retained,
      heldByGuard: sum.heldByGuard + one.heldByGuard,
    }
  }
  return sum
}

async function forgetIn(call: Call, policy: Policy, poolIds: readonly string[]): Promise<Forgotten> {
  const { context } = call.vaults
  const result = await whileLocked(call, () =>
    forget(context, { policy, poolIds }, () => Promise.resolve('forget')),
  )
  return {
    forgotten: result?.forgotten.length ?? 0,
    retained: result?.retained.length ?? 0,
    heldByGuard: result?.pools.reduce((sum, pool) => sum + pool.heldByGuard, 0) ?? 0,
  }
}

/** A pool of which there is nothing yet has nothing to be forgotten. */
async function poolsWithSnapshots({ vaults, settings }: Call, failures: Failures): Promise<string[]> {
  const vault = await failures.during(undefined, () => openVault(vaults.context.store))
  const found: string[] = []
  if (vault === undefined) return found
  for (const poolId of settings.poolIds)
    if ((await failures.during(poolId, () => latestOf(vault, poolId))) !== undefined) found.push(poolId)
  return found
}

/**
 * Says of each pool how old its newest complete backup is, and tells when that is too old.
 *
 * @throws CodedError of which pools that cannot be said, and why, when all others were looked at
 */
async function check(call: Call): Promise<object> {
  const { context } = call.vaults
  const vault = await openVault(context.store).catch((error: unknown) => {
    // Nothing is known of its age before it is made: the alarm on missing data says that.
    if (isNoVaultYet(error)) return undefined
    throw error
  })
  const failures = createFailures(call)
  const ages: { poolId: string; ageSeconds: number | null }[] = []
  for (const poolId of call.settings.poolIds) {
    const ageSeconds = await failures.during(poolId, () => checkPool(call, vault, poolId))
    if (ageSeconds !== undefined) ages.push({ poolId, ageSeconds })
  }
  failures.throwAny()
  return { ok: true, ages }
}

/** @returns the age, `null` where there is no vault yet */
async function checkPool(call: Call, vault: Vault | undefined, poolId: string): Promise<number | null> {
  const { maxSnapshotAgeHours } = call.settings
  if (vault === undefined) return null
  const now = call.vaults.context.clock.now()
  const latest = await latestOf(vault, poolId).catch(async (error: unknown) => {
    if (hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) await tellUnreadable(call, vault, poolId, error)
    throw error
  })
  const since = latest?.time ?? (await madeAt(vault))
  if (since === undefined) return null
  const ageSeconds = Math.max(0, Math.round((now - since) / 1_000))
  // Of a pool that has none yet, as long as there could have been one: its silence would be lost among the other pools.
  call.metrics(poolId, { LatestSnapshotAge: ageSeconds })
  if (maxSnapshotAgeHours === undefined) return ageSeconds
  const mostSeconds = maxSnapshotAgeHours * 3_600
  if (!isTimeToTell(ageSeconds, mostSeconds)) return ageSeconds
  const takenAt = latest === undefined ? undefined : new Date(latest.time).toISOString()
  const about = { poolId, snapshotId: latest?.id, takenAt, ageSeconds, mostSeconds }
  await call.tell(tooOldMessage(about, call.place))
  return ageSeconds
}

/** In the hour after the newest was taken, and once a day then; each check fails all the same. */
async function tellUnreadable(call: Call, vault: Vault, poolId: string, error: CodedError): Promise<void> {
  const newest = await newestSnapshotTime(vault, poolId)
  const age = (call.vaults.context.clock.now() - (newest ?? 0)) / 1_000
  if (newest === undefined || isTimeToTell(age, 0))
    await call.tell(ageUnknownMessage(poolId, error, call.place))
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
