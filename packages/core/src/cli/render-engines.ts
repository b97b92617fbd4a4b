import { API_REASONS } from '../restore/engines/api-reasons.js'
import { importSeconds } from '../restore/engines/import-speed.js'
import type { RunHeader } from '../restore/run-header.js'
import { count, counted, duration, wrap } from './render-text.js'

/** How the users of a plan are made: how many by import jobs, how many by API calls and why; nothing where none are. */
export function enginesText(header: RunHeader, columns: number): string[] {
  const { engines } = header.summary
  if (engines === undefined) return []
  const lines = ['How users are made']
  if (engines.import > 0) lines.push(...importLines(header, engines.import, columns))
  if (engines.api > 0) {
    lines.push(
      wrap(`  ${counted(engines.api, 'user')} by API calls, each monthly active by it`, columns, '    '),
    )
    const reasons = Object.entries(engines.why).sort(([, a], [, b]) => b - a)
    for (const [code, n] of reasons)
      lines.push(wrap(`    ${count(n)} × ${code}: ${reasonText(code)}`, columns, '      '))
  }
  return [lines.join('\n')]
}

function importLines({ target, import: settings }: RunHeader, users: number, columns: number): string[] {
  const time = duration(importSeconds(users) * 1000)
  const lines = [
    `  ${counted(users, 'user')} by import jobs, in about ${time} at the speed that AWS publishes; none is monthly active by it`,
    settings?.engine === 'import' || settings?.hashes !== undefined
      ? '  Whomever a job refuses is made by API calls; should there be no job to be had, the restore stops'
      : `  Whomever a job refuses is made by API calls; should there be no job to be had, so are all: up to ${counted(users, 'user')} more monthly active`,
  ]
  if (settings?.hashes !== undefined) {
    const { users: hashed, lines: all } = settings.hashes
    lines.push(
      `  ${counted(hashed, 'user')} of these with the hash of a password, of ${count(all)} that were given; the vault holds none: resume needs --hashes FILE`,
    )
  }
  if (target.mode !== 'new-pool') {
    lines.push(
      '  While a job runs, UpdateUserPool, AddCustomAttributes and DeleteUserPool on the pool are refused (UserImportInProgressException), your own deployments’ too',
      '  Calls for those whom a job refuses run the pool’s PreSignUp trigger, if it has one; jobs run none',
    )
  }
  return lines.map((line) => wrap(line, columns, '    '))
}

/** A plan of a newer version may have other reasons. */
function reasonText(code: string): string {
  return (API_REASONS as Readonly<Record<string, string>>)[code] ?? code
}
