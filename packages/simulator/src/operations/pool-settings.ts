import type {
  DescribeRiskConfigurationRequest,
  GetLogDeliveryConfigurationRequest,
  SetLogDeliveryConfigurationRequest,
  SetRiskConfigurationRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { epochSeconds } from '../clock.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { configured, type Dated, type Pool } from '../pools/pool.js'
import { settingKey, storeSetting as store } from '../pools/settings.js'
import { ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

function checkThreatProtection(pool: Pool): void {
  const mode = configured(pool, 'UserPoolAddOns').AdvancedSecurityMode
  if (mode !== 'AUDIT' && mode !== 'ENFORCED') {
    throw new ServiceError(
      'UserPoolAddOnNotEnabledException',
      'Threat protection is not enabled for the user pool.',
    )
  }
}

function shownRisk(pool: Pool, clientId: string | undefined, setting: Dated | undefined): JsonObject {
  return {
    RiskConfiguration: {
      UserPoolId: pool.id,
      ...(clientId === undefined ? {} : { ClientId: clientId }),
      ...copyJson(setting?.body ?? {}),
      ...(setting === undefined ? {} : { LastModifiedDate: epochSeconds(setting.modifiedAt) }),
    },
  }
}

const setRiskConfiguration: Operation<SetRiskConfigurationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  checkThreatProtection(pool)
  const key = settingKey(pool, 'risk', request.ClientId)
  const body = copyJson(omit(request as unknown as JsonObject, ['UserPoolId', 'ClientId']))
  return shownRisk(pool, request.ClientId, store(account, pool, key, body))
}

const describeRiskConfiguration: Operation<DescribeRiskConfigurationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  checkThreatProtection(pool)
  return shownRisk(pool, request.ClientId, pool.settings.get(settingKey(pool, 'risk', request.ClientId)))
}

function shownLogs(pool: Pool): JsonObject {
  const body = copyJson(pool.settings.get('logs')?.body ?? { LogConfigurations: [] })
  return { LogDeliveryConfiguration: { UserPoolId: pool.id, ...body } }
}

const setLogDeliveryConfiguration: Operation<SetLogDeliveryConfigurationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const userEvents = request.LogConfigurations?.some(({ EventSource: source }) => source === 'userAuthEvents')
  if (userEvents === true && pool.configuration.UserPoolTier !== 'PLUS') {
    throw new ServiceError(
      'FeatureUnavailableInTierException',
      'User activity logs are available in the PLUS tier only.',
    )
  }
  store(account, pool, 'logs', copyJson(omit(request as unknown as JsonObject, ['UserPoolId'])))
  return shownLogs(pool)
}

const getLogDeliveryConfiguration: Operation<GetLogDeliveryConfigurationRequest> = (request, account) =>
  shownLogs(poolOf(account, request.UserPoolId))

/** Operations on settings that exist once for a pool or a client. */
export const poolSettingOperations: Operations = {
  SetRiskConfiguration: setRiskConfiguration,
  DescribeRiskConfiguration: describeRiskConfiguration,
  SetLogDeliveryConfiguration: setLogDeliveryConfiguration,
  GetLogDeliveryConfiguration: getLogDeliveryConfiguration,
}
