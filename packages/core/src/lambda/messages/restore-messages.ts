import type { RestoreResult } from '../../actions/restore.js'
import { count, counted, duration } from '../../model/plain-text.js'
import type { RunHeader } from '../../restore/run-header.js'
import { failureText, type ToldFailure } from './failure-text.js'
import { facts, type Message, message, nextSteps, type Place } from './message.js'

export type RestoreFacts = Pick<
  RestoreResult,
  | 'runId'
  | 'poolId'
  | 'dryRun'
  | 'plan'
  | 'failedCount'
  | 'fidelity'
  | 'missing'
  | 'unread'
  | 'mau'
  | 'lockedOut'
  | 'imported'
  | 'etaSeconds'
>

/** A restore that has come to its end, or its plan where that was all that was asked for. */
export function restoreMessage(
  result: RestoreFacts,
  { snapshot, target }: Pick<RunHeader, 'snapshot' | 'target'>,
  place: Place,
): Message {
  const { runId, poolId, fidelity, failedCount, lockedOut } = result
  const into = poolId || (target.poolName ?? 'a new pool')
  const operations = Object.values(result.plan).reduce((sum, n) => sum + n, 0)
  const numbers = facts({
    Snapshot: snapshot.id,
    Operations: count(operations),
    'As it was': `${count(fidelity.exact)} exact, ${count(fidelity.transformed)} transformed, ${count(fidelity.lost)} lost`,
    'Made active': `${counted(result.mau, 'user')} (MAU)`,
    Imported: result.imported === 0 ? undefined : counted(result.imported, 'user'),
    'Locked out': lockedOut === 0 ? undefined : `${counted(lockedOut, 'user')}, until an administrator acts`,
  })
  if (result.dryRun)
    return message(
      'info',
      `plan of a restore into ${into}`,
      [
        `Dry run: nothing was changed. A restore into ${into} would take about ${duration(result.etaSeconds * 1000)}.`,
        numbers,
        nextSteps(['Start the state machine again, without dryRun.']),
      ],
      { ...place, runId },
    )
  const gaps = [...result.missing, ...result.unread]
  const isWhole = failedCount === 0 && gaps.length === 0
  const report = [
    `What became of everybody:  cognito-vault report ${runId}`,
    `Old and new ids:           cognito-vault identity-map ${runId} --format csv --output ${runId}.csv`,
    ...(lockedOut === 0
      ? []
      : [`Who is locked out:         cognito-vault report ${runId} --only locked-out`]),
  ]
  if (isWhole)
    return message(
      'info',
      `restore into ${into} done`,
      [
        `The restore of ${snapshot.id} into ${into} is done.`,
        numbers,
        `More:\n${report.map((line) => `  ${line}`).join('\n')}`,
      ],
      { ...place, runId },
    )
  const what =
    failedCount > 0
      ? `${counted(failedCount, 'operation')} of ${count(operations)} did not succeed`
      : `not all of it was there: ${gaps[0]?.resource ?? ''} could not be read`
  return message(
    'error',
    `restore into ${into} ended, ${failedCount > 0 ? `${counted(failedCount, 'operation')} failed` : 'not all was there'}`,
    [
      `The restore of ${snapshot.id} into ${into} has come to its end, and ${what}.`,
      numbers,
      nextSteps([
        ...report,
        `What differs now:          cognito-vault diff ${snapshot.id} live --pool ${poolId}`,
      ]),
    ],
    { ...place, runId },
  )
}

/** A restore that stopped before its end. */
export function restoreFailedMessage(
  runId: string | undefined,
  into: string,
  failure: ToldFailure,
  place: Place,
): Message {
  const isLocked = failure.code === 'LOCKED'
  // A run whose pool somebody else has taken since may have written for hours.
  const isRefused = isLocked && runId === undefined
  const who = isLocked ? ': somebody else is restoring into the pool, or backing it up' : ''
  return message(
    'error',
    isRefused ? `restore into ${into} refused, the pool is in use` : `restore into ${into} failed`,
    [
      `The restore into ${into} ${isRefused ? 'was not begun' : 'stopped before its end'}${who}.`,
      failureText(failure),
      nextSteps(stepsAfter(runId, failure.code)),
    ],
    { ...place, runId },
  )
}

/** How to go on, by where the restore stopped. */
function stepsAfter(runId: string | undefined, code: string): string[] {
  if (code === 'PLAN_TOO_LARGE')
    return ['Nothing was changed. Restore by the command line, as the hint says.']
  if (runId === undefined) return ['Nothing was changed. Mend the cause, then start the state machine again.']
  const kept = 'What was done until now is in the journal, and nothing of it is done twice.'
  if (code === 'RESTORE_STALLED')
    return [`${kept} On a machine that stays up, go on with:`, `cognito-vault resume ${runId}`]
  return [
    `${kept} ${code === 'LOCKED' ? 'Wait for the other' : 'Mend the cause'}, then either`,
    `start the state machine with:  {"runId": "${runId}"}`,
    `or go on by hand:              cognito-vault resume ${runId}`,
  ]
}
