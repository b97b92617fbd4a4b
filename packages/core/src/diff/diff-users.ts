import { text } from '../cognito/canonical-body.js'
import type { JsonObject } from '../model/canonical.js'
import { sameJson } from '../model/canonical.js'
import { mergeJoin } from '../sorting/merge-join.js'
import { areSameIdentities } from './linked-identities.js'
import { attributesOf, userOf, type UserView } from './user-view.js'

/** How two users differ. Fields are named, never shown: their values are people's data. */
export interface UserDifference {
  readonly change: 'added' | 'removed' | 'changed'
  readonly sub: string
  readonly username: string
  /** Attribute names as Cognito has them; `Enabled`, `UserStatus`, `Username`, `groups`, members of AdminGetUser about MFA. Empty unless changed. */
  readonly fields: readonly string[]
}

export interface DiffUsersOptions {
  /** Whether both sides are the same pool; across pools subs and service-made usernames always differ. */
  readonly samePool: boolean
  /** Whether the service makes the usernames. */
  readonly madeUsernames: boolean
}

/** What only the service writes, and writes anew for every new user. */
const SERVICE_WRITTEN = ['UserCreateDate', 'UserLastModifiedDate', 'Attributes']

/** The differences between two streams of users, ascending by the key they are joined by. */
export async function* diffUsers(
  left: AsyncIterable<UserView>,
  right: AsyncIterable<UserView>,
  options: DiffUsersOptions,
): AsyncGenerator<UserDifference> {
  for await (const { left: before, right: after } of mergeJoin(left, right)) {
    if (after === undefined) yield whole('removed', before)
    else if (before === undefined) yield whole('added', after)
    else {
      const fields = changedFields(before, after, options)
      if (fields.length > 0) yield { change: 'changed', sub: after.sub, username: usernameOf(after), fields }
    }
  }
}

function whole(change: 'added' | 'removed', view: UserView): UserDifference {
  return { change, sub: view.sub, username: usernameOf(view), fields: [] }
}

function usernameOf(view: UserView): string {
  return text(userOf(view), 'Username')
}

/** The names of the fields in which two users differ, ascending. */
export function changedFields(before: UserView, after: UserView, options: DiffUsersOptions): string[] {
  const groups = before.groups.join('\n') === after.groups.join('\n') ? [] : ['groups']
  const fields = [...changedFactors(before, after), ...groups]
  if (before.record.line === after.record.line) return fields
  const [a, b] = [userOf(before), userOf(after)]
  const ignored = [
    ...SERVICE_WRITTEN,
    ...(options.madeUsernames && before.sub !== after.sub ? ['Username'] : []),
  ]
  for (const member of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!ignored.includes(member) && !sameMember(a, b, member)) fields.push(member)
  }
  const [attributesA, attributesB] = [attributesOf(a), attributesOf(b)]
  for (const name of new Set([...attributesA.keys(), ...attributesB.keys()])) {
    if (name === 'sub' && (!options.samePool || before.sub !== after.sub)) continue
    const [valueA, valueB] = [attributesA.get(name), attributesB.get(name)]
    // A link that was made again has another date.
    const isSame = name === 'identities' ? areSameIdentities(valueA, valueB) : valueA === valueB
    if (!isSame) fields.push(name)
  }
  return fields.sort()
}

/** What of second factors differs; nothing where one side is not known. */
function changedFactors({ mfa: before }: UserView, { mfa: after }: UserView): string[] {
  if (before === undefined || after === undefined) return []
  const members = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...members].filter((member) => !sameJson(before[member] ?? null, after[member] ?? null)).sort()
}

/** An empty list and an absent one are the same: emulators and the service differ on MFAOptions. */
function sameMember(a: JsonObject, b: JsonObject, member: string): boolean {
  const isEmpty = (value: JsonObject[string] | undefined): boolean =>
    value === undefined || (Array.isArray(value) && value.length === 0)
  return (isEmpty(a[member]) && isEmpty(b[member])) || sameJson(a[member], b[member])
}
