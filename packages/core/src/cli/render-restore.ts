import type { RestoreResult } from '../actions/restore.js'
import type { RunHeader } from '../restore/run-header.js'
import { gapsText, notesText } from './render-notes.js'
import { count, counted, countTable, printable, wrap } from './render-text.js'

const MOST_SHOWN = 20

/** What a restore has come to. */
export function restoreText(result: RestoreResult, header: RunHeader, columns: number): string {
  const { fidelity, failed } = result
  const parts = [`Restored into ${result.poolId} by ${result.runId}`]
  const done = Object.keys(result.done).length
  parts.push(done === 0 ? 'Nothing had to be done.' : `Done\n${countTable(result.done)}`)
  if (failed.length > 0) parts.push(failedText(result, columns))
  parts.push(
    wrap(
      `Of the snapshot: ${count(fidelity.exact)} exact, ${count(fidelity.transformed)} transformed, ${count(fidelity.lost)} lost`,
      columns,
      '  ',
    ),
  )
  if (Object.keys(result.notes).length > 0) {
    parts.push(`What is not as it was\n${notesText(result.notes, columns)}`)
  }
  const gaps = [...result.missing, ...result.unread]
  if (gaps.length > 0) {
    parts.push(`Not restored, because it could not be read\n${gapsText(gaps, columns)}`)
  }
  parts.push(
    [
      ...(result.imported === 0 ? [] : [`Users made by import jobs: ${count(result.imported)}`]),
      `Users made monthly active: ${count(result.mau)}${result.mauRead === undefined ? '' : `, and ${count(result.mauRead)} by reading the pool before`}`,
      ...(result.lockedOut === 0 ? [] : [lockedOutText(result)]),
      `Identity map:    ${result.identityMap}`,
      `Fidelity report: ${result.fidelityReport}`,
      `  read it: cognito-vault report ${result.runId}`,
      `Old and new ids as a file:\n${identityMapCommand(result)}`,
      `Compare:\n${compareCommand(result, header)}`,
      ...(done > 0 && header.target.mode !== 'new-pool'
        ? [`Take it back:\ncognito-vault undo ${result.runId}`]
        : []),
    ].join('\n'),
  )
  return `${parts.join('\n\n')}\n`
}

function lockedOutText({ lockedOut, runId }: RestoreResult): string {
  return `Locked out until an administrator acts: ${counted(lockedOut, 'user')}; who:\n  cognito-vault report ${runId} --only locked-out`
}

function failedText({ failed, failedCount, fidelityReport }: RestoreResult, columns: number): string {
  const lines = failed
    .slice(0, MOST_SHOWN)
    .map(({ operation, outcome, subject, reason }) =>
      wrap(
        printable(`  ${subject}: ${operation} ${outcome}${reason === '' ? '' : ` (${reason})`}`),
        columns,
        '    ',
      ),
    )
  if (failedCount > MOST_SHOWN) {
    lines.push(wrap(`  and ${count(failedCount - MOST_SHOWN)} more in ${fidelityReport}`, columns, '    '))
  }
  return `Not done: ${counted(failedCount, 'operation')}\n${lines.join('\n')}`
}

/** The command that writes the identity map to a file. */
export function identityMapCommand({ runId }: Pick<RestoreResult, 'runId'>): string {
  return `cognito-vault identity-map ${runId} --format csv --output ${runId}.csv`
}

/** The command that shows how the target differs from the snapshot now. */
export function compareCommand({ poolId }: RestoreResult, { snapshot }: RunHeader): string {
  const pool = poolId === snapshot.poolId ? '' : ` --pool ${poolId}`
  return `cognito-vault diff ${snapshot.id} live${pool}`
}
