import type { RunHeader } from '../restore/run-header.js'
import { count, counted, printable, wrap } from './render-text.js'

/** What a run is limited to, and what it passes by; nothing where it is about everything. */
export function limitsText(
  { limits, leftOut }: Pick<RunHeader, 'limits' | 'leftOut'>,
  columns: number,
): string[] {
  const lines = limitLines(limits)
  if (lines.length === 0) return []
  const passedBy = `Everything else is passed by: ${counted(leftOut, 'user or resource', 'users and resources')} of the snapshot`
  return [
    `Limited to\n${lines.map((line) => wrap(`  ${printable(line)}`, columns, '    ')).join('\n')}\n${wrap(passedBy, columns, '  ')}`,
  ]
}

function limitLines(limits: RunHeader['limits']): string[] {
  const { users, unmatched = [], groups, only, onlyDeleted, attributes, changedBetween, undoes } = limits
  const lines: string[] = []
  if (undoes !== undefined) lines.push(`what ${undoes} wrote, where it is still as that run left it`)
  if (users !== undefined)
    lines.push(`users: those who fit ${counted(users, 'query', 'queries')}${unmatchedText(unmatched)}`)
  if (groups !== undefined) lines.push(`groups, and who is in them: ${groups.join(', ')}`)
  if (only !== undefined) lines.push(`parts: ${only.join(', ')}`)
  if (onlyDeleted === true) lines.push('what is not there any more')
  if (attributes !== undefined) lines.push(`attributes, of users who are there: ${attributes.join(', ')}`)
  if (changedBetween !== undefined)
    lines.push(`what was last changed from ${changedBetween.from} to ${changedBetween.to}`)
  return lines
}

/** Queries are told by their place: what they say is about people. */
const MOST_PLACES = 10

function unmatchedText(unmatched: readonly number[]): string {
  if (unmatched.length === 0) return ''
  const places = unmatched.slice(0, MOST_PLACES).join(', ')
  const more = unmatched.length > MOST_PLACES ? ` and ${count(unmatched.length - MOST_PLACES)} more` : ''
  return `; nobody fits number ${places}${more}`
}
