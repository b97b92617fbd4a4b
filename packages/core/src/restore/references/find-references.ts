import type { ResourceSet } from '../../cognito/resource-set.js'
import { text } from '../../cognito/canonical-body.js'
import { RESOURCE_KINDS } from '../../cognito/resources/resource-kinds.js'
import { replicaKind } from '../../cognito/resources/replica.js'
import { tagsKind } from '../../cognito/resources/tags.js'
import { isObject, type JsonValue } from '../../model/canonical.js'
import { isRegion, parseArn } from './arn.js'
import type { Reference } from './reference.js'

/** Tags say things, and the pool does not depend on what they say; a replica is never written. */
const WITHOUT_REFERENCES = [tagsKind, replicaKind]

/** Members that name something outside the pool without an ARN, by what is around them: what the name is one of. */
const NAMES: Readonly<Record<string, string>> = {
  'AnalyticsConfiguration.ApplicationId': 'mobiletargeting',
  'EmailConfiguration.ConfigurationSet': 'ses',
  'EmailConfiguration.From': 'ses',
  'EumsSms.ConfigurationSetName': 'sms-voice',
  'EumsSms.OriginationIdentity': 'sms-voice',
  'Failover.PrimaryRoute53HealthCheckId': 'route53',
  'LambdaConfig.KMSKeyID': 'kms',
  'NotifyConfiguration.From': 'ses',
}

/** Endpoints of AWS, which have their Region in their name. */
const ENDPOINT =
  /^https?:\/\/(?:[^/]+\.)?([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazoncognito\.com|on\.aws)(?:[/:?#]|$)/

/**
 * Everything outside the pool that its settings name: any text that is an ARN, in whatever member; Regions, ids and names in the
 * members that are known to hold some; addresses of AWS endpoints in one Region. The pool's own ARN is none.
 */
export function findReferences(resources: ResourceSet): Reference[] {
  const own = text(resources.one('pool')?.body ?? {}, 'Arn')
  return RESOURCE_KINDS.filter((kind) => !WITHOUT_REFERENCES.includes(kind)).flatMap((kind) =>
    resources.of(kind.kind).flatMap(({ name, body }) =>
      textsIn(kind.settable(body), []).flatMap(({ path, value }) => {
        const what = value === own ? undefined : referred(path, value)
        return what === undefined ? [] : [{ kind: kind.kind, name, path, value, ...what }]
      }),
    ),
  )
}

interface Text {
  readonly path: Reference['path']
  readonly value: string
}

function textsIn(value: JsonValue, path: Reference['path']): Text[] {
  if (typeof value === 'string') return [{ path, value }]
  if (Array.isArray(value)) return value.flatMap((item, at) => textsIn(item, [...path, at]))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([member, inner]) => textsIn(inner, [...path, member]))
}

function referred(
  path: Reference['path'],
  value: string,
): Pick<Reference, 'service' | 'region' | 'account'> | undefined {
  const arn = parseArn(value)
  if (arn !== undefined) return { service: arn.service, region: arn.region, account: arn.account }
  const member = String(path.at(-1))
  if (member.endsWith('Region') && isRegion(value)) return { service: 'region', region: value, account: '' }
  if (value === '') return undefined
  if (member === 'ExternalId') return { service: 'external-id', region: '', account: '' }
  const service = NAMES[`${String(path.at(-2))}.${member}`]
  if (service !== undefined) return { service, region: '', account: '' }
  return isRegion(ENDPOINT.exec(value)?.[1] ?? '') ? { service: 'url', region: '', account: '' } : undefined
}
