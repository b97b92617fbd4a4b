import type { ForgetPlan, ForgetPool, ForgetResult } from '../actions/forget.js'
import { shrinkageText } from '../retention/shrinkage-text.js'
import { clip, count, counted, minute, printable, table, wrap } from './render-text.js'

const COLUMNS = [
  { title: 'SNAPSHOT' },
  { title: 'TAKEN (UTC)' },
  { title: 'USERS', right: true },
  { title: '' },
  { title: 'REASONS' },
]

/** The place of the column that is left out where the table is to be narrower than this. */
const TAKEN = 1
const WIDE = 100

/** What becomes of each snapshot, and why: the same before a dry run and before the real one. */
export function forgetPlanText({ pools }: ForgetPlan, columns: number): string {
  if (pools.length === 0) return 'There are no snapshots.\n'
  return `${pools.map((pool) => poolText(pool, columns)).join('\n\n')}\n`
}

function poolText({ poolId, poolName, snapshots, unreadable, flagged }: ForgetPool, columns: number): string {
  const going = snapshots.filter(({ keep }) => !keep).length
  const rows = snapshots.flatMap(({ id, takenAt, users, keep, reasons }) => {
    const [first = '', ...more] = reasons
    return [
      [id, minute(takenAt), count(users), keep ? 'keep' : 'FORGET', first],
      ...more.map((reason) => ['', '', '', '', reason]),
    ]
  })
  // An id begins with the time: where there is little room that says it.
  const isNarrow = columns < WIDE
  const shown = (all: readonly string[]): string[] => all.filter((_, place) => !isNarrow || place !== TAKEN)
  const parts = [
    clip(printable(`Pool ${poolId} "${poolName}"`), columns),
    table(
      COLUMNS.filter((_, place) => !isNarrow || place !== TAKEN),
      rows.map(shown),
      '  ',
    ),
    `  ${counted(going, 'snapshot')} to forget, ${counted(snapshots.length - going, 'snapshot')} to keep`,
  ]
  for (const { error } of unreadable) parts.push(wrap(printable(`  kept: ${error.message}`), columns, '    '))
  for (const { id, shrunk } of flagged)
    parts.push(wrap(`  flagged: ${id}: ${shrunk.map(shrinkageText).join('; ')}`, columns, '    '))
  return parts.join('\n')
}

/** What was done. */
export function forgottenText({ dryRun, forgotten, retained }: ForgetResult, columns: number): string {
  if (dryRun) return '\nA dry run: nothing was forgotten.\n'
  const locked = `${counted(retained.length, 'snapshot')} cannot be forgotten yet: the store keeps from being deleted what is under its lock.`
  if (retained.length > 0 && forgotten.length === 0) return `\n${wrap(locked, columns)}\n`
  if (forgotten.length === 0) return '\nNothing is to be forgotten.\n'
  const undo =
    'For a day each can be taken back: cognito-vault forget --undo SNAPSHOT. Then cognito-vault prune frees what no other snapshot needs.'
  return `\nForgotten: ${counted(forgotten.length, 'snapshot')}\n${wrap(undo, columns)}\n${retained.length === 0 ? '' : `${wrap(locked, columns)}\n`}`
}
