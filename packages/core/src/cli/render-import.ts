import type { ImportResult } from '../actions/import.js'
import { bytes, count, countTable, counted, duration, printable, wrap } from './render-text.js'

type Counts = ImportResult['stale']

/** What was imported, what was not, and what can be done with it. */
export function importText(imported: ImportResult, columns: number): string {
  const { snapshot, poolId, name, exportedAt, counts, missing } = imported
  const notes = [
    ...whatIsSpecial(imported),
    'It is no complete snapshot and never the latest: name it by its id.',
  ]
  const when = exportedAt === null ? 'it is not known of when' : `of ${exportedAt}`
  const lines = [
    printable(`Snapshot ${snapshot} of ${poolId}: imported`),
    wrap(printable(`  from ${name}, ${when}`), columns, '    '),
    countTable({ ...counts }),
    `  ${bytes(imported.bytesStored)} stored, ${duration(imported.durationMs)}`,
    ...notes.map((note) => wrap(`  ${note}`, columns, '    ')),
    wrap(
      printable(`  The source does not hold: ${missing.map(({ resource }) => resource).join(', ')}`),
      columns,
      '    ',
    ),
    `Into a pool that exists: cognito-vault restore ${snapshot} --to-pool ${poolId}`,
  ]
  return `${lines.join('\n')}\n`
}

function whatIsSpecial({ stale, staleIncluded, newer, duplicates, others }: ImportResult): string[] {
  const notes: string[] = []
  if (sum(stale) > 0)
    notes.push(
      staleIncluded
        ? `${listed(stale)} not found by the last export: imported all the same.`
        : `${listed(stale)} not found by the last export: left out; --include-stale brings them.`,
    )
  if (sum(newer) > 0)
    notes.push(
      `${listed(newer)} of a later export that had not come to its end: the table is a mixture of two.`,
    )
  if (sum(duplicates) > 0) notes.push(`${listed(duplicates)} there more than once: the newest was taken.`)
  if (others > 0)
    notes.push(`${counted(others, 'item')} of the table that the workflow did not write: passed over.`)
  return notes
}

function sum(counts: Counts): number {
  return counts.users + counts.groups + counts.memberships
}

function listed(counts: Counts): string {
  return Object.entries(counts)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => (n === 1 ? `1 ${kind.replace(/s$/, '')}` : `${count(n)} ${kind}`))
    .join(', ')
}
