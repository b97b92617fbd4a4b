import type { ExportResult, NotExported } from '../actions/export.js'
import { NOT_CARRIED } from '../restore/engines/export-row.js'
import { counted, printable, wrap } from './render-text.js'

/** A user whom the format cannot carry. */
export function notExportedLine({ sub, reason }: NotExported): string {
  return `not exported: user ${printable(sub)}: ${NOT_CARRIED[reason]}\n`
}

/** What was exported, where to, and who was not. */
export function exportText(
  { snapshot, exported, complete, missing, notExportedCounts, jobs }: ExportResult,
  output: string | undefined,
  columns: number,
): string {
  const where = output === undefined ? 'stdout' : output
  const what = Object.entries(exported).map(([stream, records]) => counted(records, stream.replace(/s$/, '')))
  const lines = [
    wrap(printable(`${what.join(', ') || 'Nothing'} of ${snapshot} written to ${where}`), columns, '  '),
  ]
  if (!complete)
    lines.push(
      wrap(
        printable(`The snapshot is incomplete: ${missing.map(({ resource }) => resource).join(', ')}`),
        columns,
        '  ',
      ),
    )
  for (const [reason, users] of Object.entries(notExportedCounts))
    lines.push(
      wrap(
        `  ${counted(users, 'user')} not exported: ${NOT_CARRIED[reason as keyof typeof NOT_CARRIED]}`,
        columns,
        '    ',
      ),
    )
  if (jobs !== undefined && jobs > 1)
    lines.push(
      wrap(
        `An import job takes 500,000 users and 100 MB: split the file into ${jobs} or more, each with the first line.`,
        columns,
        '  ',
      ),
    )
  return `${lines.join('\n')}\n`
}
