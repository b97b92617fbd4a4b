import type {
  DescribeRiskConfigurationRequest,
  SetRiskConfigurationRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { isIP } from 'node:net'
import { poolOf } from '../account.js'
import { epochSeconds } from '../clock.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { configured, type Pool } from '../pools/pool.js'
import { settingKey, storeSetting } from '../pools/settings.js'
import { invalidParameter, ServiceError } from '../service-error.js'
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

function checkNotifications(request: SetRiskConfigurationRequest): void {
  const { Actions, NotifyConfiguration } = request.AccountTakeoverRiskConfiguration ?? {}
  const notifies = Object.values(Actions ?? {}).some(({ Notify }) => Notify)
  if (notifies && NotifyConfiguration === undefined) {
    throw invalidParameter('NotifyConfiguration is required when an action notifies.')
  }
}

function checkRanges(request: SetRiskConfigurationRequest): void {
  const { BlockedIPRangeList = [], SkippedIPRangeList = [] } = request.RiskExceptionConfiguration ?? {}
  for (const range of [...BlockedIPRangeList, ...SkippedIPRangeList]) {
    const [address = '', bits = ''] = range.split('/')
    const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1
    if (!/^\d{1,3}$/u.test(bits) || Number(bits) > most) {
      throw invalidParameter(`${range} is not a range of IP addresses in CIDR notation.`)
    }
  }
}

function shown(pool: Pool, clientId: string | undefined): JsonObject {
  const setting = pool.settings.get(settingKey(pool, 'risk', clientId))
  return {
    RiskConfiguration: {
      UserPoolId: pool.id,
      ...(clientId === undefined ? {} : { ClientId: clientId }),
      ...copyJson(setting?.body ?? {}),
      ...(setting === undefined ? {} : { LastModifiedDate: epochSeconds(setting.modifiedAt) }),
    },
  }
}

/** A request with nothing but ids resets: the pool to defaults, a client to what the pool has. */
const setRiskConfiguration: Operation<SetRiskConfigurationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const key = settingKey(pool, 'risk', request.ClientId)
  checkThreatProtection(pool)
  checkNotifications(request)
  checkRanges(request)
  const body = copyJson(omit(request as unknown as JsonObject, ['UserPoolId', 'ClientId']))
  if (Object.keys(body).length === 0) pool.settings.delete(key)
  else storeSetting(account, pool, key, body)
  return shown(pool, request.ClientId)
}

const describeRiskConfiguration: Operation<DescribeRiskConfigurationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  checkThreatProtection(pool)
  return shown(pool, request.ClientId)
}

/** Operations on what threat protection does. */
export const riskConfigurationOperations: Operations = {
  SetRiskConfiguration: setRiskConfiguration,
  DescribeRiskConfiguration: describeRiskConfiguration,
}
