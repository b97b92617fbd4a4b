import { unexplainedLines } from '../../actions/drill-comparison.js'
import { DRILL_TAG } from '../../actions/drill-configuration.js'
import type { DrillReport } from '../../actions/drill.js'
import { count, counted, duration } from '../../model/plain-text.js'
import { failureText, type ToldFailure } from './failure-text.js'
import { facts, type Message, message, nextSteps, type Place } from './message.js'

const MOST_DIFFERENCES = 20

/** A drill that came to its end: what it has shown, how long a real restore would take, and what it cost. */
export function drillMessage(report: DrillReport, place: Place): Message {
  const { snapshot, poolId, ok, sampled, asked, users, leftOut, estimate, leftOvers } = report
  const parts = Object.entries(leftOut).map(([kind, n]) => `${kind} (${count(n)})`)
  const numbers = facts({
    Snapshot: snapshot,
    Restored: `${counted(sampled, 'user')} of ${count(users)}, all of whom were read${sampled < asked ? `; ${count(asked)} would have taken too long` : ''}`,
    'As it was': `${count(report.fidelity.exact)} exact, ${count(report.fidelity.transformed)} transformed, ${count(report.fidelity.lost)} lost, as any restore says of itself`,
    'Not tried': parts.length === 0 ? undefined : parts.join(', '),
    Took: `${duration(report.durationMs)}, ${duration(report.restoreMs)} of it restoring`,
    Cost: `${counted(report.mau, 'user')} made monthly active (MAU), in a pool of the tier ${report.tier}`,
    Deleted:
      leftOvers.length === 0
        ? 'the scratch pool'
        : `the scratch pool, and ${counted(leftOvers.length, 'pool')} that an earlier drill had left`,
  })
  const whole = `A restore of everything into a new pool would take about ${duration(estimate.seconds * 1000)} by API calls at the rate of this stack: ${counted(estimate.operations, 'call')}, ${counted(estimate.mau, 'user')} made monthly active.`
  if (ok)
    return message(
      'info',
      `drill of ${poolId} went well`,
      [
        `The latest snapshot of ${poolId} was restored into a scratch pool as a trial, compared, and found as it should be.`,
        numbers,
        whole,
      ],
      place,
    )
  return message(
    'error',
    `drill of ${poolId} failed`,
    [
      `The latest snapshot of ${poolId} was restored into a scratch pool as a trial, and what is there is not what it should be:`,
      wrong(report)
        .map((line) => `  ${line}`)
        .join('\n'),
      numbers,
      whole,
      nextSteps([
        'Prove that the vault is whole:  cognito-vault verify --read-data',
        `Try it by hand:                 cognito-vault drill ${snapshot}`,
      ]),
    ],
    place,
  )
}

function wrong({ failedCount, differences }: DrillReport): string[] {
  const lines = unexplainedLines(differences, failedCount)
  const more = lines.length - MOST_DIFFERENCES
  return more > 0 ? [...lines.slice(0, MOST_DIFFERENCES), `and ${count(more)} more`] : lines
}

/** What became of the pool into which a drill restores. */
export interface ScratchPool {
  /** Whether it is known that none is left. */
  readonly isGone: boolean
  /** Where one may be. */
  readonly regions: readonly string[]
}

/** A drill that ended before its end. */
export function drillFailedMessage(
  poolId: string,
  failure: ToldFailure,
  { isGone, regions }: ScratchPool,
  place: Place,
): Message {
  const scratch = isGone
    ? 'no scratch pool is left.'
    : `a scratch pool, with the tag ${DRILL_TAG} and people of the sample in it, may be left. The next drill deletes it, or you do.`
  const find = regions.map(
    (region) =>
      `aws resourcegroupstaggingapi get-resources --region ${region} --resource-type-filters cognito-idp:userpool --tag-filters Key=${DRILL_TAG}`,
  )
  return message(
    'error',
    `drill${poolId === '' ? '' : ` of ${poolId}`} failed`,
    [
      `The trial restore of the latest snapshot stopped before its end. The pool that is backed up was not touched; ${scratch}`,
      failureText(failure),
      nextSteps([
        'Prove that the vault is whole:  cognito-vault verify --read-data',
        ...(isGone
          ? []
          : [
              'Find a scratch pool that is left, by its tag:',
              ...find.map((line) => `  ${line}`),
              'and delete it:',
              '  aws cognito-idp delete-user-pool --region REGION --user-pool-id ID',
            ]),
        'Mend the cause, then start the state machine again.',
      ]),
    ],
    place,
  )
}

/** A drill before the first backup: nothing has failed, and nothing was shown. */
export function nothingToDrillMessage(poolId: string, place: Place): Message {
  return message(
    'info',
    `no drill of ${poolId} yet, there is no backup`,
    [
      `There is no snapshot of ${poolId} in the vault yet, so there was nothing to try. The next drill comes on its schedule.`,
      nextSteps(['After the first backup, to try it at once: start the state machine of the drill by hand.']),
    ],
    place,
  )
}
