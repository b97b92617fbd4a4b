import { duration, minute } from '../../model/plain-text.js'
import { failureText, type ToldFailure } from './failure-text.js'
import { facts, type Message, message, nextSteps, type Place } from './message.js'

/** A pool whose newest complete backup is too old, or that has none. */
export interface LatestAge {
  readonly poolId: string
  readonly snapshotId: string | undefined
  /** When it was taken, as ISO 8601. */
  readonly takenAt: string | undefined
  readonly ageSeconds: number
  readonly mostSeconds: number
}

export function tooOldMessage(
  { poolId, snapshotId, takenAt, ageSeconds, mostSeconds }: LatestAge,
  place: Place,
): Message {
  const age = duration(ageSeconds * 1000)
  return message(
    'error',
    snapshotId === undefined ? `no backup of ${poolId} yet` : `no backup of ${poolId} for ${age}`,
    [
      snapshotId === undefined
        ? `There is no complete backup of ${poolId}, ${age} after the vault was made.`
        : `A backup of ${poolId} has not happened: the newest complete one is ${age} old, and should be no older than ${duration(mostSeconds * 1000)}.`,
      facts({ Snapshot: snapshotId, Taken: takenAt === undefined ? undefined : `${minute(takenAt)} UTC` }),
      nextSteps([
        'See the last executions of the state machine, and whether its schedule is enabled.',
        'Then start it by hand.',
      ]),
    ],
    place,
  )
}

/** A pool of which it cannot be said how old its newest complete backup is. */
export function ageUnknownMessage(poolId: string, failure: ToldFailure, place: Place): Message {
  return message(
    'error',
    `the newest backup of ${poolId} cannot be read`,
    [
      `It cannot be said how old the newest complete backup of ${poolId} is, and a restore of the latest one would stop at the same place:`,
      failureText(failure),
      nextSteps([
        'See which snapshots there are:  cognito-vault snapshots',
        'Prove that the vault is whole:  cognito-vault verify',
      ]),
    ],
    place,
  )
}

/** Forgetting or pruning that failed: what was backed up is there, and the vault grows. */
export function careFailedMessage(
  failures: readonly { readonly poolId: string | undefined; readonly failure: ToldFailure }[],
  place: Place,
): Message {
  const [first] = failures
  return message(
    'error',
    `retention failed${first?.poolId === undefined ? '' : ` for ${first.poolId}`}`,
    [
      'What was backed up is stored. What is to be forgotten, or what nothing refers to any more, could not be removed:',
      failures
        .map(({ poolId, failure }) => `${poolId === undefined ? '' : `${poolId}: `}${failureText(failure)}`)
        .join('\n'),
      nextSteps([
        'The next backup tries again. By hand:  cognito-vault forget --dry-run, cognito-vault prune',
      ]),
    ],
    place,
  )
}

/** Keys of the stack that do not wrap the vault's data key. */
export function keysMissingMessage(keys: readonly string[], place: Place): Message {
  return message(
    'error',
    keys.length === 1
      ? 'a key of the stack does not open the vault'
      : 'keys of the stack do not open the vault',
    [
      'The stack names a key that does not wrap the data key of the vault, so that nothing can be restored with that key alone, as after the loss of the other Region:',
      keys.map((key) => `  ${key}`).join('\n'),
      nextSteps([
        'Add it, with credentials that may use both keys:',
        ...keys.map((key) => `  cognito-vault key add --vault ${place.vault} --kms-key ${key}`),
        'What was stored before the replication began is copied by S3 Batch Replication.',
      ]),
    ],
    place,
  )
}
