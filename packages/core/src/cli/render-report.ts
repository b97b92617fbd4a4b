import type { FidelityReport } from '../actions/report.js'
import type { FidelityLine } from '../restore/fidelity-line.js'
import { count, printable, wrap } from './render-text.js'

/** What stands above the lines of a report. */
export function reportHeading({ header, foreseen }: FidelityReport): string {
  const what = foreseen ? 'What the plan foresees: it has not come to its end' : 'Fidelity report'
  return `${what}\n  of    ${header.runId}\n  from  snapshot ${header.snapshot.id} of ${printable(header.snapshot.poolId)}\n\n`
}

/** What became of one user or resource, and what to do. */
export function reportLineText(
  { kind, id, username, outcome, notes }: FidelityLine,
  columns: number,
): string {
  const name = username === undefined || username === id ? id : `${username} (${id})`
  const lines = [wrap(printable(`${kind} ${name}`.trim() + `: ${outcome}`), columns, '  ')]
  for (const { code, what, todo, detail } of notes) {
    const of = detail === undefined ? '' : ` [${detail}]`
    lines.push(
      wrap(printable(`  ${code}: ${what}${of}`), columns, '    '),
      wrap(printable(`    to do: ${todo}`), columns, '      '),
    )
  }
  return `${lines.join('\n')}\n`
}

/** What stands below them. */
export function reportEnding(shown: number, { header }: FidelityReport): string {
  const asTheyWere =
    header.unchanged > 0 ? `; ${count(header.unchanged)} in the target were as they were` : ''
  return shown === 0 ? `Nothing to report${asTheyWere}.\n` : `\n${count(shown)} listed${asTheyWere}\n`
}
