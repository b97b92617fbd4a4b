import { createHash } from 'node:crypto'
import type {
  DescribeRiskConfigurationRequest,
  GetLogDeliveryConfigurationRequest,
  GetUICustomizationRequest,
  SetLogDeliveryConfigurationRequest,
  SetRiskConfigurationRequest,
  SetUICustomizationRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { epochSeconds } from '../clock.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { configured, datesOf, type Dated, type Pool } from '../pools/pool.js'
import { settingKey, storeSetting as store } from '../pools/settings.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

/** `ALL` clients are the pool. */
function keyOf(pool: Pool, kind: string, clientId: string | undefined): string {
  return settingKey(pool, kind, clientId === 'ALL' ? undefined : clientId)
}

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
  const key = keyOf(pool, 'risk', request.ClientId)
  const body = copyJson(omit(request as unknown as JsonObject, ['UserPoolId', 'ClientId']))
  return shownRisk(pool, request.ClientId, store(account, pool, key, body))
}

const describeRiskConfiguration: Operation<DescribeRiskConfigurationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  checkThreatProtection(pool)
  return shownRisk(pool, request.ClientId, pool.settings.get(keyOf(pool, 'risk', request.ClientId)))
}

const setUICustomization: Operation<SetUICustomizationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  if (pool.domain === undefined && pool.customDomain === undefined) {
    throw invalidParameter('There has to be an existing domain associated with this user pool.')
  }
  const key = keyOf(pool, 'ui', request.ClientId)
  const image = request.ImageFile as unknown
  const digest =
    typeof image === 'string' ? createHash('sha256').update(image).digest('hex').slice(0, 16) : undefined
  const setting = store(account, pool, key, {
    ClientId: request.ClientId ?? 'ALL',
    CSSVersion: String(account.clock.now()),
    ...(request.CSS === undefined ? {} : { CSS: request.CSS }),
    ...(digest === undefined
      ? {}
      : { ImageUrl: `https://assets.example.com/${pool.id}/${digest}/image.jpg` }),
  })
  return { UICustomization: { UserPoolId: pool.id, ...copyJson(setting.body), ...datesOf(setting) } }
}

/** A client without a style of its own has the pool's; a pool without one answers with next to nothing. */
const getUICustomization: Operation<GetUICustomizationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const setting = pool.settings.get(keyOf(pool, 'ui', request.ClientId)) ?? pool.settings.get('ui')
  if (setting === undefined) return { UICustomization: {} }
  return { UICustomization: { UserPoolId: pool.id, ...copyJson(setting.body), ...datesOf(setting) } }
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
  SetUICustomization: setUICustomization,
  GetUICustomization: getUICustomization,
  SetLogDeliveryConfiguration: setLogDeliveryConfiguration,
  GetLogDeliveryConfiguration: getLogDeliveryConfiguration,
}
