import { text } from '../../cognito/canonical-body.js'
import { entriesIn, keyOfEntry } from '../../diff/linked-identities.js'
import { attributesOf, userOf, type UserView } from '../../diff/user-view.js'
import { compareKeys, type JsonObject } from '../../model/canonical.js'
import { makeRecord } from '../../model/records.js'

/** What of a user is taken from the snapshot; the rest stays as the target has it. */
export interface Taken {
  readonly attribute: (name: string) => boolean
  readonly group: (name: string) => boolean
  /** Which links, by the keys of their identities; without it `attribute` says it of all of them at once. */
  readonly link?: (key: string) => boolean
  /** Whether the user may sign in. */
  readonly enabled: boolean
  /** Second factors; without it they stay. */
  readonly mfa?: boolean
}

/** The user of the target with what is taken of the snapshot's, under the snapshot's key and sub. */
export function blendUser(wanted: UserView, current: UserView, taken: Taken): UserView {
  const [before, now] = [userOf(wanted), userOf(current)]
  const groups = [
    ...current.groups.filter((group) => !taken.group(group)),
    ...wanted.groups.filter((group) => taken.group(group)),
  ].sort(compareKeys)
  const body: JsonObject = {
    ...now,
    Username: text(before, 'Username'),
    ...(taken.enabled && before['Enabled'] !== undefined ? { Enabled: before['Enabled'] } : {}),
    Attributes: blendedAttributes(before, now, taken),
  }
  const { mfa: wantedMfa, ...rest } = wanted
  const mfa = taken.mfa === true ? wantedMfa : current.mfa
  return {
    ...rest,
    groups,
    record: makeRecord(wanted.record.key, body),
    ...(mfa === undefined ? {} : { mfa }),
  }
}

function blendedAttributes(before: JsonObject, now: JsonObject, taken: Taken): JsonObject[] {
  const isTaken = (name: string): boolean => name === 'sub' || taken.attribute(name)
  const blended = new Map([
    ...[...attributesOf(now)].filter(([name]) => !isTaken(name)),
    ...[...attributesOf(before)].filter(([name]) => isTaken(name)),
  ])
  const { link } = taken
  if (link !== undefined) {
    const isTakenLink = (entry: JsonObject): boolean => link(keyOfEntry(entry))
    const entriesOf = (user: JsonObject): JsonObject[] => entriesIn(attributesOf(user).get('identities'))
    const kept = entriesOf(now).filter((entry) => !isTakenLink(entry))
    const entries = [...kept, ...entriesOf(before).filter(isTakenLink)]
    if (entries.length > 0) blended.set('identities', JSON.stringify(entries))
    else blended.delete('identities')
  }
  return [...blended].map(([Name, Value]) => ({ Name, Value })).sort((a, b) => compareKeys(a.Name, b.Name))
}
