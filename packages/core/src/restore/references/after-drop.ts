import { mfaKind } from '../../cognito/resources/mfa.js'
import { domainKind } from '../../cognito/resources/domain.js'
import { poolKind } from '../../cognito/resources/pool.js'
import { riskKind } from '../../cognito/resources/risk.js'
import type { FoundResource, ResourceKind } from '../../cognito/resources/resource-kind.js'
import { object, text, without } from '../../cognito/canonical-body.js'
import { isObject, type JsonObject } from '../../model/canonical.js'

/** A resource after settings of it, or of the pool, were dropped; what else had to go, by member. */
export interface AfterDrop {
  /** `undefined` where nothing is left to restore. */
  readonly resource: FoundResource | undefined
  readonly alsoChanged: readonly string[]
  /** What MFA was, where it is off because no factor is left. */
  readonly mfaWas?: string
}

/** What the pool cannot do any more, because of what was dropped of it. */
export interface PoolLost {
  readonly email: boolean
  readonly sms: boolean
}

/** What a pool lost of its ways to reach people. */
export function lostByPool(before: JsonObject, after: JsonObject): PoolLost {
  const lost = (member: string): boolean => before[member] !== undefined && after[member] === undefined
  return { email: lost('EmailConfiguration'), sms: lost('SmsConfiguration') }
}

/** What follows from a drop, without which the service would refuse what is left. */
export function afterDrop(
  kind: ResourceKind,
  before: FoundResource,
  body: JsonObject,
  lost: PoolLost,
): AfterDrop {
  const resource = { ...before, body }
  if (kind === domainKind && before.body['CustomDomainConfig'] !== undefined)
    return { resource: body['CustomDomainConfig'] === undefined ? undefined : resource, alsoChanged: [] }
  if (kind === mfaKind) return withoutFactors(resource, before.body, lost)
  if (kind === riskKind) return withoutNotices(resource)
  if (
    kind === poolKind &&
    object(body, 'LambdaConfig') === undefined &&
    before.body['LambdaConfig'] !== undefined
  )
    return { resource: { ...resource, body: { ...body, LambdaConfig: {} } }, alsoChanged: [] }
  return { resource, alsoChanged: [] }
}

const FACTORS = ['SmsMfaConfiguration', 'EmailMfaConfiguration', 'SoftwareTokenMfaConfiguration']

/** Factors that need what the pool does not have; without any, MFA can only be off. */
function withoutFactors(resource: FoundResource, before: JsonObject, { email, sms }: PoolLost): AfterDrop {
  const gone = [...(email ? ['EmailMfaConfiguration'] : []), ...(sms ? ['SmsMfaConfiguration'] : [])]
  const body = without(resource.body, gone)
  const also = gone.filter((member) => resource.body[member] !== undefined)
  const changed = FACTORS.some((member) => before[member] !== undefined && body[member] === undefined)
  const isLeft = FACTORS.some((member) => isFactor(body[member]))
  if (!changed || isLeft || body['MfaConfiguration'] === undefined || body['MfaConfiguration'] === 'OFF')
    return { resource: { ...resource, body }, alsoChanged: also }
  return {
    resource: { ...resource, body: { ...body, MfaConfiguration: 'OFF' } },
    alsoChanged: also,
    mfaWas: text(resource.body, 'MfaConfiguration'),
  }
}

function isFactor(settings: JsonObject[string] | undefined): boolean {
  return isObject(settings) && settings['Enabled'] !== false
}

/** An action that writes to people needs an address to write from. */
function withoutNotices(resource: FoundResource): AfterDrop {
  const takeover = object(resource.body, 'AccountTakeoverRiskConfiguration')
  const actions = takeover === undefined ? undefined : object(takeover, 'Actions')
  if (takeover === undefined || actions === undefined || takeover['NotifyConfiguration'] !== undefined)
    return { resource, alsoChanged: [] }
  const notifies = Object.values(actions).some((action) => isObject(action) && action['Notify'] === true)
  if (!notifies) return { resource, alsoChanged: [] }
  const Actions = Object.fromEntries(
    Object.entries(actions).map(([name, action]) => [
      name,
      isObject(action) ? { ...action, Notify: false } : action,
    ]),
  )
  const body = { ...resource.body, AccountTakeoverRiskConfiguration: { ...takeover, Actions } }
  return { resource: { ...resource, body }, alsoChanged: ['Notify'] }
}
