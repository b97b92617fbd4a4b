import { CodedError, hasCode } from '../model/errors.js'
import type { Manifest } from '../vault/manifest.js'
import type { Snapshot } from '../vault/snapshots.js'
import type { Vault } from '../vault/vault.js'
import type { CognitoContext } from './context.js'
import type { RestoreTarget } from './restore-request.js'
import { requirePool } from './pool.js'
import { type AgreeToMfa, agreedTo } from './second-factors.js'
import { takeSnapshot } from './take-snapshot.js'

/**
 * Takes the snapshot of the target from which a plan is made; `undefined` where the plan makes the target.
 *
 * @param mfa where the second factors of its users are to be read too, agrees to the price
 * @throws CodedError `CONFIRMATION_NEEDED` where it did not agree; `SNAPSHOT_INCOMPLETE`; `USAGE`
 */
export async function readTarget(
  context: CognitoContext,
  vault: Vault,
  target: RestoreTarget,
  wanted: Snapshot,
  mfa?: AgreeToMfa,
): Promise<Snapshot | undefined> {
  if (mfa !== undefined) refuseInVain(target, wanted)
  if (target.mode === 'new-pool') return undefined
  const poolId = target.mode === 'in-place' ? wanted.manifest.pool.id : target.poolId
  const pool = await sayingHowElse(wanted, () => requirePool(context.api, poolId, context.signal))
  const agreed = await agreedTo(mfa, pool)
  const { snapshot } = await takeSnapshot(context, vault, pool, 'restore', { mfa: agreed })
  refuseBlind(snapshot.manifest)
  return snapshot
}

/** @throws CodedError `SNAPSHOT_INCOMPLETE` for a target whose people are not all in its snapshot */
export function refuseBlind({ pool, missing }: Manifest): void {
  const blind = missing.find(({ resource }) => /^(users|groups|members)/.test(resource))
  if (blind === undefined) return
  throw new CodedError(
    'SNAPSHOT_INCOMPLETE',
    `the ${blind.resource} of ${pool.id} cannot be read (${blind.reason})`,
    {
      value: blind.operation,
      hint: 'a plan made without them could overwrite what is there; nothing was changed',
    },
  )
}

/** What costs money is not read where nothing could come of it. */
function refuseInVain(target: RestoreTarget, { manifest }: Snapshot): void {
  if (target.mode !== 'in-place')
    throw new CodedError('USAGE', '--mfa capture goes with --in-place', {
      hint: 'users who are made get their second factors of the snapshot without it, and those who are in another pool keep theirs',
    })
  if (manifest.streams.mfa !== undefined) return
  throw new CodedError('USAGE', `snapshot ${manifest.snapshot} has no second factors to put back`, {
    value: manifest.snapshot,
    hint: 'only one that was taken by cognito-vault backup --mfa capture has them',
  })
}

/** Looks at the target, and says of one that is not there how else to restore. */
export async function sayingHowElse<T>(wanted: Snapshot, look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    if (!hasCode(error, 'POOL_NOT_FOUND')) throw error
    const { snapshot, pool } = wanted.manifest
    throw new CodedError('POOL_NOT_FOUND', error.message, {
      ...(error.value === undefined ? {} : { value: error.value }),
      hint: `if the pool was deleted: cognito-vault restore ${snapshot} --to-new-pool "${pool.name}"`,
      cause: error,
    })
  }
}
