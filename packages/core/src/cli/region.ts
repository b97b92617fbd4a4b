import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { regionOfPool } from '../actions/pool.js'
import { CodedError } from '../model/errors.js'
import type { Globals } from './globals.js'

/** What a command knows of the pool that it is about. */
export interface PoolHint {
  readonly poolId?: string | undefined
  /** The Region that a snapshot or a run names. */
  readonly region?: string | undefined
}

/**
 * The Region to call: the one that was given, the one that the pool's id names, the one that the snapshot or the run was
 * made in, or the profile's.
 *
 * @throws CodedError `USAGE` when nothing says
 */
export async function chooseRegion(globals: Globals, hint: PoolHint = {}): Promise<string> {
  const named = globals.region ?? regionOfPool(hint.poolId ?? '') ?? hint.region
  const region = named ?? (await regionOfProfile(globals.profile))
  if (region !== undefined) return region
  throw new CodedError('USAGE', 'no AWS Region was named', {
    hint: 'give --region, set AWS_REGION, or set region in the AWS profile',
  })
}

/** What the SDK finds in the shared configuration file. */
async function regionOfProfile(profile: string | undefined): Promise<string | undefined> {
  const client = new CognitoIdentityProviderClient(profile === undefined ? {} : { profile })
  try {
    return await client.config.region()
  } catch {
    return undefined
  } finally {
    client.destroy()
  }
}
