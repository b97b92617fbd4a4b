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

/**
 * DescribeUserPool, with the failures that a person makes explained.
 *
 * @throws CodedError `POOL_IN_OTHER_REGION`, `POOL_NOT_FOUND`, `ACCESS_DENIED`, `CREDENTIALS_REJECTED`, …
 */
export async function requirePool(
  api: CognitoApi,
  poolId: string,
  signal?: AbortSignal,
): Promise<JsonObject> {
  const region = regionOfPool(poolId)
  if (region !== undefined && region !== api.region) {
    throw new CodedError('POOL_IN_OTHER_REGION', `pool ${poolId} is in ${region}, not in ${api.region}`, {
      value: poolId,
      hint: `use --region ${region}`,
    })
  }
  return explainingFailures({ poolId, region: api.region, signal }, () => describePool(api, poolId))
}
