import type { SnapshotList, SnapshotSummary } from '../actions/snapshots.js'
import { shrinkageText } from '../retention/shrinkage-text.js'
import { clip, count, minute, printable, table, wrap } from './render-text.js'

const COLUMNS = [
  { title: 'SNAPSHOT' },
  { title: 'TAKEN (UTC)' },
  { title: 'USERS', right: true },
  { title: 'GROUPS', right: true },
  { title: 'STATE' },
]

/** The list of snapshots, pool by pool. */
export function snapshotsText(list: SnapshotList, columns: number): string {
  const byPool = new Map<string, SnapshotSummary[]>()
  for (const snapshot of list.snapshots) {
    byPool.set(snapshot.poolId, [...(byPool.get(snapshot.poolId) ?? []), snapshot])
  }
  const parts = [...byPool].map(([poolId, snapshots]) => {
    const newest = snapshots.at(-1)
    const heading = printable(`Pool ${poolId} "${newest?.poolName ?? ''}" in ${newest?.region ?? ''}`)
    return `${clip(heading, columns)}\n${table(COLUMNS, snapshots.map(row), '  ')}`
  })
  if (list.snapshots.some(({ takenFor }) => takenFor !== 'backup')) {
    parts.push(
      wrap('restore, diff: the pool as it was found for one. latest passes over them.', columns, '  '),
    )
  }
  if (list.snapshots.some(({ imported }) => imported !== undefined)) {
    const text = 'imported: from another tool, without what that does not hold. latest passes over them.'
    parts.push(wrap(text, columns, '  '))
  }
  for (const runId of new Set(list.snapshots.flatMap(({ during = [] }) => during))) {
    const text = `half-restored: ${runId} was under way, or had stopped. latest passes over them; to go on: cognito-vault resume ${runId}`
    parts.push(wrap(printable(text), columns, '  '))
  }
  for (const { id, shrunk = [] } of list.snapshots) {
    if (shrunk.length === 0) continue
    const text = `SHRUNK: ${id} has ${shrunk.map(shrinkageText).join('; ')}. If that is meant to be so: cognito-vault acknowledge ${id}`
    parts.push(wrap(text, columns, '  '))
  }
  if (list.unreadable.length > 0) {
    const lines = list.unreadable.map(({ error }) => wrap(printable(`  ${error.message}`), columns, '    '))
    parts.push(`Cannot be read\n${lines.join('\n')}`)
  }
  const arriving = list.arriving ?? []
  if (arriving.length > 0) {
    const lines = arriving.map(({ id, poolId, takenAt }) =>
      wrap(printable(`  ${id}  ${minute(takenAt)}  ${poolId}`), columns, '    '),
    )
    parts.push(`Arriving: not all of it is here yet\n${lines.join('\n')}`)
  }
  return parts.length === 0 ? 'There are no snapshots.\n' : `${parts.join('\n\n')}\n`
}

function row({ id, takenAt, counts, ...state }: SnapshotSummary): string[] {
  const { users = 0, groups = 0 } = counts
  return [id, minute(takenAt), count(users), count(groups), stateOf(state)]
}

function stateOf({
  complete,
  imported,
  during,
  takenFor,
  shrunk,
}: Pick<SnapshotSummary, 'complete' | 'during' | 'imported' | 'takenFor' | 'shrunk'>): string {
  if (imported !== undefined) return 'imported'
  if (!complete) return 'INCOMPLETE'
  if (shrunk !== undefined) return 'SHRUNK'
  if (during !== undefined) return 'half-restored'
  return takenFor === 'backup' ? 'complete' : takenFor
}
