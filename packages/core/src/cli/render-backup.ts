import type { SnapshotReport } from '../actions/backup.js'
import { gapsText } from './render-notes.js'
import { bytes, count, counted, countTable, duration, printable, wrap } from './render-text.js'

/** What a backup of one pool has come to. */
export function backupText(report: SnapshotReport, columns: number): string {
  const requests = Object.values(report.requests).reduce((sum, n) => sum + n, 0)
  const counts = Object.entries(report.counts).filter(([, n]) => n > 0)
  const lines = [
    `Snapshot ${report.id} of ${printable(report.poolId)}: ${report.complete ? 'complete' : 'INCOMPLETE'}${report.during === undefined ? '' : `, during ${report.during}`}`,
    counts.length === 0 ? '  the pool is empty' : countTable(Object.fromEntries(counts)),
    wrap(
      `  ${bytes(report.bytesStored)} stored, ${counted(requests, 'request')}, ${count(report.mau)} MAU, ${duration(report.durationMs)}`,
      columns,
      '  ',
    ),
  ]
  if (report.missing.length > 0) {
    lines.push('  Missing, because it could not be read:', gapsText(report.missing, columns, '    '))
  }
  return `${lines.join('\n')}\n`
}
