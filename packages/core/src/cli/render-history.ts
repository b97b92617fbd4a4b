import type { HistoryPoint, HistoryResult, PersonHistory } from '../actions/history.js'
import { attributesOf } from '../diff/user-view.js'
import type { UserState } from '../diff/user-history.js'
import { userText } from './render-show.js'
import { counted, minute, printable, wrap } from './render-text.js'

/** The command that puts a user back to a restore point; none where the user was not there. */
export function restoreCommand({ point, user }: UserState<HistoryPoint>): string | undefined {
  const sub = user === undefined ? undefined : attributesOf(user).get('sub')
  return sub === undefined ? undefined : `cognito-vault restore ${point.snapshot} --in-place --users ${sub}`
}

/** People at every restore point: whole where they show first, then what changed. */
export function historyText(result: HistoryResult, columns: number): string {
  const parts = result.people.map((person) => personText(person, columns))
  if (result.people.some(({ states }) => states.some(({ point }) => point.takenFor !== 'backup')))
    parts.push(wrap('restore, diff: the pool as it was found for one.', columns, '  '))
  if (result.unreadable.length > 0) {
    const lines = result.unreadable.map(({ error }) => wrap(printable(`  ${error.message}`), columns, '    '))
    parts.push(`Cannot be read, so that nothing is told of\n${lines.join('\n')}`)
  }
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`
}

function personText({ subs, states }: PersonHistory, columns: number): string {
  const there = states.filter(({ user }) => user !== undefined).length
  const heading = printable(`User ${subs.join(', ')}: in ${there} of ${counted(states.length, 'snapshot')}`)
  return [wrap(heading, columns, '  '), ...states.map((state) => stateText(state, columns))].join('\n')
}

function stateText(state: UserState<HistoryPoint>, columns: number): string {
  const { point, change, fields, user, groups, mfa } = state
  const lines = [`  ${minute(point.takenAt)}  ${point.snapshot}  ${markOf(point)}: ${WORDS[change]}`]
  if (change === 'first' && user !== undefined)
    lines.push(indented(userText(user, groups ?? null, mfa).trimEnd()))
  for (const { name, was, now } of fields)
    lines.push(wrap(printable(`      ${name}: ${shown(was)} → ${shown(now)}`), columns, '        '))
  if (change !== 'first' && groups === null) lines.push('      groups: could not be read then')
  const command = restoreCommand(state)
  if (change !== 'same' && command !== undefined) lines.push(`      go back to it: ${command}`)
  return lines.join('\n')
}

const WORDS: Readonly<Record<UserState<HistoryPoint>['change'], string>> = {
  first: 'there',
  same: 'as before',
  changed: 'changed',
  'made-again': 'made again under another sub',
  absent: 'not there',
  unknown: 'not known, its users could not be read',
}

function markOf({ takenFor, complete, during }: HistoryPoint): string {
  const marks = [
    takenFor,
    ...(complete ? [] : ['INCOMPLETE']),
    ...(during === undefined ? [] : ['half-restored']),
  ]
  return marks.join(', ')
}

function shown(value: string | null): string {
  return value === null ? '(none)' : JSON.stringify(value)
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
