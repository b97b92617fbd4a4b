import { canonicalJson, compareKeys, isObject, type JsonObject, type JsonValue } from '../model/canonical.js'
import { isoTime } from '../model/ids.js'

/** Members that the API gives as a number of seconds since the epoch. */
const DATES = new Set([
  'ClientSecretCreateDate',
  'CreationDate',
  'LastModifiedDate',
  'UserCreateDate',
  'UserLastModifiedDate',
])

/** Members that are documents of somebody else's making: whatever is in them is left as it is. */
const DOCUMENTS = new Set(['Settings'])

/** Members whose arrays are sets: the API promises no order, so they are put in one. */
const SETS = new Set([
  'AliasAttributes',
  'AllowedFirstAuthFactors',
  'AllowedOAuthFlows',
  'AllowedOAuthScopes',
  'Assets',
  'Attributes',
  'AutoVerifiedAttributes',
  'AttributesRequireVerificationBeforeUpdate',
  'BlockedIPRangeList',
  'CallbackURLs',
  'ClientSecrets',
  'CognitoIdentityProviders',
  'ConfiguredUserAuthFactors',
  'EventFilter',
  'ExplicitAuthFlows',
  'IdpIdentifiers',
  'LogConfigurations',
  'LogoutURLs',
  'MFAOptions',
  'OpenIdConnectProviderARNs',
  'ReadAttributes',
  'RecoveryMechanisms',
  'SamlProviderARNs',
  'SchemaAttributes',
  'Scopes',
  'SkippedIPRangeList',
  'SupportedIdentityProviders',
  'UserMFASettingList',
  'UsernameAttributes',
  'WriteAttributes',
])

/**
 * A body of the API in canonical form: dates as ISO 8601 in milliseconds, sets in order, everything else, fields that
 * nobody knows included, as it came. `docs/format.md` lists both.
 */
export function canonicalBody(body: JsonObject): JsonObject {
  // Not by assignment: a tag may be called `__proto__`.
  return Object.fromEntries(
    Object.entries(body).map(([member, value]) => [member, canonicalMember(member, value)]),
  )
}

function canonicalMember(member: string, value: JsonValue): JsonValue {
  if (DOCUMENTS.has(member)) return value
  if (DATES.has(member) && typeof value === 'number') return isoTime(Math.round(value * 1000))
  if (Array.isArray(value)) {
    const items = value.map((item) => canonicalMember('', item))
    return SETS.has(member) ? items.sort(compareItems) : items
  }
  return isObject(value) ? canonicalBody(value) : value
}

/** Sets of named things go by name, others by their text. */
function compareItems(a: JsonValue, b: JsonValue): number {
  return compareKeys(nameOf(a), nameOf(b)) || compareKeys(canonicalJson(a), canonicalJson(b))
}

function nameOf(item: JsonValue): string {
  return isObject(item) && typeof item['Name'] === 'string' ? item['Name'] : ''
}

/** The object without these members. */
export function without(body: JsonObject, members: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([member]) => !members.includes(member)))
}

/** The object with these members only, those that it has. */
export function only(body: JsonObject, members: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([member]) => members.includes(member)))
}

/** A member that must be text. */
export function text(body: JsonObject, member: string): string {
  const value = body[member]
  return typeof value === 'string' ? value : ''
}

/** A member that must be a list of objects; an absent one is empty. */
export function objects(body: JsonObject, member: string): JsonObject[] {
  const value = body[member]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** A member that must be an object, or `undefined`. */
export function object(body: JsonObject, member: string): JsonObject | undefined {
  const value = body[member]
  return isObject(value) ? value : undefined
}
