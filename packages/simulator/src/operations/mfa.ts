import type {
  GetUserPoolMfaConfigRequest,
  SetUserPoolMfaConfigRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import type { JsonObject } from '../json.js'
import { replaceMfa, shownMfa } from '../pools/mfa.js'
import type { Operation, Operations } from './operation.js'

const getUserPoolMfaConfig: Operation<GetUserPoolMfaConfigRequest> = (request, account) =>
  shownMfa(poolOf(account, request.UserPoolId))

const setUserPoolMfaConfig: Operation<SetUserPoolMfaConfigRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  replaceMfa(pool, request as unknown as JsonObject)
  pool.modifiedAt = account.clock.now()
  return shownMfa(pool)
}

/** Operations on the MFA settings of a pool. */
export const mfaOperations: Operations = {
  GetUserPoolMfaConfig: getUserPoolMfaConfig,
  SetUserPoolMfaConfig: setUserPoolMfaConfig,
}
