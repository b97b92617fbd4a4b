import { type DiffResult, hasDifferences } from '../actions/diff.js'
import { USERS_GAP } from '../cognito/capture-gap.js'
import type { UserDifference } from '../diff/diff-users.js'
import type { ResourceDifference } from '../diff/diff-resources.js'
import { gapsText, unreadableText } from './render-notes.js'
import { clip, count, printable, wrap } from './render-text.js'

const MOST_SHOWN = 20
const KINDS = ['added', 'removed', 'changed'] as const
type Kind = (typeof KINDS)[number]

/** What differs between two states: numbers first, then the first of each kind. */
export function diffText(result: DiffResult, columns: number): string {
  const { users, userCounts, resources, left, right, unknown, unreadableRuns, withoutMfa } = result
  const numbers = (of: (kind: Kind) => number): string =>
    KINDS.map((kind) => `${count(of(kind))} ${kind}`).join(', ')
  const resourcesOf = (kind: Kind): ResourceDifference[] => resources.filter(({ change }) => change === kind)
  const areUsersUnknown = unknown.some(({ resource }) => resource === USERS_GAP)
  const parts = [
    [
      `From ${left}\nto   ${right}`,
      `  users      ${areUsersUnknown ? 'not compared' : numbers((kind) => userCounts[kind])}`,
      `  resources  ${numbers((kind) => resourcesOf(kind).length)}`,
    ].join('\n'),
  ]
  for (const kind of KINDS)
    if (users[kind].length > 0) parts.push(usersText(kind, users[kind], userCounts[kind], columns))
  for (const kind of KINDS) {
    const list = resourcesOf(kind)
    if (list.length > 0) parts.push(resourcesText(kind, list, columns))
  }
  if (unknown.length > 0) {
    parts.push(`Not compared, because it could not be read\n${unknownText(unknown, columns)}`)
    if (!hasDifferences(result)) parts.push('The rest is the same.')
  } else if (result.same) parts.push('They are the same.')
  if (withoutMfa !== undefined) {
    const what = `Second factors of users were not compared: ${withoutMfa} was taken without --mfa capture`
    parts.push(wrap(what, columns, '  '))
  }
  if (unreadableRuns.length > 0) {
    const meaning = 'Earlier restores cannot be read; what they made again is shown as removed and added'
    parts.push(unreadableText(unreadableRuns, meaning, columns))
  }
  return `${parts.join('\n\n')}\n`
}

function unknownText(unknown: DiffResult['unknown'], columns: number): string {
  return gapsText(
    unknown.map((gap) => ({ ...gap, resource: `${gap.resource} in ${gap.snapshot}` })),
    columns,
  )
}

function usersText(kind: Kind, list: readonly UserDifference[], total: number, columns: number): string {
  const lines = list.slice(0, MOST_SHOWN).map(({ username, sub, fields }) => {
    const name = username === sub ? sub : `${username} (${sub})`
    return wrap(printable(`  ${name}${fields.length === 0 ? '' : `: ${fields.join(', ')}`}`), columns, '    ')
  })
  return `Users ${kind}\n${lines.join('\n')}${more(total, list.length)}`
}

function resourcesText(kind: Kind, list: readonly ResourceDifference[], columns: number): string {
  const lines = list
    .slice(0, MOST_SHOWN)
    .flatMap(({ kind: resource, name, before, after }) => [
      printable(`  ${resource}${name === '' ? '' : ` ${name}`}`),
      ...Object.keys(before).flatMap((member) => [
        clip(printable(`    - ${member}: ${JSON.stringify(before[member])}`), columns),
        clip(printable(`    + ${member}: ${JSON.stringify(after[member])}`), columns),
      ]),
    ])
  return `Resources ${kind}\n${lines.join('\n')}${more(list.length, list.length)}`
}

function more(total: number, listed: number): string {
  if (total <= MOST_SHOWN) return ''
  const rest = total > listed ? `the first ${count(listed)}` : 'all'
  return `\n  and ${count(total - MOST_SHOWN)} more (--json lists ${rest})`
}
