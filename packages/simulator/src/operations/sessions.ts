import type {
  GetUserPoolClientSessionConfigurationRequest,
  GetUserPoolSessionConfigurationRequest,
  SetUserPoolClientSessionConfigurationRequest,
  SetUserPoolSessionConfigurationRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { unavailableInTier } from '../pools/pool-configuration.js'
import type { Pool } from '../pools/pool.js'
import { settingKey, storeSetting } from '../pools/settings.js'
import { invalidParameter } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const POOL_DEFAULTS: JsonObject = { UserSessionTracking: 'DISABLED', TokenSession: { MaxPerUser: 20 } }
const CLIENT_DEFAULTS: JsonObject = { SSOSession: { MaxValidityMinutes: 60 } }

function checkTier(pool: Pool): void {
  const tier = pool.configuration.UserPoolTier
  if (tier === 'LITE') throw unavailableInTier('Session tracking', tier)
}

function shownPool(pool: Pool): JsonObject {
  return { UserPoolId: pool.id, ...copyJson(pool.settings.get('sessions')?.body ?? POOL_DEFAULTS) }
}

function shownClient(pool: Pool, clientId: string | undefined): JsonObject {
  const setting = pool.settings.get(settingKey(pool, 'sessions', clientId))
  return { UserPoolId: pool.id, ClientId: clientId, ...copyJson(setting?.body ?? CLIENT_DEFAULTS) }
}

const getUserPoolSessionConfiguration: Operation<GetUserPoolSessionConfigurationRequest> = (
  request,
  account,
) => shownPool(poolOf(account, request.UserPoolId))

const setUserPoolSessionConfiguration: Operation<SetUserPoolSessionConfigurationRequest> = (
  request,
  account,
) => {
  const pool = poolOf(account, request.UserPoolId)
  checkTier(pool)
  const body = copyJson(omit(request as unknown as JsonObject, ['UserPoolId']))
  storeSetting(account, pool, 'sessions', body)
  return shownPool(pool)
}

const getUserPoolClientSessionConfiguration: Operation<GetUserPoolClientSessionConfigurationRequest> = (
  request,
  account,
) => shownClient(poolOf(account, request.UserPoolId), request.ClientId)

/** What a client has set outlives the pool's tracking being turned off, but cannot be set meanwhile. */
const setUserPoolClientSessionConfiguration: Operation<SetUserPoolClientSessionConfigurationRequest> = (
  request,
  account,
) => {
  const pool = poolOf(account, request.UserPoolId)
  const key = settingKey(pool, 'sessions', request.ClientId)
  checkTier(pool)
  if (shownPool(pool).UserSessionTracking !== 'ENABLED') {
    throw invalidParameter('Session tracking is not enabled for the user pool.')
  }
  const body = copyJson(omit(request as unknown as JsonObject, ['UserPoolId', 'ClientId']))
  storeSetting(account, pool, key, body)
  return shownClient(pool, request.ClientId)
}

/** Operations on how sessions of users are tracked. */
export const sessionOperations: Operations = {
  GetUserPoolSessionConfiguration: getUserPoolSessionConfiguration,
  SetUserPoolSessionConfiguration: setUserPoolSessionConfiguration,
  GetUserPoolClientSessionConfiguration: getUserPoolClientSessionConfiguration,
  SetUserPoolClientSessionConfiguration: setUserPoolClientSessionConfiguration,
}
