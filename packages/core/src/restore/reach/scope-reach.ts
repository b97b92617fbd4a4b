import type { ResourcePair, ResourceSet } from '../../cognito/resource-set.js'
import { text } from '../../cognito/canonical-body.js'
import { groupKind } from '../../cognito/resources/group.js'
import { changedFields } from '../../diff/diff-users.js'
import type { LoginRules } from '../../diff/login.js'
import { userOf, type UserView } from '../../diff/user-view.js'
import type { Note } from '../fidelity-notes.js'
import { blendUser, type Taken } from './blend-user.js'
import type { Reach, ReachedResource, ReachedUser, UserPair } from './reach.js'
import { PARTS, type Scope } from './scope.js'
import { matchUsers } from './user-query.js'

export interface ScopeOf {
  readonly wanted: ResourceSet
  readonly current: ResourceSet
  /** Whether the target is made by the restore: then its configuration is always part of it. */
  readonly makesPool: boolean
  readonly rules: LoginRules
  readonly samePool: boolean
}

/** A reach, and which of the scope's user queries nobody has fitted until now, by place. */
export interface ScopeReach extends Reach {
  readonly unmatched: () => readonly number[]
}

/** A user is in scope; and what of one who is there on both sides. */
interface Judged {
  readonly taken: Taken | 'all'
  readonly notes: readonly Note[]
  readonly isLeft?: boolean
}

/** The part of two sides that a scope leaves. Pure, but for what it counts. */
export function scopeReach(scope: Scope, of: ScopeOf): ScopeReach {
  const matcher = matchUsers(scope.users ?? [], { caseSensitive: of.rules.caseSensitive })
  const matched = new Set<number>()
  const reachesKind = kindsReached(scope, of)
  const compare = { samePool: of.samePool, madeUsernames: of.rules.usernameAttributes.length > 0 }
  const judge = judgeUsers(scope, of)
  let leftOut = 0

  function isNamed({ left, right }: UserPair): boolean {
    if (scope.users === undefined) return true
    const places = matcher(userOf(left ?? right))
    for (const place of places) matched.add(place)
    return places.length > 0
  }

  function reach(pair: UserPair): ReachedUser | undefined {
    const judged = isNamed(pair) ? judge(pair) : undefined
    if (judged === undefined) return undefined
    const { taken, ...rest } = judged
    if (taken !== 'all' && pair.left === undefined)
      return { pair: withoutGroups(pair.right, taken), ...rest, isExtra: true }
    if (taken === 'all' || pair.left === undefined || pair.right === undefined) return { pair, ...rest }
    const left = blendUser(pair.left, pair.right, taken)
    const beyond = changedFields(pair.left, left, compare)
    if (changedFields(left, pair.right, compare).length === 0)
      return beyond.length > 0 ? undefined : { pair, ...rest }
    const notes: Note[] = beyond.length > 0 ? [{ code: 'beyond-scope', detail: beyond.join(', ') }] : []
    return { ...rest, pair: { ...pair, left }, notes: [...rest.notes, ...notes] }
  }

  async function* users(pairs: AsyncIterable<UserPair>): AsyncGenerator<ReachedUser> {
    for await (const pair of pairs) {
      const reached = reach(pair)
      if (reached !== undefined) yield reached
      else if (pair.left !== undefined) leftOut++
    }
  }

  function resource(pair: ResourcePair): ReachedResource | undefined {
    if (reachesKind(pair)) {
      const isUndated = scope.changedBetween !== undefined && pair.current === undefined
      return isUndated ? { pair, notes: [{ code: 'deletion-not-dated' }], isLeft: true } : { pair, notes: [] }
    }
    if (pair.wanted !== undefined) leftOut++
    return undefined
  }

  return {
    users,
    resource,
    get leftOut() {
      return leftOut
    },
    unmatched: () => (scope.users ?? []).map((_, place) => place).filter((place) => !matched.has(place)),
  }
}

/** Somebody whom the snapshot does not have, and who is in none of the groups there. */
function withoutGroups(right: UserView, taken: Taken): UserPair {
  return { key: right.key, left: blendUser({ ...right, groups: [] }, right, taken), right }
}

/** Whether a scope reaches a pair of resources. */
function kindsReached(scope: Scope, { makesPool }: ScopeOf): (pair: ResourcePair) => boolean {
  const kinds = scope.only?.filter((only) => !isPart(only)) ?? []
  const parts = scope.only?.filter(isPart) ?? []
  // Whoever names people, or groups, or what is in them, asks for nothing else.
  const isOfPeople = [scope.users, scope.groups, scope.attributes].some((limit) => limit !== undefined)
  const isInParts = (kind: string): boolean =>
    scope.only === undefined
      ? !isOfPeople || (kind === groupKind.kind && scope.groups !== undefined)
      : kinds.includes(kind) ||
        parts.includes('config') ||
        (kind === groupKind.kind && parts.includes('groups'))
  return ({ kind, wanted, current }) => {
    if (makesPool) return true
    if (!isInParts(kind.kind)) return false
    if (kind === groupKind && scope.groups?.includes((wanted ?? current)?.name ?? '') === false) return false
    if (scope.onlyDeleted === true && current !== undefined) return false
    if (scope.changedBetween === undefined || current === undefined) return true
    // What came before is not undone by what was done to it since.
    return wasChanged(text(current.body, wanted === undefined ? 'CreationDate' : 'LastModifiedDate'), scope)
  }
}

function isPart(name: string): boolean {
  return PARTS.some((part) => part === name)
}

function wasChanged(date: string, { changedBetween }: Scope): boolean {
  return changedBetween === undefined || (date >= changedBetween.from && date <= changedBetween.to)
}

/** What of a user who is named is restored; `undefined` for nothing. */
function judgeUsers(scope: Scope, { wanted, current }: ScopeOf): (pair: UserPair) => Judged | undefined {
  const reaches = (part: string): boolean => scope.only === undefined || scope.only.includes(part)
  const isGroups = scope.groups !== undefined || (reaches('groups') && !reaches('users'))
  if (!reaches('users') && !reaches('groups')) return () => undefined
  const present = new Set(current.of(groupKind.kind).map(({ name }) => name))
  const gone = new Set(
    wanted
      .of(groupKind.kind)
      .map(({ name }) => name)
      .filter((name) => !present.has(name)),
  )
  const isNamed = (group: string): boolean => scope.groups?.includes(group) ?? true
  const groups = scope.onlyDeleted === true ? (group: string) => gone.has(group) && isNamed(group) : isNamed
  const attributes = new Set((scope.attributes ?? []).flatMap(withPair))
  const ofGroups: Taken = { attribute: () => false, group: groups, enabled: false }

  function ofSurvivor(now: UserView): Judged | undefined {
    if (!wasChanged(text(userOf(now), 'UserLastModifiedDate'), scope)) return undefined
    if (scope.attributes !== undefined)
      return judged({ attribute: (name) => attributes.has(name), group: () => false, enabled: false })
    if (isGroups || scope.onlyDeleted === true) return judged(ofGroups)
    return { taken: 'all', notes: [] }
  }

  return (pair) => {
    if (pair.left !== undefined && pair.right !== undefined) return ofSurvivor(pair.right)
    if (pair.left !== undefined) {
      if (isGroups) return pair.left.groups.some(groups) ? left('member-not-there') : undefined
      if (scope.attributes !== undefined) return undefined
      return scope.changedBetween === undefined ? { taken: 'all', notes: [] } : left('deletion-not-dated')
    }
    if (scope.attributes !== undefined || scope.onlyDeleted === true) return undefined
    const { right } = pair
    if (isGroups) return right.groups.some(groups) ? judged(ofGroups) : undefined
    return wasChanged(text(userOf(right), 'UserCreateDate'), scope) ? { taken: 'all', notes: [] } : undefined
  }
}

function judged(taken: Taken): Judged {
  return { taken, notes: [] }
}

/** Nothing is planned for the user, but the report says why. */
function left(code: Note['code']): Judged {
  return { taken: 'all', notes: [{ code }], isLeft: true }
}

/** An address without its flag would be taken for verified, or not, on the word of another address. */
function withPair(attribute: string): string[] {
  const address = attribute.replace(/_verified$/, '')
  return ['email', 'phone_number'].includes(address) ? [address, `${address}_verified`] : [attribute]
}
