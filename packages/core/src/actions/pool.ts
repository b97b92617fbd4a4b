import type { JsonObject } from '../model/canonical.js'
import type { CognitoApi } from '../cognito/cognito-api.js'
import { describePool } from '../cognito/resources/pool.js'
import { CodedError } from '../model/errors.js'
import { explainingFailures } from './cognito-failure.js'

/** A pool id of AWS begins with its Region; emulators make others. */
const POOL_ID = /^([a-z]{2}(?:-[a-z]+)+-\d)_[0-9a-zA-Z]+$/

/** The Region that a pool id names, if it has the form of one. */
export function regionOfPool(poolId: string): string | undefined {
  return POOL_ID.exec(poolId)?.[1]
}

/** What Cognito takes for the id of a pool. */
const POOL_ID_SHAPE = /^[\w-]+_[0-9a-zA-Z]+$/
const LONGEST_POOL_ID = 55

/** @throws CodedError `USAGE` when the text cannot be the id of a pool */
export function checkPoolId(poolId: string): void {
  if (POOL_ID_SHAPE.test(poolId) && poolId.length <= LONGEST_POOL_ID) return
  throw new CodedError('USAGE', `${JSON.stringify(poolId)} is not the id of a user pool`, {
    value: poolId,
    hint: 'an id is like eu-west-1_Ab12Cd34E; see yours: aws cognito-idp list-user-pools --max-results 60',
  })
}

/**
 * DescribeUserPool, with the failures that a person makes explained.
 *
 * @throws CodedError `USAGE`, `POOL_IN_OTHER_REGION`, `POOL_NOT_FOUND`, `ACCESS_DENIED`, `CREDENTIALS_REJECTED`, …
 */
export async function requirePool(
  api: CognitoApi,
  poolId: string,
  signal?: AbortSignal,
): Promise<JsonObject> {
  checkPoolId(poolId)
  const region = regionOfPool(poolId)
  if (region !== undefined && region !== api.region) {
    throw new CodedError('POOL_IN_OTHER_REGION', `pool ${poolId} is in ${region}, not in ${api.region}`, {
      value: poolId,
      hint: `use --region ${region}`,
    })
  }
  return explainingFailures({ poolId, region: api.region, signal }, () => describePool(api, poolId))
}
