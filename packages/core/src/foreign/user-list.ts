import { canonicalBody, objects, text, without } from '../cognito/canonical-body.js'
import { isObject, type JsonObject } from '../model/canonical.js'
import type { Fact } from './foreign-backup.js'
import { unreadable } from './foreign-backup.js'
import { type ArrayItem, readJsonArray } from './json-array.js'

/** Members that the tools write as JavaScript writes a date. */
const DATES = ['UserCreateDate', 'UserLastModifiedDate'] as const

/**
 * The users of a file that cognito-backup-restore or cognito-backup wrote: each as ListUsers gives it, with `Groups` where the tool
 * asked for them. What else a record has is kept.
 *
 * @throws CodedError `SOURCE_UNREADABLE`: also, once all is read, where users have no sub, by which a vault knows them
 */
export async function* readUserList(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Fact> {
  const withoutSub = { count: 0, first: 0 }
  let count = 0
  for await (const item of readJsonArray(chunks, name)) {
    count++
    checkUser(item.value, `${name}: record ${item.number}, at byte ${item.offset},`, name)
    const sub = subIn(item.value)
    if (sub === '') {
      if (withoutSub.count++ === 0) withoutSub.first = item.offset
      continue
    }
    if (!isSub(sub))
      throw unreadable(`${name}: record ${item.number}, at byte ${item.offset}, has a sub that is none`, name)
    yield* factsOf(sub, item, name)
  }
  if (withoutSub.count > 0)
    throw unreadable(
      `${name}: ${withoutSub.count} of ${count} users have no sub, the first at byte ${withoutSub.first}; no snapshot can hold a user without one`,
      name,
    )
}

function* factsOf(sub: string, { value, number, offset }: ArrayItem, name: string): Generator<Fact> {
  const body = canonicalBody({ ...without(value, ['Groups']), ...datesOf(value) })
  const at = Date.parse(text(body, 'UserLastModifiedDate'))
  yield { kind: 'user', sub, body, at: Number.isNaN(at) ? undefined : at }
  if (!('Groups' in value)) return
  const groups = groupNames(value['Groups'])
  if (groups === undefined)
    throw unreadable(
      `${name}: record ${number}, at byte ${offset}, has Groups that are no list of names`,
      name,
    )
  yield { kind: 'groups-known' }
  for (const group of groups) yield { kind: 'membership', sub, group, at: undefined }
}

/** Names, or groups as the API gives them. */
function groupNames(groups: JsonObject[string] | undefined): string[] | undefined {
  if (!Array.isArray(groups)) return undefined
  const names = groups.map((group) => (isObject(group) ? text(group, 'GroupName') : group))
  return names.every((name): name is string => typeof name === 'string' && name !== '') ? names : undefined
}

function datesOf(value: JsonObject): JsonObject {
  const dates: JsonObject = {}
  for (const member of DATES) {
    const time = Date.parse(text(value, member))
    if (!Number.isNaN(time)) dates[member] = new Date(time).toISOString()
  }
  return dates
}

/** What a membership's key can hold. */
const SUB = /^[\w.:-]+$/

/** Whether this can be a user's sub. */
export function isSub(sub: string): boolean {
  return SUB.test(sub)
}

/** The `sub` among the attributes of a user; empty where there is none. */
export function subIn(user: JsonObject): string {
  const sub = objects(user, 'Attributes').find((attribute) => attribute['Name'] === 'sub')
  return sub === undefined ? '' : text(sub, 'Value')
}

/** @throws CodedError `SOURCE_UNREADABLE` where a user lacks what every restore goes by; what is not known is not made up */
export function checkUser(user: JsonObject, where: string, name: string): void {
  const lacks =
    text(user, 'Username') === ''
      ? 'Username'
      : !areAttributes(user['Attributes'])
        ? 'Attributes'
        : typeof user['Enabled'] !== 'boolean'
          ? 'Enabled'
          : text(user, 'UserStatus') === ''
            ? 'UserStatus'
            : undefined
  if (lacks !== undefined)
    throw unreadable(`${where} is no user: its ${lacks} is missing or not as ListUsers gives it`, name)
}

function areAttributes(attributes: JsonObject[string] | undefined): boolean {
  return (
    Array.isArray(attributes) &&
    attributes.every(
      (one) =>
        isObject(one) && text(one, 'Name') !== '' && ['string', 'undefined'].includes(typeof one['Value']),
    )
  )
}
