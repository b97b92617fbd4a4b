import type { DoctorReport } from '../actions/doctor.js'
import { gapsText } from './render-notes.js'
import { count, counted, countTable, printable, table, wrap } from './render-text.js'

/** What is wrong, what would be lost, and what is worth a word. */
export function doctorText(report: DoctorReport, columns: number): string {
  const { denied, failed, untried } = report
  const parts = [
    denied.length === 0
      ? `Pool ${report.poolId}: all that a backup reads of it may be read`
      : `Denied, so that a backup would be incomplete\n${denied.map(({ action, resource }) => wrap(printable(`  ${action}: ${resource}`), columns, '    ')).join('\n')}`,
  ]
  if (failed.length > 0) parts.push(`Could not be read\n${gapsText(failed, columns)}`)
  if (untried.length > 0)
    parts.push(
      wrap(`Not tried, as the pool has nothing to ask by them: ${untried.join(', ')}`, columns, '  '),
    )
  parts.push(quotasText(report, columns), usersText(report, columns), lossesText(report, columns))
  if (report.advice.length > 0) {
    const lines = report.advice.map(
      ({ what, todo }) => `${bullet(what, columns)}\n${todoText(todo, columns)}`,
    )
    parts.push(`Worth a word\n${lines.join('\n')}`)
  }
  return `${parts.join('\n\n')}\n`
}

function quotasText({ quotas }: DoctorReport, columns: number): string {
  const titles = [
    { title: 'REQUESTS A SECOND' },
    { title: 'USED', right: true },
    { title: 'DEFAULT', right: true },
  ]
  const rows = Object.entries(quotas).map(([category, { used, default: usual }]) => [
    category,
    String(Math.round(used * 10) / 10),
    String(usual),
  ])
  const note = 'What the account has bought was not asked: say it with --quota CATEGORY=RPS.'
  return `${table(titles, rows, '  ')}\n${wrap(`  ${note}`, columns, '  ')}`
}

function usersText({ users, clients }: DoctorReport, columns: number): string {
  const of = users.all ? 'Users' : `Users, of the first ${count(users.looked)} that a listing gave`
  const states = users.looked === 0 ? '  none' : countTable(users.byStatus)
  const some = `  Of ${counted(clients.total, 'client')} the first ${count(clients.looked)} were looked at.`
  return `${of}\n${states}${clients.looked < clients.total ? `\n${wrap(some, columns, '  ')}` : ''}`
}

function lossesText({ losses }: DoctorReport, columns: number): string {
  if (losses.length === 0) return 'Were it lost now, all of it would come back as it is.'
  const lines = losses.map(
    ({ code, count: n, outcome, what, todo }) =>
      `${bullet(`${count(n)} × ${outcome} (${code}): ${what}`, columns)}\n${todoText(todo, columns)}`,
  )
  return `Were it lost now and restored into a new pool\n${lines.join('\n')}`
}

function bullet(what: string, columns: number): string {
  return wrap(printable(`  ${what}`), columns, '    ')
}

function todoText(todo: string, columns: number): string {
  return wrap(printable(`    to do: ${todo}`), columns, '      ')
}
