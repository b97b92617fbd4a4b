import { text } from '../cognito/canonical-body.js'
import type { PlannedOperation } from '../cognito/operation.js'
import { changedFields } from '../diff/diff-users.js'
import { attributesOf, userOf, type UserView } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'
import type { Note } from './fidelity-notes.js'
import { linksOfSurvivor, type PlannedLinks } from './plan-links.js'
import { MFA_MEMBERS } from './mfa-preference.js'
import { mfaOfSurvivor } from './plan-mfa.js'
import { isSamePerson } from './same-person.js'
import type { Step } from './step.js'
import { addToGroup, isServiceWritten, userCall } from './user-calls.js'
import type { UserPlanning } from './user-planning.js'

/** What puts back a user who is there on both sides; nothing where there is nothing to put back or to say. */
export function* planSurvivor(wanted: UserView, current: UserView, planning: UserPlanning): Generator<Step> {
  const fields = changedFields(wanted, current, {
    samePool: planning.samePool,
    madeUsernames: planning.rules.usernameAttributes.length > 0,
  })
  if (fields.length === 0 && wanted.sub === current.sub) return
  const [before, now] = [userOf(wanted), userOf(current)]
  const subject = { kind: 'user', id: wanted.sub, username: text(before, 'Username') }
  if (!planning.samePool && !isSamePerson(before, now, planning.rules)) {
    yield { phase: 'survivors', subject, operations: [], notes: [{ code: 'other-person' }] }
    return
  }
  const username = text(now, 'Username')
  const groups = groupsOf(wanted, current, username, planning)
  const links = linksOfSurvivor(before, now, username, planning)
  const parts =
    planning.options.mode === 'existing-pool'
      ? [groups, leftAlone(fields, wanted, current)]
      : [
          // Who is to be shut out is so before groups give anything, and let in after all else is as it was.
          ...(before['Enabled'] === false ? [enabledPart(before, now, username, planning)] : []),
          attributesPart(before, now, username, planning),
          // Codes go to addresses, and factors guard what groups give.
          mfaOfSurvivor(wanted, current, username, planning),
          links,
          groups,
          ...(before['Enabled'] === false ? [] : [enabledPart(before, now, username, planning)]),
          statusPart(before, now),
          notWritten(fields, before, now, links),
        ]
  // The username may be somebody else's by the time of the call: it is the sub that says who is meant.
  const operations = parts
    .flatMap((part) => part.operations)
    .map((operation) => ({ ...operation, expects: { ...operation.expects, sub: current.sub } }))
  const notes = [...otherSub(wanted, current), ...parts.flatMap((part) => part.notes)]
  if (operations.length === 0 && notes.length === 0) return
  const successor = wanted.sub === current.sub ? {} : { successor: { id: current.sub, username } }
  yield { phase: 'survivors', subject, operations, notes, ...successor }
}

/** In another pool, and where an earlier restore has made the user again, the sub is that of the account there. */
function otherSub(wanted: UserView, current: UserView): Note[] {
  return wanted.sub === current.sub ? [] : [{ code: 'other-sub' }]
}

interface Part {
  readonly operations: readonly PlannedOperation[]
  readonly notes: readonly Note[]
}

/** An existing pool is added to: all that differs but for the groups that are added is left. */
function leftAlone(fields: readonly string[], wanted: UserView, current: UserView): Part {
  const hasMore = current.groups.some((group) => !wanted.groups.includes(group))
  const left = fields.filter((field) => field !== 'groups' || hasMore)
  return {
    operations: [],
    notes: left.length > 0 ? [{ code: 'left-as-it-is', detail: left.join(', ') }] : [],
  }
}

/** What differs and is neither the groups' nor the flags' nor an attribute that can be written. */
function notWritten(
  fields: readonly string[],
  before: JsonObject,
  now: JsonObject,
  links: PlannedLinks,
): Part {
  const areLinksSeenTo = links.operations.length > 0 || links.notes.length > 0
  const attributes = new Set([...attributesOf(before).keys(), ...attributesOf(now).keys()])
  const left = fields.filter(
    (field) =>
      ![
        'Enabled',
        'UserStatus',
        'groups',
        ...MFA_MEMBERS,
        ...(areLinksSeenTo ? ['identities'] : []),
      ].includes(field) &&
      (isServiceWritten(field) || !attributes.has(field)),
  )
  return {
    operations: [],
    notes: left.length > 0 ? [{ code: 'field-left', detail: left.join(', ') }] : [],
  }
}

function attributesPart(before: JsonObject, now: JsonObject, username: string, planning: UserPlanning): Part {
  const wanted = new Map([...attributesOf(before)].filter(([name]) => !isServiceWritten(name)))
  const current = new Map([...attributesOf(now)].filter(([name]) => !isServiceWritten(name)))
  const notes: Note[] = []
  const differing = [...wanted.keys()].filter((name) => wanted.get(name) !== current.get(name))
  const immutable = differing.filter((name) => !planning.mutableAttributes.has(name))
  if (immutable.length > 0) notes.push({ code: 'attribute-immutable', detail: immutable.join(', ') })
  const changed = differing.filter((name) => planning.mutableAttributes.has(name))
  const flags = changed.map((name) => VERIFIED[name])
  const extras = [...current.keys()].filter(
    (name) => !wanted.has(name) && planning.mutableAttributes.has(name) && !flags.includes(name),
  )
  const isMadeAgain = attributesOf(before).get('sub') !== attributesOf(now).get('sub')
  // What an earlier restore kept of the user is never taken away: nothing else knows it any more.
  const kept = extras.filter((name) =>
    isKeptSub(name, current.get(name), before, { ...planning, isMadeAgain }),
  )
  if (kept.length > 0) notes.push({ code: 'sub-kept', detail: kept.join(', ') })
  const extra = extras.filter((name) => !kept.includes(name))
  const removes = planning.options.deleteExtra && planning.snapshot.complete
  if (extra.length > 0 && !removes) notes.push({ code: 'attribute-left', detail: extra.join(', ') })
  return {
    operations: [
      ...(changed.length > 0 ? updateAttributes(changed, wanted, current, username) : []),
      ...(extra.length > 0 && removes ? [deleteAttributes(extra, current, username)] : []),
    ],
    notes,
  }
}

function isKeptSub(
  name: string,
  value: string | undefined,
  before: JsonObject,
  { options, isMadeAgain }: Pick<UserPlanning, 'options'> & { readonly isMadeAgain: boolean },
): boolean {
  if (name === options.keepSub) return true
  const sub = attributesOf(before).get('sub')
  return name.startsWith('custom:') && sub !== undefined && value === sub && isMadeAgain
}

/** What an address is verified by; written in the same call, so that no code is sent and nothing is deferred. */
const VERIFIED: Readonly<Record<string, string>> = {
  email: 'email_verified',
  phone_number: 'phone_number_verified',
}

/**
 * A changed email or phone number goes with `_verified` = true, or Cognito would send a code to it; where the snapshot
 * says unverified, a second call says so when the address is there.
 */
function updateAttributes(
  changed: readonly string[],
  wanted: ReadonlyMap<string, string>,
  current: ReadonlyMap<string, string>,
  username: string,
): PlannedOperation[] {
  const first = new Map<string, string>()
  const second = new Map<string, string>()
  for (const name of changed) first.set(name, wanted.get(name) ?? '')
  for (const [address, verified] of Object.entries(VERIFIED)) {
    if (!first.has(address)) continue
    first.set(verified, 'true')
    if (wanted.get(verified)?.toLowerCase() !== 'true') second.set(verified, 'false')
  }
  const expects = expected([...first.keys()], current)
  return [
    { ...attributesCall(username, first), expects },
    // The address has to be the one just written: a user may have given another meanwhile, and verified it.
    ...(second.size > 0 ? [{ ...attributesCall(username, second), expects: Object.fromEntries(first) }] : []),
  ]
}

function attributesCall(username: string, values: ReadonlyMap<string, string>): PlannedOperation {
  const call = userCall('AdminUpdateUserAttributes', username)
  return {
    ...call,
    input: { ...call.input, UserAttributes: [...values].map(([Name, Value]) => ({ Name, Value })) },
  }
}

function deleteAttributes(
  names: readonly string[],
  current: ReadonlyMap<string, string>,
  username: string,
): PlannedOperation {
  const call = userCall('AdminDeleteUserAttributes', username)
  return {
    ...call,
    input: { ...call.input, UserAttributeNames: [...names] },
    expects: expected(names, current),
  }
}

function expected(names: readonly string[], current: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(names.map((name) => [name, current.get(name) ?? null]))
}

function groupsOf(wanted: UserView, current: UserView, username: string, planning: UserPlanning): Part {
  const notes: Note[] = []
  const missing = wanted.groups.filter((group) => !current.groups.includes(group))
  const unknown = missing.filter((group) => !planning.groups.has(group))
  if (unknown.length > 0) notes.push({ code: 'group-unknown', detail: unknown.join(', ') })
  const known = missing.filter((group) => planning.groups.has(group))
  const refused = planning.options.noWidening ? known.filter((group) => planning.roles.has(group)) : []
  if (refused.length > 0) notes.push({ code: 'widening-left-out', detail: refused.join(', ') })
  const extra =
    planning.options.mode === 'existing-pool'
      ? []
      : current.groups.filter((group) => !wanted.groups.includes(group))
  const removes = planning.options.deleteExtra && planning.snapshot.complete
  if (extra.length > 0 && !removes) notes.push({ code: 'group-left', detail: extra.join(', ') })
  return {
    operations: [
      ...known
        .filter((group) => !refused.includes(group))
        .map((group) => addToGroup(username, group, { role: planning.roles.get(group), lives: true })),
      ...(removes ? extra.map((group) => removeFromGroup(username, group)) : []),
    ],
    notes,
  }
}

function removeFromGroup(username: string, group: string): PlannedOperation {
  const call = userCall('AdminRemoveUserFromGroup', username)
  return { ...call, input: { ...call.input, GroupName: group } }
}

function enabledPart(before: JsonObject, now: JsonObject, username: string, planning: UserPlanning): Part {
  if (before['Enabled'] === now['Enabled']) return { operations: [], notes: [] }
  const expects = { Enabled: now['Enabled'] ?? null }
  if (before['Enabled'] === false) {
    return { operations: [{ ...userCall('AdminDisableUser', username), expects }], notes: [] }
  }
  if (planning.options.noWidening)
    return { operations: [], notes: [{ code: 'widening-left-out', detail: 'Enabled' }] }
  return {
    operations: [{ ...userCall('AdminEnableUser', username), expects, widens: 'enable-user' }],
    notes: [],
  }
}

function statusPart(before: JsonObject, now: JsonObject): Part {
  const same = before['UserStatus'] === now['UserStatus']
  const detail = `${text(before, 'UserStatus')} in the snapshot, ${text(now, 'UserStatus')} now`
  return { operations: [], notes: same ? [] : [{ code: 'status-left', detail }] }
}
