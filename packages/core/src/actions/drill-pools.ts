import { object, text } from '../cognito/canonical-body.js'
import { type CognitoApi, CognitoError, isException } from '../cognito/cognito-api.js'
import { items } from '../cognito/paginate.js'
import { describePool } from '../cognito/resources/pool.js'
import { DRILL_TAG } from './drill-configuration.js'

/** Begins the names of scratch pools. A name is not enough to be one. */
export const SCRATCH_NAME = 'cognito-vault-drill-'
/** The lock that keeps two drills of a vault apart, and whoever clears up after one that was killed. */
export const DRILL_SCOPE = 'drill'
/** How often a deletion is tried whose answer was lost. */
const ATTEMPTS = 3

/**
 * Deletes the pools that drills of a vault have left: those with the name and with the tag. ListUserPools, DescribeUserPool,
 * DeleteUserPool.
 *
 * @returns the ids of those that were deleted
 */
export async function deleteScratchPools(api: CognitoApi, tag: string): Promise<string[]> {
  const deleted: string[] = []
  const listing = {
    operation: 'ListUserPools',
    input: { MaxResults: 60 },
    items: 'UserPools',
    token: 'NextToken',
  } as const
  const found: string[] = []
  for await (const pool of items(api, listing))
    if (text(pool, 'Name').startsWith(SCRATCH_NAME)) found.push(text(pool, 'Id'))
  for (const poolId of found) if (await deleteScratchPool(api, poolId, tag)) deleted.push(poolId)
  return deleted
}

/**
 * Deletes a pool that has the tag, and no other.
 *
 * @returns whether it was there and was deleted
 */
export async function deleteScratchPool(api: CognitoApi, poolId: string, tag: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      const pool = await describePool(api, poolId)
      if (object(pool, 'UserPoolTags')?.[DRILL_TAG] !== tag) return false
      await api.call('DeleteUserPool', { UserPoolId: poolId })
      return true
    } catch (error) {
      // After an answer that was lost it may have been deleted by that call.
      if (isException(error, 'ResourceNotFoundException')) return attempt > 1
      const isInDoubt = error instanceof CognitoError && error.outcome === 'ambiguous'
      if (!isInDoubt || attempt >= ATTEMPTS) throw error
    }
  }
}
