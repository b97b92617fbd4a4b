import type { ResourceDifference } from '../diff/diff-resources.js'
import type { UserDifference } from '../diff/diff-users.js'
import type { FidelityLine } from '../restore/fidelity-line.js'
import { isObject, type JsonValue, sameJson } from '../model/canonical.js'
import { counted } from '../model/plain-text.js'
import { TRIED_KINDS } from './drill-configuration.js'

/** The fields of users that may differ, by the note that says so. What no note is about has to be as it was. */
const FIELDS_OF_NOTES: Readonly<Record<string, readonly string[]>> = {
  'reset-required-became-confirmed': ['UserStatus'],
  'group-unknown': ['groups'],
  'link-provider-missing': ['identities'],
  'mfa-not-known': ['MFAOptions'],
  'mfa-enrol-again': ['MFAOptions'],
  'mfa-factor-missing': ['MFAOptions'],
  'mfa-without-address': ['MFAOptions'],
}

/** What differs and should not, in numbers and names of fields: whose it is, is nobody's business who reads of a drill. */
export interface Unexplained {
  /** Users of the sample who are not there. */
  readonly usersMissing: number
  /** Users who are there and should not be. */
  readonly usersExtra: number
  /** Users who differ, by the field in which they do. */
  readonly fields: Readonly<Record<string, number>>
  readonly resources: readonly {
    readonly kind: string
    readonly name: string
    readonly change: string
    readonly members: readonly string[]
  }[]
}

/**
 * The differences between what was to be restored and what is there that the restore's own report does not name. Pure.
 *
 * @param report the lines of the fidelity report
 */
export function unexplained(
  users: readonly UserDifference[],
  resources: readonly ResourceDifference[],
  report: readonly FidelityLine[],
): Unexplained {
  const lines = new Map(report.flatMap((line) => (line.kind === 'user' ? [[line.username ?? '', line]] : [])))
  const fields: Record<string, number> = {}
  let usersMissing = 0
  let usersExtra = 0
  for (const { change, username, fields: differing } of users) {
    const line = lines.get(username)
    if (change === 'added') usersExtra++
    else if (change === 'removed') usersMissing += line?.outcome === 'lost' ? 0 : 1
    else {
      const allowed = new Set((line?.notes ?? []).flatMap(({ code }) => FIELDS_OF_NOTES[code] ?? []))
      for (const field of differing) if (!allowed.has(field)) fields[field] = (fields[field] ?? 0) + 1
    }
  }
  return { usersMissing, usersExtra, fields, resources: resources.flatMap(ofTried) }
}

/** What was not asked for, the service has its own of: what was, has to be there. */
function ofTried({ kind, name, change, before, after }: ResourceDifference): Unexplained['resources'] {
  if (!TRIED_KINDS.includes(kind)) return []
  const members = Object.keys(before).filter((member) => !isThere(before[member], after[member]))
  if (change === 'changed' && members.length === 0) return []
  return [{ kind, name, change, members }]
}

function isThere(asked: JsonValue | undefined, found: JsonValue | undefined): boolean {
  if (asked === null || asked === undefined) return true
  if (!isObject(asked)) return sameJson(asked, found ?? null)
  return isObject(found) && Object.keys(asked).every((member) => isThere(asked[member], found[member]))
}

/** Whether nothing differs but what the report names. */
export function isExplained({ usersMissing, usersExtra, fields, resources }: Unexplained): boolean {
  return usersMissing === 0 && usersExtra === 0 && Object.keys(fields).length === 0 && resources.length === 0
}

/** What is wrong, a line each. */
export function unexplainedLines(
  { usersMissing, usersExtra, fields, resources }: Unexplained,
  failedCount: number,
): string[] {
  return [
    ...(failedCount > 0 ? [`${counted(failedCount, 'operation')} did not succeed`] : []),
    ...(usersMissing > 0 ? [`${counted(usersMissing, 'user')} of the sample not there`] : []),
    ...(usersExtra > 0 ? [`${counted(usersExtra, 'user')} there who should not be`] : []),
    ...Object.entries(fields).map(([field, n]) => `${field} of ${counted(n, 'user')} is another`),
    ...resources.map(
      ({ kind, name, change, members }) =>
        `${kind}${name === '' ? '' : ` ${name}`} ${change}${members.length === 0 ? '' : `: ${members.join(', ')}`}`,
    ),
  ]
}
