import { text } from '../cognito/canonical-body.js'
import { isObject, type JsonObject, sameJson } from '../model/canonical.js'
import { NOT_READ, parseMembershipKey, recordValue, type StreamRecord } from '../model/records.js'
import { mergeJoin } from '../sorting/merge-join.js'
import type { Sorter } from '../sorting/external-sort.js'

/** A user as a snapshot has it: the record, and the groups the user is in, ascending. */
export interface UserView {
  /** What users are joined by: the sub, or the login. */
  readonly key: string
  readonly sub: string
  readonly record: StreamRecord
  readonly groups: readonly string[]
  /** The second factors that are on; empty where none is, and not there where that is not known. */
  readonly mfa?: JsonObject
  /** Whether the user is to come from another pool, and not to be made. */
  readonly migrates?: boolean
}

/**
 * Joins users with their memberships, both ascending by sub. A membership whose user is not there (deleted between
 * the two listings) belongs to no one and is passed over.
 */
export async function* userViews(
  users: AsyncIterable<StreamRecord>,
  memberships: AsyncIterable<StreamRecord>,
): AsyncGenerator<UserView> {
  for await (const { left, right } of mergeJoin(users, groupsBySub(memberships))) {
    if (left !== undefined) yield { key: left.key, sub: left.key, record: left, groups: right?.groups ?? [] }
  }
}

async function* groupsBySub(
  memberships: AsyncIterable<StreamRecord>,
): AsyncGenerator<{ key: string; groups: string[] }> {
  let current: { key: string; groups: string[] } | undefined
  for await (const { key } of memberships) {
    const { sub, group } = parseMembershipKey(key)
    if (current?.key !== sub) {
      if (current !== undefined) yield current
      current = { key: sub, groups: [] }
    }
    current.groups.push(group)
  }
  if (current !== undefined) yield current
}

/**
 * Joins users with their second factors, both ascending by sub.
 *
 * @param isWhole whether it is known of all users who have any: else whoever is not among these is not known
 */
export async function* withMfa(
  views: AsyncIterable<UserView>,
  factors: AsyncIterable<StreamRecord>,
  isWhole: boolean,
): AsyncGenerator<UserView> {
  for await (const { left, right } of mergeJoin(views, factors)) {
    if (left === undefined) continue
    const mfa = right === undefined ? (isWhole ? {} : undefined) : known(recordValue(right))
    yield mfa === undefined ? left : { ...left, mfa }
  }
}

function known(mfa: JsonObject): JsonObject | undefined {
  return sameJson(mfa, NOT_READ) ? undefined : mfa
}

/** The API's description of the user. */
export function userOf(view: UserView): JsonObject {
  return recordValue(view.record)
}

/** The user's attributes by name. */
export function attributesOf(user: JsonObject): Map<string, string> {
  const attributes = new Map<string, string>()
  const list = user['Attributes']
  for (const attribute of Array.isArray(list) ? list : []) {
    if (isObject(attribute)) attributes.set(text(attribute, 'Name'), text(attribute, 'Value'))
  }
  return attributes
}

type SortedView = [sub: string, groups: string[], line: string, migrates: boolean, mfa: JsonObject | null]

/** The views under other keys, sorted by them: `keyOf` gives each its new one. Clears the sorter however it ends. */
export async function* rekeyed(
  views: AsyncIterable<UserView>,
  keyOf: (view: UserView) => string,
  sorter: Sorter,
): AsyncGenerator<UserView> {
  try {
    for await (const view of views) {
      await sorter.add({
        key: keyOf(view),
        line: JSON.stringify([
          view.sub,
          view.groups,
          view.record.line,
          view.migrates === true,
          view.mfa ?? null,
        ]),
      })
    }
    for await (const { key, line } of sorter.sorted()) {
      const [sub, groups, recordLine, migrates, mfa] = JSON.parse(line) as SortedView
      const record = { key: sub, line: recordLine }
      yield { key, sub, groups, record, ...(mfa === null ? {} : { mfa }), ...(migrates ? { migrates } : {}) }
    }
  } finally {
    await sorter.clear()
  }
}
