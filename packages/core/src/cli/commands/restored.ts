import type { PlannedRestore } from '../../actions/plan-restore.js'
import type { RestoreResult } from '../../actions/restore.js'
import { CodedError } from '../../model/errors.js'
import type { RunHeader } from '../../restore/run-header.js'
import { EXIT } from '../exit-codes.js'
import { planDocument } from '../restore-progress.js'
import { compareCommand, restoreText } from '../render-restore.js'
import { count, counted } from '../render-text.js'
import type { CommandResult } from './command.js'

/** What a restore or a resumed one has come to. */
export function restored(
  result: RestoreResult,
  header: RunHeader,
  columns: number,
  planned?: PlannedRestore,
): CommandResult {
  const gaps = planned === undefined ? {} : { missing: planned.missing, unread: planned.unread }
  const document = { ...result, ...planDocument(header), ...gaps }
  if (result.dryRun) return { document, text: '\nDry run: nothing was changed.\n' }
  const text = `\n${restoreText(result, header, columns)}`
  if (result.failed.length === 0) return { document, text }
  const total = Object.values(result.plan).reduce((sum, n) => sum + n, 0)
  const error = new CodedError(
    'COGNITO_FAILED',
    `${count(result.failed.length)} of ${counted(total, 'operation')} did not succeed`,
    {
      value: result.runId,
      hint: `mend the causes and restore again, or compare: ${compareCommand(result, header)}`,
    },
  )
  return { document, text, error, exitCode: EXIT.restoreFailed }
}
