import { parseArn } from '../restore/references/arn.js'
import { CodedError } from '../model/errors.js'
import type { Passwords } from '../restore/plan-options.js'
import type { Snapshot } from '../vault/snapshots.js'
import type { Vault } from '../vault/vault.js'
import type { CognitoContext } from './context.js'
import { regionOfPool, requirePool } from './pool.js'
import type { RestoreRequest } from './restore-request.js'
import { takeSnapshot } from './take-snapshot.js'

/**
 * Refuses what cannot be migrated from.
 *
 * @param region where the restore goes
 * @throws CodedError `USAGE`
 */
export function checkMigrateFrom(
  { target, passwords, migrationFunction }: RestoreRequest,
  snapshotPoolId: string,
  region: string,
): void {
  if (passwords?.kind !== 'migrate-from') {
    if (migrationFunction !== undefined)
      throw usage(migrationFunction, '--migration-function goes with --passwords migrate-from', 'give both')
    return
  }
  const { poolId } = passwords
  if (target.mode === 'in-place' || (target.mode === 'existing-pool' && target.poolId === poolId))
    throw usage(
      poolId,
      'nobody can come from the pool that is restored into',
      'a repair keeps the passwords of everyone who is there; those who are not have none anywhere',
    )
  if (poolId !== snapshotPoolId)
    throw usage(
      poolId,
      `the snapshot is not of ${poolId}, so that its users are not known there`,
      `give the snapshot's own pool: --passwords migrate-from ${snapshotPoolId}`,
    )
  if (migrationFunction === undefined) return
  if (target.mode !== 'new-pool')
    throw usage(
      migrationFunction,
      '--migration-function goes with --to-new-pool: the triggers of a pool that lives are never written',
      'set it by hand: aws cognito-idp update-user-pool, with all other settings in the same call',
    )
  const arn = parseArn(migrationFunction)
  if (arn?.service !== 'lambda' || arn.region !== region)
    throw usage(
      migrationFunction,
      `--migration-function takes the ARN of a Lambda function in ${region}, where the pool is`,
      'deploy it there; it may look into a pool of another Region',
    )
}

function usage(value: string, message: string, hint: string): CodedError {
  return new CodedError('USAGE', message, { value, hint })
}

/**
 * Takes a snapshot of the pool from which users are to come, as it is now: who is not there any more does not come.
 *
 * @throws CodedError `POOL_NOT_FOUND`, `SNAPSHOT_INCOMPLETE` where its users cannot be read
 */
export async function readOldPool(
  context: CognitoContext,
  vault: Vault,
  passwords: Passwords | undefined,
): Promise<Snapshot | undefined> {
  if (passwords?.kind !== 'migrate-from') return undefined
  const { poolId } = passwords
  const there = inRegion(context, regionOfPool(poolId) ?? context.api.region)
  const pool = await requirePool(there.api, poolId, there.signal)
  const { snapshot } = await takeSnapshot(there, vault, pool, 'restore')
  const blind = snapshot.manifest.missing.find(({ resource }) => resource.startsWith('users'))
  if (blind === undefined) return snapshot
  throw new CodedError('SNAPSHOT_INCOMPLETE', `the users of ${poolId} cannot be read (${blind.reason})`, {
    value: blind.operation,
    hint: 'without them it is not known who can come; nothing was changed',
  })
}

/** The same context, calling another Region. */
function inRegion(context: CognitoContext, region: string): CognitoContext {
  if (region === context.api.region || context.elsewhere === undefined) return context
  return { ...context, ...context.elsewhere(region) }
}
