import type { VaultEvent } from '../../model/events.js'

export type LogLevel = 'INFO' | 'WARN' | 'ERROR'

/** What a line is of, so that all of one run are found together. */
export interface LogPlace {
  readonly function: string
  readonly execution: string
  readonly runId?: string | undefined
}

/** A line of the log: one JSON document, whose `code` says what happened and whose other members are ids and counts. */
export function logLine(
  place: LogPlace,
  at: number,
  level: LogLevel,
  facts: Readonly<Record<string, unknown>> & { readonly code: string },
): string {
  return JSON.stringify({ time: new Date(at).toISOString(), level, ...place, ...facts })
}

/** The members of events that are ids, counts, or words of this program; whatever else an event may come to have is not logged. */
const LOGGED = new Set([
  'code',
  'poolId',
  'snapshotId',
  'runId',
  'estimatedUsers',
  'users',
  'memberships',
  'groups',
  'groupsDone',
  'of',
  'records',
  'operation',
  'outcome',
  'category',
  'ratePerSecond',
  'attempt',
  'done',
  'operations',
  'snapshots',
  'deleted',
  'segments',
  'bytesRead',
  'ordinal',
  'jobId',
  'rows',
  'status',
  'imported',
  'skipped',
  'failed',
  'secondsLeft',
  'shrunk',
])

/** Events that come so often that one in so many milliseconds is enough. */
const PROGRESS_EVERY_MS = 15_000
const PROGRESS =
  /^(capture\.(users|memberships|mfa)|foreign\.read|plan\.users|restore\.operation|prune\.deleted|verify\.segment|throttled|retried|import\.progress)$/
const WARNINGS =
  /^(capture\.(fallback|missing)|restore\.failed|run\.unreadable|guard\.tripped|import\.fallback|identities\.unfinished)$/

/** Makes log lines of events: of progress now and then one, of all else each. */
export function eventLines(place: LogPlace, now: () => number): (event: VaultEvent) => string | undefined {
  const said = new Map<string, number>()
  return (event) => {
    const at = now()
    if (PROGRESS.test(event.code)) {
      if (at < (said.get(event.code) ?? -Infinity) + PROGRESS_EVERY_MS) return undefined
      said.set(event.code, at)
    }
    const facts = Object.entries(event).filter(([name]) => LOGGED.has(name))
    // A missing resource is one of the configuration, whose name is in the manifest too.
    if (event.code === 'capture.missing') facts.push(['resource', event.resource])
    const level = WARNINGS.test(event.code) ? 'WARN' : 'INFO'
    return logLine(place, at, level, { ...Object.fromEntries(facts), code: event.code })
  }
}
