import type {
  GetUICustomizationRequest,
  SetUICustomizationRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { datesOf, type Dated, type Pool } from '../pools/pool.js'
import { settingKey, storeSetting } from '../pools/settings.js'
import { uiImageUrl } from '../pools/ui-images.js'
import { invalidParameter } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

/** Stands for all clients without a style of their own. */
const ALL = 'ALL'

const FORBIDDEN_CSS = /@(import|supports|page|media)|javascript/iu
const CLASS = /\.([a-z][\w-]*)(?=[^{}]*\{)/giu

function keyOf(pool: Pool, clientId: string): string {
  return settingKey(pool, 'ui', clientId === ALL ? undefined : clientId)
}

function checkCss(css: string): void {
  if (FORBIDDEN_CSS.test(css)) throw invalidParameter('The CSS contains a statement that is not allowed.')
  for (const [, name = ''] of css.matchAll(CLASS)) {
    if (!name.endsWith('-customizable')) throw invalidParameter(`The CSS class ${name} is not allowed.`)
  }
}

/** The time, as in `20190128231240`; later than the style before, so that an image's address is never reused. */
function nextVersion(account: Account, before: Dated | undefined): string {
  const digits = new Date(account.clock.now()).toISOString().replace(/\D/gu, '').slice(0, 14)
  const last = before?.body.CSSVersion
  return typeof last === 'string' && last >= digits ? String(Number(last) + 1) : digits
}

function shown(pool: Pool, setting: Dated): JsonObject {
  return {
    UICustomization: {
      UserPoolId: pool.id,
      ...copyJson(omit(setting.body, ['ImageFile'])),
      ...datesOf(setting),
    },
  }
}

const setUICustomization: Operation<SetUICustomizationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const { ClientId = ALL, CSS } = request
  const key = keyOf(pool, ClientId)
  if (pool.domain === undefined && pool.customDomain === undefined) {
    throw invalidParameter('There has to be an existing domain associated with this user pool.')
  }
  if (CSS !== undefined) checkCss(CSS)
  const given = copyJson(omit(request as unknown as JsonObject, ['UserPoolId', 'ClientId']))
  if (given.ImageFile === '') delete given.ImageFile
  const CSSVersion = nextVersion(account, pool.settings.get(key))
  const ImageUrl =
    given.ImageFile === undefined ? undefined : uiImageUrl(account, pool.id, ClientId, CSSVersion)
  return shown(pool, storeSetting(account, pool, key, { ...given, ClientId, CSSVersion, ImageUrl }))
}

/** A client without a style of its own has the pool's; a pool without one answers with nothing. */
const getUICustomization: Operation<GetUICustomizationRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const setting = pool.settings.get(keyOf(pool, request.ClientId ?? ALL)) ?? pool.settings.get('ui')
  return setting === undefined ? { UICustomization: {} } : shown(pool, setting)
}

/** Operations on the style of the classic hosted UI. */
export const uiCustomizationOperations: Operations = {
  SetUICustomization: setUICustomization,
  GetUICustomization: getUICustomization,
}
