import { isObject, type JsonObject, type JsonValue } from '../../model/canonical.js'
import type { Reference } from './reference.js'

/** Members without which the object that has them says nothing: it goes with them. */
const WHOLE = [
  'ApplicationArn',
  'ApplicationId',
  'BucketArn',
  'CallerArn',
  'CertificateArn',
  'KmsKeyArn',
  'LambdaArn',
  'LogGroupArn',
  'PrimaryRoute53HealthCheckId',
  'SecondaryRegion',
  'SmsConfiguration',
  'SnsCallerArn',
  'SourceArn',
  'StreamArn',
]
/** The role of a client's analytics is required beside what it writes to. */
const WHOLE_IN: Readonly<Record<string, readonly string[]>> = {
  AnalyticsConfiguration: ['RoleArn', 'ExternalId'],
}

/** What cannot be without a member that goes. */
const WITH_IT: Readonly<Record<string, readonly string[]>> = {
  KMSKeyID: ['CustomSMSSender', 'CustomEmailSender'],
}

type Path = Reference['path']

/** The settings that go when what is at `path` is not to be restored: the smallest that can be without it. */
export function settingsToDrop(path: Path): readonly Path[] {
  const setting = smallestAround(path)
  const beside = WITH_IT[String(setting.at(-1))] ?? []
  return [setting, ...beside.map((member) => [...setting.slice(0, -1), member])]
}

function smallestAround(path: Path): Path {
  const item = path.findIndex((part) => typeof part === 'number')
  if (item >= 0) return path.slice(0, item + 1)
  const [member, around] = [String(path.at(-1)), String(path.at(-2))]
  const goesWhole = WHOLE.includes(member) || (WHOLE_IN[around] ?? []).includes(member)
  return path.length > 1 && goesWhole ? smallestAround(path.slice(0, -1)) : path
}

/** The body without these settings, and without the objects that nothing is left in. */
export function withoutSettings(body: JsonObject, settings: readonly Path[]): JsonObject {
  const paths = new Set(settings.map((path) => JSON.stringify(path)))
  return (prune(body, [], paths) as JsonObject | undefined) ?? {}
}

function prune(value: JsonValue, path: Path, paths: ReadonlySet<string>): JsonValue | undefined {
  if (paths.has(JSON.stringify(path))) return undefined
  if (Array.isArray(value)) {
    const kept = value.map((item, at) => prune(item, [...path, at], paths))
    return kept.filter((item) => item !== undefined)
  }
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([member, inner]) => [
    member,
    prune(inner, [...path, member], paths),
  ])
  const kept = entries.filter(([, inner]) => inner !== undefined)
  // What was empty before stays: it may say something.
  if (kept.length === 0 && entries.length > 0) return undefined
  return Object.fromEntries(kept) as JsonObject
}

/** The body with the values that `changes` has for places in it. */
export function withValues(body: JsonObject, changes: ReadonlyMap<string, string>): JsonObject {
  function change(value: JsonValue, path: Path): JsonValue {
    if (typeof value === 'string') return changes.get(JSON.stringify(path)) ?? value
    if (Array.isArray(value)) return value.map((item, at) => change(item, [...path, at]))
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([member, inner]) => [member, change(inner, [...path, member])]),
    )
  }
  return changes.size === 0 ? body : (change(body, []) as JsonObject)
}
