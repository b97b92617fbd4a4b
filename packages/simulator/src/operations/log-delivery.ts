import type {
  GetLogDeliveryConfigurationRequest,
  LogConfigurationType,
  SetLogDeliveryConfigurationRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { unavailableInTier } from '../pools/pool-configuration.js'
import type { Pool } from '../pools/pool.js'
import { storeSetting } from '../pools/settings.js'
import { invalidParameter } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

function checkLog(log: LogConfigurationType, tier: unknown): void {
  const { CloudWatchLogsConfiguration: group, FirehoseConfiguration: stream, S3Configuration: bucket } = log
  const destinations = [group, stream, bucket].filter((destination) => destination !== undefined)
  if (log.EventSource === 'userAuthEvents') {
    if (tier !== 'PLUS') throw unavailableInTier('The log of user activity', tier)
    if (log.LogLevel !== 'INFO' || destinations.length !== 1) {
      throw invalidParameter('userAuthEvents need the LogLevel INFO and one destination.')
    }
  } else if (log.LogLevel !== 'ERROR' || group === undefined || destinations.length !== 1) {
    throw invalidParameter('userNotification needs the LogLevel ERROR and a CloudWatchLogsConfiguration.')
  }
}

function shown(pool: Pool): JsonObject {
  const body = copyJson(pool.settings.get('logs')?.body ?? { LogConfigurations: [] })
  return { LogDeliveryConfiguration: { UserPoolId: pool.id, ...body } }
}

const setLogDeliveryConfiguration: Operation<SetLogDeliveryConfigurationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const logs = request.LogConfigurations ?? []
  for (const log of logs) checkLog(log, pool.configuration.UserPoolTier)
  if (new Set(logs.map(({ EventSource }) => EventSource)).size < logs.length) {
    throw invalidParameter('An EventSource can be configured once.')
  }
  storeSetting(account, pool, 'logs', copyJson(omit(request as unknown as JsonObject, ['UserPoolId'])))
  return shown(pool)
}

const getLogDeliveryConfiguration: Operation<GetLogDeliveryConfigurationRequest> = (request, account) =>
  shown(poolOf(account, request.UserPoolId))

/** Operations on where a pool's logs go. */
export const logDeliveryOperations: Operations = {
  SetLogDeliveryConfiguration: setLogDeliveryConfiguration,
  GetLogDeliveryConfiguration: getLogDeliveryConfiguration,
}
