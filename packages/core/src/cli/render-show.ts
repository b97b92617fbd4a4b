import type { ShownSnapshot, ShownUser } from '../actions/show.js'
import type { JsonObject, JsonValue } from '../model/canonical.js'
import { gapsText } from './render-notes.js'
import { countTable, printable } from './render-text.js'

/** A snapshot and the configuration in it. */
export function showText({ manifest, resources }: ShownSnapshot, columns: number): string {
  const { pool, window } = manifest
  const parts = [
    [
      `Snapshot ${manifest.snapshot}: ${manifest.complete ? 'complete' : 'INCOMPLETE'}`,
      printable(`  pool    ${pool.id} "${pool.name}" in ${pool.region}`),
      `  read    ${window.from} to ${window.to}`,
      ...(manifest.imported === undefined
        ? []
        : [printable(`  from    ${manifest.imported.name}, imported ${manifest.imported.at}`)]),
      ...(manifest.parent === undefined ? [] : [`  parent  ${manifest.parent}`]),
    ].join('\n'),
    countTable(manifest.counts),
  ]
  if (manifest.missing.length > 0) parts.push(`Missing\n${gapsText(manifest.missing, columns)}`)
  if (manifest.notApplicable.length > 0) {
    parts.push(`Does not apply to this pool\n${gapsText(manifest.notApplicable, columns)}`)
  }
  for (const [kind, byName] of Object.entries(resources)) {
    for (const [name, body] of Object.entries(byName)) {
      parts.push(`${printable(name === '' ? kind : `${kind} ${name}`)}\n${jsonText(body)}`)
    }
  }
  return `${parts.join('\n\n')}\n`
}

/** The users that a query found. */
export function usersText(users: readonly ShownUser[]): string {
  return users.map(({ user, groups, mfa }) => userText(user, groups, mfa)).join('\n')
}

/** A user with the groups, or `null` where it is not known who is in which, and with the second factors where they are known. */
export function userText(user: JsonObject, groups: readonly string[] | null, mfa?: JsonObject): string {
  const named = groups === null ? 'could not be read' : printable(groups.join(', ')) || 'none'
  return `${jsonText(user)}\n  groups: ${named}\n${mfa === undefined ? '' : mfaText(mfa)}`
}

/** The second factors of a user, by the members of AdminGetUser. */
function mfaText(mfa: JsonObject): string {
  const members = Object.entries(mfa).map(
    ([member, value]) =>
      `${member} ${Array.isArray(value) ? value.map((item) => textOf(item)).join(', ') : textOf(value)}`,
  )
  return `  second factors: ${printable(members.join('; ')) || 'none'}\n`
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** JSON escapes C0 itself; what else would move the cursor is escaped line by line. */
function jsonText(value: JsonValue): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => `  ${printable(line)}`)
    .join('\n')
}
