import type { VaultEvent } from '../model/events.js'
import { bytes, count, counted, duration, printable } from './render-text.js'

/** Work that moves: what, how far, and of how many where that is known. */
export interface Movement {
  readonly phase: string
  readonly label: string
  readonly done: number
  readonly total: number | undefined
  readonly unit: string
  /** More to say of it. */
  readonly detail?: string
}

/** What an event says of work that moves; `undefined` for those that say something else. */
export function movementOf(event: VaultEvent, estimatedUsers: number): Movement | undefined {
  switch (event.code) {
    case 'capture.users':
      return {
        phase: `users ${event.poolId}`,
        label: `${event.poolId} users`,
        done: event.users,
        total: estimatedUsers >= event.users ? estimatedUsers : undefined,
        unit: 'user',
      }
    case 'capture.memberships':
      return {
        phase: `memberships ${event.poolId}`,
        label: `${event.poolId} groups`,
        done: event.groupsDone,
        total: event.groups,
        unit: 'group',
        detail: counted(event.memberships, 'membership'),
      }
    case 'capture.mfa':
      return {
        phase: `mfa ${event.poolId}`,
        label: `${event.poolId} second factors`,
        done: event.users,
        total: event.of,
        unit: 'user',
      }
    case 'foreign.read':
      return {
        phase: `foreign ${event.poolId}`,
        label: `${event.poolId} importing`,
        done: event.records,
        total: undefined,
        unit: 'record',
      }
    case 'plan.users':
      return { phase: 'plan', label: 'planning', done: event.users, total: undefined, unit: 'user' }
    case 'restore.operation':
      return {
        phase: 'restore',
        label: 'restoring',
        done: event.done,
        total: Math.max(event.operations, event.done),
        unit: 'operation',
      }
    case 'import.progress':
      return {
        phase: `import ${event.ordinal}`,
        label: `import job ${event.ordinal}`,
        done: event.imported + event.skipped + event.failed,
        total: event.rows,
        unit: 'user',
        ...(event.secondsLeft === undefined
          ? {}
          : { detail: `about ${duration(event.secondsLeft * 1000)} left` }),
      }
    case 'prune.deleted':
      return {
        phase: `prune ${event.poolId}`,
        label: `pruning ${event.poolId}`,
        done: event.deleted,
        total: undefined,
        unit: 'segment',
      }
    case 'copy.snapshot':
      return {
        phase: 'copy',
        label: 'copying',
        done: event.done,
        total: event.snapshots,
        unit: 'snapshot',
      }
    case 'verify.segment':
      return {
        phase: 'verify',
        label: 'verifying',
        done: event.segments,
        total: undefined,
        unit: 'segment',
        detail: bytes(event.bytesRead),
      }
    default:
      return undefined
  }
}

/** What an event that stands for itself says; `undefined` for the others. */
export function lineOf(event: VaultEvent): string | undefined {
  switch (event.code) {
    case 'capture.started':
      return `${event.poolId}: reading, about ${counted(event.estimatedUsers, 'user')}`
    case 'capture.fallback':
      return `${event.poolId}: users are read in one stream: ${event.reason}`
    case 'capture.missing':
      return `${event.poolId}: ${event.resource} cannot be read by ${event.operation}: ${event.reason}`
    case 'capture.stored':
      return `${event.poolId}: snapshot ${event.snapshotId} is stored`
    case 'throttled':
      return `throttled: ${event.operation}; now ${event.ratePerSecond.toFixed(1)} requests/s for ${event.category}`
    case 'restore.started':
      return `${event.runId}: ${counted(event.operations, 'operation')} to do`
    case 'restore.failed':
      return `failed: ${event.operation} of ${event.subject}: ${event.reason}`
    case 'import.job':
      return `import job ${event.ordinal} (${event.jobId}): ${counted(event.rows, 'user')}`
    case 'import.waiting':
      return `import job ${event.ordinal} waits: most likely another import job of the account is active`
    case 'import.ended':
      return `import job ${event.ordinal} ${event.status}: ${count(event.imported)} imported, ${count(event.skipped)} skipped, ${count(event.failed)} failed`
    case 'import.fallback':
      return `no further import job: ${event.reason}; ${counted(event.users, 'user')} by API calls`
    case 'identities.unfinished':
      return `${event.runId} has not come to its end: these are the ids that it has given until now; cognito-vault resume ${event.runId}`
    case 'guard.tripped':
      return `${event.poolId}: the shrink guard tripped on ${event.snapshotId}`
    case 'deploy.bucket':
      return `${event.region}: made the bucket ${event.bucket}`
    case 'deploy.uploaded':
      return `${event.region}: uploaded ${bytes(event.bytes)} to s3://${event.bucket}/${event.key}`
    case 'deploy.stack':
      return `${event.region}: ${event.resource} (${event.type}) ${event.status}${event.reason === '' ? '' : `: ${event.reason}`}`
    case 'run.unreadable':
      return `${event.runId} cannot be read: ${event.reason}`
    default:
      return undefined
  }
}

/** An event as `--verbose` shows it: its code and its fields. */
export function verboseLine({ code, ...fields }: VaultEvent): string {
  const shown = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : JSON.stringify(value)
    return `${name}=${text}`
  })
  return printable([code, ...shown].join(' '))
}

/** Movement as a line of a log. */
export function movementLine(movement: Movement, rate: number | undefined): string {
  const { label, done, total, unit, detail } = movement
  const parts = [total === undefined ? counted(done, unit) : `${count(done)} of ${counted(total, unit)}`]
  if (detail !== undefined) parts.push(detail)
  if (rate !== undefined && rate > 0) parts.push(`${rate < 10 ? rate.toFixed(1) : count(Math.round(rate))}/s`)
  return `${label}: ${parts.join(', ')}`
}
