import type { CopiedSnapshot, CopyResult } from '../actions/copy.js'
import { bytes, counted, printable, wrap } from './render-text.js'

/** What became of each snapshot that is not simply there, and the sums. */
export function copyText(result: CopyResult, isDry: boolean, columns: number): string {
  const { snapshots, unreadable, erasures } = result
  const number = (outcome: CopiedSnapshot['outcome']): number =>
    snapshots.filter((one) => one.outcome === outcome).length
  const failed = snapshots.flatMap(({ id, poolId, error }) =>
    error === undefined ? [] : [`Not copied: ${id} of ${poolId}: ${error.message}`],
  )
  const unread = unreadable.map(({ error }) => `Not copied: ${error.message}`)
  const there = `${counted(number('there'), 'snapshot')} there already`
  const sum = isDry
    ? `A dry run: ${counted(number('planned'), 'snapshot')} would be copied, ${there}.`
    : `Copied ${counted(number('copied'), 'snapshot')}, ${there}; ${bytes(result.bytesRead)} read, ${bytes(result.bytesStored)} stored.`
  const late = (result.arriving ?? []).map(
    ({ id, poolId }) => `Passed over: ${id} of ${poolId} is still arriving in the replica; copy again later.`,
  )
  const people = erasures === 0 ? [] : [`Added ${counted(erasures, 'entry', 'entries')} to the erasure list.`]
  return [...failed, ...unread, ...late, sum, ...people]
    .map((line) => `${wrap(printable(line), columns, '  ')}\n`)
    .join('')
}
