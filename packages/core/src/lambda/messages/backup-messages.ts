import type { SnapshotReport } from '../../actions/backup.js'
import { bytes, count, counted, duration } from '../../model/plain-text.js'
import { shrinkageText } from '../../retention/shrinkage-text.js'
import { failureText, type ToldFailure } from './failure-text.js'
import { facts, type Message, message, nextSteps, type Place } from './message.js'

/** A backup that was stored, and what it is compared with. */
export interface BackupFacts {
  readonly report: SnapshotReport
  /** Users of the backup before; `undefined` of the first. */
  readonly usersBefore?: number | undefined
  /** Users changed or deleted since it. */
  readonly usersChanged?: number | undefined
  /** Requests that the service refused for their rate. */
  readonly throttled: number
}

const MOST_GAPS = 10

/** A backup that was stored: with what the shrink guard found, with what is missing, or simply done. */
export function backupMessage({ report, ...compared }: BackupFacts, place: Place): Message {
  const { id, poolId, shrunk, complete, during } = report
  const numbers = numbersOf({ report, ...compared })
  if (shrunk.length > 0) {
    const [first] = shrunk
    return message(
      'error',
      `shrink guard: backup of ${poolId} has lost too much`,
      [
        `The backup of ${poolId} was stored, and has far less in it than the backups before, or far more was changed:`,
        shrunk.map((one) => `  ${shrinkageText(one)}`).join('\n'),
        'It is kept beside the older ones, of which none is forgotten until somebody has looked.',
        numbers,
        nextSteps([
          `See what is gone:         cognito-vault diff ${first?.than ?? ''} ${id}`,
          `Bring it back (dry run):  cognito-vault restore ${first?.than ?? ''} --in-place --only-deleted --dry-run`,
          `If it is meant to be so:  cognito-vault acknowledge ${id}`,
        ]),
        ...missingParts(report),
      ],
      place,
    )
  }
  if (!complete || during !== undefined) {
    const why = complete ? 'was taken during a restore' : 'is incomplete'
    return message(
      'error',
      `backup of ${poolId} ${why}`,
      [
        `The backup of ${poolId} was stored, and ${why}. The latest snapshot is still an older one.`,
        ...missingParts(report),
        numbers,
      ],
      place,
    )
  }
  return message(
    'info',
    `backup of ${poolId} done, ${counted(report.counts['users'] ?? 0, 'user')}`,
    [`The backup of ${poolId} is complete.`, numbers],
    place,
  )
}

function numbersOf({ report, usersBefore, usersChanged, throttled }: BackupFacts): string {
  const { counts } = report
  const requests = Object.values(report.requests).reduce((sum, n) => sum + n, 0)
  const before =
    usersBefore === undefined ? ' (the first backup)' : ` (${count(usersBefore)} in the one before)`
  return facts({
    Snapshot: report.id,
    Users: `${count(counts['users'] ?? 0)}${before}`,
    Changed:
      usersChanged === undefined ? undefined : `${counted(usersChanged, 'user')} changed or deleted since`,
    Groups: count(counts['groups'] ?? 0),
    Memberships: count(counts['memberships'] ?? 0),
    Clients: count(counts['clients'] ?? 0),
    Stored: bytes(report.bytesStored),
    Took: `${duration(report.durationMs)}, ${counted(requests, 'request')}${throttled === 0 ? '' : `, ${count(throttled)} of them refused for their rate`}`,
    'Made active': `${counted(report.mau, 'user')} (MAU)`,
  })
}

function missingParts({ missing, during }: SnapshotReport): (string | undefined)[] {
  const gaps = missing
    .slice(0, MOST_GAPS)
    .map(({ resource, operation, reason }) => `  ${resource}: ${operation}: ${reason}`)
  if (missing.length > MOST_GAPS)
    gaps.push(`  and ${count(missing.length - MOST_GAPS)} more, which the snapshot names`)
  const denied = missing.some(({ reason }) => reason.startsWith('access denied'))
  return [
    missing.length === 0 ? undefined : `Missing, because it could not be read:\n${gaps.join('\n')}`,
    nextSteps([
      ...(denied
        ? ["Allow the operation in the role of the backup's function, or deploy the stack again."]
        : []),
      ...(during === undefined ? [] : [`Bring the restore to its end:  cognito-vault resume ${during}`]),
      ...(missing.length > 0 || during !== undefined
        ? ['Then back up again: start the state machine once more.']
        : []),
    ]),
  ]
}

/** A backup of which there is no snapshot, or one that was stored before something failed. */
export function backupFailedMessage(
  poolIds: readonly string[],
  failure: ToldFailure,
  place: Place,
  snapshotId?: string,
): Message {
  const pools = poolIds.join(', ') || 'the pools'
  const first = poolIds.length === 1 ? pools : counted(poolIds.length, 'pool')
  if (failure.code === 'LOCKED')
    return message(
      'error',
      `backup of ${first} refused, another is under way`,
      [
        `The backup of ${pools} was not begun: another one, or a restore, has the pool. Nothing was read and nothing is lost.`,
        failureText(failure),
        nextSteps([
          'Look for the execution that is still running. If it always takes longer than the time between two backups, raise CognitoTPS, or back up less often.',
        ]),
      ],
      place,
    )
  if (snapshotId !== undefined)
    return message(
      'error',
      `backup of ${first} was stored, then something failed`,
      [
        `The snapshot ${snapshotId} of ${pools} was stored, and counts as any other. What comes after that failed: comparing it with the one before, and telling of it.`,
        failureText(failure),
        nextSteps([
          `See what is in it:  cognito-vault snapshots`,
          `Prove it whole:     cognito-vault verify --read-data`,
        ]),
      ],
      place,
    )
  return message(
    'error',
    `backup of ${first} failed`,
    [
      `The backup of ${pools} failed. No new snapshot was stored; those that are there are as they were.`,
      failureText(failure),
      nextSteps([
        'Mend the cause, then start the state machine again.',
        'What can be restored meanwhile:  cognito-vault snapshots',
      ]),
    ],
    place,
  )
}
