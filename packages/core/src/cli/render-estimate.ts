import type { BackupEstimate } from '../actions/estimate-backup.js'
import type { RunHeader } from '../restore/run-header.js'
import { gapsText } from './render-notes.js'
import { tierText } from './mfa-price.js'
import { mauText, targetText } from './render-plan.js'
import { count, counted, countTable, duration, printable, wrap } from './render-text.js'

/** What a backup takes. */
export function backupEstimateText(estimate: BackupEstimate, columns: number): string {
  const { users, clients, memberships, missing, asked } = estimate
  const known =
    memberships === null
      ? 'memberships not known: those of a group beyond the first 60 come on top'
      : `${counted(memberships, 'membership')} in the newest snapshot`
  const parts = [
    wrap(
      `A backup of ${estimate.poolId}: about ${counted(users, 'user')}, ${counted(clients, 'client')}, ${known}`,
      columns,
      '  ',
    ),
    requestsText(estimate.requests, estimate.etaSeconds),
    mauText(estimate.mau),
    ...(estimate.mau === 0 ? [] : [wrap(tierText(estimate), columns, '  ')]),
  ]
  if (missing.length > 0) parts.push(`It could not read\n${gapsText(missing, columns)}`)
  parts.push(`The estimate itself took ${counted(sumOf(asked), 'request')}.`)
  return `${parts.join('\n\n')}\n`
}

/** What a restore takes, by the plan of its dry run. */
export function restoreEstimateText(header: RunHeader, columns: number): string {
  const { summary, snapshot, target, runId } = header
  const { exact, transformed, lost } = summary.fidelity
  const taken =
    target.snapshot === undefined
      ? 'no snapshot was taken'
      : `of the pool as it is now snapshot ${target.snapshot} was taken`
  const parts = [
    wrap(`A restore of ${snapshot.id} into ${printable(targetText(target))}`, columns, '  '),
    requestsText(summary.operations, header.etaSeconds),
    wrap(mauText(summary.mau), columns, '  '),
    `Of the snapshot: ${count(exact)} exact, ${count(transformed)} transformed, ${count(lost)} lost`,
    wrap(
      `These are the numbers of a dry run, ${runId}: its plan is in the vault, ${taken}. Writes only: what is read again before a change comes on top. All of the plan: the same command with restore … --dry-run.`,
      columns,
    ),
  ]
  return `${parts.join('\n\n')}\n`
}

function requestsText(requests: Readonly<Record<string, number>>, etaSeconds: number): string {
  const total = sumOf(requests)
  if (total === 0) return 'No requests: there is nothing to do.'
  const time = `Time: about ${duration(etaSeconds * 1000)}, if nothing is throttled`
  return `Requests, ${count(total)} in all\n${countTable(requests)}\n${time}`
}

function sumOf(requests: Readonly<Record<string, number>>): number {
  return Object.values(requests).reduce((sum, n) => sum + n, 0)
}
