import type { PlannedRestore } from '../../actions/restore-request.js'
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
  const found = planned === undefined ? {} : foundOf(planned)
  const document = { ...result, ...planDocument(header), ...found }
  if (result.dryRun) return { document, text: '\nDry run: nothing was changed.\n' }
  const text = `\n${restoreText(result, header, columns)}`
  if (result.failedCount === 0) return { document, text, ...(incomplete(result) ?? blind(header, planned)) }
  const total = Object.values(result.plan).reduce((sum, n) => sum + n, 0)
  const error = new CodedError(
    'COGNITO_FAILED',
    `${count(result.failedCount)} of ${counted(total, 'operation')} did not succeed`,
    {
      value: result.runId,
      hint: `mend the causes and restore again, or compare: ${compareCommand(result, header)}`,
    },
  )
  return { document, text, error, exitCode: EXIT.restoreFailed }
}

function foundOf({ changes, outside, unfinished, unreadableRuns }: PlannedRestore): object {
  return { changes, references: outside.references, unfinished, unreadableRuns }
}

/** Within a pool, what a run that cannot be read had made again may now be there twice. */
function blind(
  { snapshot, target }: RunHeader,
  planned: PlannedRestore | undefined,
): Pick<CommandResult, 'error'> {
  const [run] = planned?.unreadableRuns ?? []
  if (run === undefined || target.poolId !== snapshot.poolId) return {}
  return {
    error: new CodedError(run.code, `what ${run.runId} made again is not known: ${run.reason}`, {
      value: run.runId,
      hint: 'all that the plan shows was done; look for clients that are there twice, and see cognito-vault verify',
    }),
  }
}

/** What was restored is not all of the pool: that must not pass for success. */
function incomplete({ missing, unread, runId }: RestoreResult): Pick<CommandResult, 'error'> | undefined {
  const [first] = [...missing, ...unread]
  if (first === undefined) return undefined
  const why =
    missing.length > 0
      ? `the snapshot is incomplete: it lacks ${first.resource}`
      : `${first.resource} of the target could not be read, so nothing of them was restored`
  return {
    error: new CodedError('SNAPSHOT_INCOMPLETE', why, {
      value: runId,
      hint:
        missing.length > 0
          ? 'all that it has is restored; the rest is in an older snapshot, or lost: cognito-vault snapshots'
          : `allow ${first.operation}, then restore again`,
    }),
  }
}
