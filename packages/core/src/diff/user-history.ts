import type { JsonObject } from '../model/canonical.js'
import { changedFields } from './diff-users.js'
import { attributesOf, userOf, type UserView } from './user-view.js'

/** One restore point, and whoever of a person's accounts is in it. */
export interface Sighting<Point> {
  readonly point: Point
  readonly views: readonly UserView[]
  /** Whether it is known who was there: else nobody found means nothing. */
  readonly usersKnown: boolean
  /** Whether it is known who was in which group. */
  readonly groupsKnown: boolean
}

/**
 * How a person is at a restore point beside the one before at which the person was: `first` to be seen, `made-again` under
 * another sub, `absent`; `unknown` where the users could not be read.
 */
export type UserChange = 'first' | 'same' | 'changed' | 'made-again' | 'absent' | 'unknown'

/** A field that is not as it was; `null` where there is none. Groups are a list with commas. */
export interface ChangedField {
  readonly name: string
  readonly was: string | null
  readonly now: string | null
}

/** A person at a restore point. */
export interface UserState<Point> {
  readonly point: Point
  readonly change: UserChange
  readonly fields: readonly ChangedField[]
  /** As the API describes the user; not there where the person is absent. */
  readonly user?: JsonObject
  /** `null` where it could not be read who is in which group. */
  readonly groups?: readonly string[] | null
  /** The second factors; not there where the snapshot does not know them. */
  readonly mfa?: JsonObject
}

/** Follows one person through restore points, oldest first. Pure. */
export function userHistory<Point>(sightings: Iterable<Sighting<Point>>): UserState<Point>[] {
  const states: UserState<Point>[] = []
  const seen = new Map<string, UserView>()
  let last: UserView | undefined
  for (const { point, views, usersKnown, groupsKnown } of sightings) {
    if (views.length === 0) states.push({ point, change: usersKnown ? 'absent' : 'unknown', fields: [] })
    for (const view of views) {
      const before = seen.get(view.sub) ?? last
      // What was not read is taken to be as it was, so that nothing is said of it.
      const mfa = view.mfa ?? before?.mfa
      const groups = groupsKnown ? view.groups : (before?.groups ?? [])
      const now = { ...view, groups, ...(mfa === undefined ? {} : { mfa }) }
      const fields = before === undefined ? [] : fieldsOf(before, now)
      const change = changeOf(before, now, fields)
      states.push({
        point,
        change,
        fields,
        user: userOf(view),
        groups: groupsKnown ? view.groups : null,
        ...(view.mfa === undefined ? {} : { mfa: view.mfa }),
      })
      seen.set(view.sub, now)
      last = now
    }
  }
  return states
}

function changeOf(before: UserView | undefined, now: UserView, fields: readonly ChangedField[]): UserChange {
  if (before === undefined) return 'first'
  if (before.sub !== now.sub) return 'made-again'
  return fields.length > 0 ? 'changed' : 'same'
}

function fieldsOf(before: UserView, now: UserView): ChangedField[] {
  const names = changedFields(before, now, { samePool: true, madeUsernames: false })
  return names.map((name) => ({ name, was: valueOf(before, name), now: valueOf(now, name) }))
}

function valueOf(view: UserView, field: string): string | null {
  if (field === 'groups') return view.groups.length === 0 ? null : view.groups.join(', ')
  const user = userOf(view)
  const member = user[field] ?? view.mfa?.[field]
  if (member === undefined) return attributesOf(user).get(field) ?? null
  return typeof member === 'string' ? member : JSON.stringify(member)
}
