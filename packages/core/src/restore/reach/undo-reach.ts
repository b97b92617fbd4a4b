import { isObject, type JsonObject, sameJson } from '../../model/canonical.js'
import { resourceKey } from '../../model/records.js'
import type { ResourcePair } from '../../cognito/resource-set.js'
import { groupKind } from '../../cognito/resources/group.js'
import { object, text, without } from '../../cognito/canonical-body.js'
import { areSameIdentities, identitiesOf, identityKey } from '../../diff/linked-identities.js'
import { attributesOf, userOf, type UserView } from '../../diff/user-view.js'
import { mergeJoin } from '../../sorting/merge-join.js'
import type { Note } from '../fidelity-notes.js'
import { isServiceWritten } from '../user-calls.js'
import { blendUser } from './blend-user.js'
import type { Reach, ReachedResource, ReachedUser, UserPair } from './reach.js'
import type { ResourceWrites, UserWrites } from './run-writes.js'

/** What is to be taken back. */
export interface Undone {
  /** Ascending by key, each once. */
  readonly users: AsyncIterable<UserWrites>
  readonly resources: ReadonlyMap<string, ResourceWrites>
  /** Groups in which somebody is whom the run did not put there. */
  readonly groupsOfOthers: ReadonlySet<string>
  /** Whether a user is one whom the run made before it was cut off. */
  readonly madeUnanswered: (user: JsonObject) => boolean
  /** When the run had ended, as ISO 8601: who and what was changed later is somebody's own by now. */
  readonly endedAt: string
}

/**
 * The part of the moment before a run, and of now, that the run wrote and that is still as it wrote it. So taking a run
 * back overwrites nothing that anybody did since. Pure, but for what it counts.
 */
export function undoReach({
  users: writes,
  resources,
  madeUnanswered,
  endedAt,
  groupsOfOthers,
}: Undone): Reach {
  let leftOut = 0

  function reach(pair: UserPair, written: UserWrites | undefined): ReachedUser | undefined {
    const { left: before, right: now } = pair
    if (written === undefined) {
      const isOwn = before === undefined && madeUnanswered(userOf(now))
      return isOwn ? { pair, notes: [] } : undefined
    }
    if (before !== undefined && now !== undefined) return undoChanges(before, now, written, pair.key)
    if (before !== undefined) return written.fate === 'deleted' ? { pair, notes: [] } : undefined
    if (written.fate !== 'made') return undefined
    return wasChangedSince(userOf(now), 'UserLastModifiedDate') || !isAsMade(now, written)
      ? { pair, notes: [{ code: 'changed-since-run' }], isLeft: true }
      : { pair, notes: [] }
  }

  function wasChangedSince(body: JsonObject, member: string): boolean {
    return text(body, member) > endedAt
  }

  async function* users(pairs: AsyncIterable<UserPair>): AsyncGenerator<ReachedUser> {
    for await (const { left: pair, right: written } of mergeJoin(pairs, writes)) {
      const reached = pair === undefined ? undefined : reach(pair, written)
      if (reached !== undefined) yield reached
      else if (pair?.left !== undefined) leftOut++
    }
  }

  function resource(pair: ResourcePair): ReachedResource | undefined {
    const reached = reachResource(pair)
    if (reached === undefined && pair.wanted !== undefined) leftOut++
    return reached
  }

  function reachResource(pair: ResourcePair): ReachedResource | undefined {
    const { kind, wanted: before, current: now } = pair
    const written = resources.get(resourceKey(kind.kind, (now ?? before)?.name ?? ''))
    if (written === undefined) return undefined
    if (before !== undefined && now !== undefined) {
      const { body, kept } = membersBefore(before.body, now.body, written.members)
      const notes: Note[] = kept.length > 0 ? [{ code: 'changed-since-run', detail: kept.join(', ') }] : []
      return { pair: { ...pair, wanted: { name: before.name, body } }, notes }
    }
    if (before !== undefined) return written.fate === 'deleted' ? { pair, notes: [] } : undefined
    if (now === undefined) return undefined
    if (written.fate === 'changed') return { pair, notes: [{ code: 'extra-stays' }], isLeft: true }
    const settable = kind.settable(now.body)
    const isOther = Object.keys(written.members).some(
      (member) => member in settable && !isStill(settable[member], written.members[member]),
    )
    const hasOthers = kind === groupKind && groupsOfOthers.has(now.name)
    return isOther || hasOthers || wasChangedSince(now.body, 'LastModifiedDate')
      ? { pair, notes: [{ code: 'changed-since-run' }], isLeft: true }
      : { pair, notes: [] }
  }

  return {
    users,
    resource,
    get leftOut() {
      return leftOut
    },
  }
}

/** The flag of an address, which goes with it. */
const ADDRESS_OF: Readonly<Record<string, string>> = {
  email_verified: 'email',
  phone_number_verified: 'phone_number',
}

/**
 * A user with the second factors that the run saw, or left: what they are now only AdminGetUser says, which is asked when they
 * are written, so that what somebody changed since has drifted.
 */
function withFactors(view: UserView, state: JsonObject | undefined): UserView {
  if (state === undefined) return view
  const isOn = ([, value]: [string, JsonObject[string]]): boolean =>
    value !== null && !(Array.isArray(value) && value.length === 0)
  return { ...view, mfa: Object.fromEntries(Object.entries(state).filter(isOn)) }
}

function undoChanges(
  asBefore: UserView,
  asFound: UserView,
  written: UserWrites,
  key: string,
): ReachedUser | undefined {
  const before = withFactors(asBefore, written.mfa?.was)
  const now = withFactors(asFound, written.mfa?.is)
  const current = attributesOf(userOf(now))
  const isAsWritten = (name: string): boolean =>
    name in written.attributes && (current.get(name) ?? null) === written.attributes[name]
  const isTaken = (name: string): boolean => {
    const address = ADDRESS_OF[name]
    return address !== undefined && address in written.attributes ? isAsWritten(address) : isAsWritten(name)
  }
  const isIn = (group: string): boolean => now.groups.includes(group)
  const linked = new Set(identitiesOf(userOf(now)).map(identityKey))
  const isAsLinked = (key: string): boolean => linked.has(key) === written.links[key]
  const left = blendUser(before, now, {
    attribute: isTaken,
    group: (group) => group in written.groups && isIn(group) === written.groups[group],
    ...(Object.keys(written.links).length > 0
      ? { link: (key: string) => key in written.links && isAsLinked(key) }
      : {}),
    enabled: written.enabled !== undefined && userOf(now)['Enabled'] === written.enabled,
    mfa: written.mfa !== undefined,
  })
  const kept = [
    ...Object.keys(written.attributes).filter((name) => !isTaken(name)),
    ...Object.keys(written.groups).filter((group) => isIn(group) !== written.groups[group]),
    ...(Object.keys(written.links).every(isAsLinked) ? [] : ['identities']),
    ...(written.enabled !== undefined && userOf(now)['Enabled'] !== written.enabled ? ['Enabled'] : []),
  ].filter((name) => differs(name, before, now))
  return {
    pair: { key, left, right: now },
    notes: kept.length > 0 ? [{ code: 'changed-since-run', detail: kept.join(', ') }] : [],
  }
}

/**
 * Whether a user has what the run gave when it made the user, and nothing else: the dates do not tell what was done
 * while the run went on. The service may have lowered the case of an address that stands for the username.
 */
function isAsMade(now: UserView, { attributes, groups, enabled = true, isUnsure }: UserWrites): boolean {
  const current = [...attributesOf(userOf(now))].filter(([name]) => !isServiceWritten(name))
  const given = Object.values(attributes).filter((value) => value !== null && value !== '')
  const isGiven = ([name, value]: [string, string]): boolean =>
    attributes[name]?.toLowerCase() === value.toLowerCase()
  const isAsGiven = current.length === given.length && current.every(isGiven)
  if (!isAsGiven || !now.groups.every((group) => groups[group] === true)) return false
  if (isUnsure === true) return true
  const isInAll = Object.entries(groups).every(([group, isIn]) => !isIn || now.groups.includes(group))
  return isInAll && userOf(now)['Enabled'] === enabled
}

/** What somebody has put back already is no change to tell of. */
function differs(name: string, before: UserView, now: UserView): boolean {
  if (name === 'Enabled') return userOf(before)['Enabled'] !== userOf(now)['Enabled']
  if (before.groups.includes(name) !== now.groups.includes(name)) return true
  const [valueBefore, valueNow] = [before, now].map((view) => attributesOf(userOf(view)).get(name))
  return name === 'identities' ? !areSameIdentities(valueBefore, valueNow) : valueBefore !== valueNow
}

/** The resource of now with what the run wrote, and is still so, as it was before; and what is not so any more. */
function membersBefore(
  before: JsonObject,
  now: JsonObject,
  written: JsonObject,
): { body: JsonObject; kept: string[] } {
  const kept: string[] = []
  let body = now
  for (const [member, value] of Object.entries(written)) {
    if (member === 'Tags') body = { ...body, Tags: tagsBefore(before, now, object(written, 'Tags') ?? {}) }
    else if (member === 'SchemaAttributes' || isStill(now[member], value))
      body = withMember(body, member, before[member])
    else if (!sameJson(now[member], before[member]) && member in now) kept.push(member)
  }
  return { body, kept }
}

/** What was left out may be given by the service as an empty value. */
function isStill(now: JsonObject[string] | undefined, written: JsonObject[string] | undefined): boolean {
  if (written === null) return now === undefined || now === null
  if (isObject(written) && isObject(now))
    return Object.entries(written).every(([member, value]) => isStill(now[member], value))
  return sameJson(now, written)
}

function withMember(body: JsonObject, member: string, value: JsonObject[string] | undefined): JsonObject {
  return value === undefined ? without(body, [member]) : { ...body, [member]: value }
}

function tagsBefore(before: JsonObject, now: JsonObject, written: JsonObject): JsonObject {
  let tags = object(now, 'Tags') ?? {}
  for (const [tag, value] of Object.entries(written)) {
    if (sameJson(tags[tag], value)) tags = withMember(tags, tag, object(before, 'Tags')?.[tag])
  }
  return tags
}
