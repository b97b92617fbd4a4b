import { CodedError, hasCode } from '../model/errors.js'
import type { Snapshot } from '../vault/snapshots.js'
import type { Vault } from '../vault/vault.js'
import type { CognitoContext } from './context.js'
import type { RestoreTarget } from './restore-request.js'
import { requirePool } from './pool.js'
import { takeSnapshot } from './take-snapshot.js'

/** Takes the snapshot of the target from which a plan is made; `undefined` where the plan makes the target. */
export async function readTarget(
  context: CognitoContext,
  vault: Vault,
  target: RestoreTarget,
  wanted: Snapshot,
): Promise<Snapshot | undefined> {
  if (target.mode === 'new-pool') return undefined
  const poolId = target.mode === 'in-place' ? wanted.manifest.pool.id : target.poolId
  const pool = await requireTarget(context, poolId, wanted)
  const { snapshot } = await takeSnapshot(context, vault, pool, 'restore')
  const blind = snapshot.manifest.missing.find(({ resource }) => /^(users|groups|members)/.test(resource))
  if (blind === undefined) return snapshot
  throw new CodedError(
    'SNAPSHOT_INCOMPLETE',
    `the ${blind.resource} of ${poolId} cannot be read (${blind.reason})`,
    {
      value: blind.operation,
      hint: 'a plan made without them could overwrite what is there; nothing was changed',
    },
  )
}

async function requireTarget(
  context: CognitoContext,
  poolId: string,
  wanted: Snapshot,
): ReturnType<typeof requirePool> {
  try {
    return await requirePool(context.api, poolId, context.signal)
  } catch (error) {
    if (!hasCode(error, 'POOL_NOT_FOUND')) throw error
    const { snapshot, pool } = wanted.manifest
    throw new CodedError('POOL_NOT_FOUND', error.message, {
      value: poolId,
      hint: `if the pool was deleted: cognito-vault restore ${snapshot} --to-new-pool "${pool.name}"`,
      cause: error,
    })
  }
}
