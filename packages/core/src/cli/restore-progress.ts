import type { PlannedRestore } from '../actions/restore-request.js'
import type { EventSink, VaultEvent } from '../model/events.js'
import type { RunHeader } from '../restore/run-header.js'

/** Counts what succeeds while events pass through, for the document of a restore that does not come to its end. */
export function countsDone(sink: EventSink): { sink: EventSink; counts: () => Record<string, number> } {
  const counts = new Map<string, number>()
  const add = (operation: string, n: number): void => {
    counts.set(operation, (counts.get(operation) ?? 0) + n)
  }
  return {
    counts: () => Object.fromEntries([...counts].filter(([, n]) => n > 0)),
    sink: (event) => {
      if (event.code === 'restore.operation' && event.outcome === 'done') add(event.operation, 1)
      sink(event)
    },
  }
}

/** What the plan needs outside the pool, as the event tells it. */
export type SeenReferences = Extract<VaultEvent, { code: 'plan.references' }>

/** Keeps what the plan needs outside the pool, for when that stops it. */
export function notesReferences(sink: EventSink): {
  sink: EventSink
  seen: () => SeenReferences | undefined
} {
  let seen: SeenReferences | undefined
  return {
    seen: () => seen,
    sink: (event) => {
      if (event.code === 'plan.references') seen = event
      sink(event)
    },
  }
}

/** What is known of a restore while it runs. */
export function foundDocument(planned: PlannedRestore, done: Readonly<Record<string, number>>): object {
  const { header } = planned
  return {
    runId: header.runId,
    poolId: header.target.poolId ?? '',
    dryRun: false,
    plan: header.summary.operations,
    done,
    etaSeconds: header.etaSeconds,
    ...planDocument(header),
    missing: header.missing,
    unread: header.unread,
    changes: planned.changes,
    references: planned.outside.references,
    unfinished: planned.unfinished,
    unreadableRuns: planned.unreadableRuns,
  }
}

/** What the documents of a restore say of its plan beside what every restore says. */
export function planDocument({ snapshot, target, summary, unchanged, limits, leftOut }: RunHeader): object {
  const { widening, triggers, engines, lockedOut } = summary
  return {
    snapshot: snapshot.id,
    target,
    widening,
    triggers,
    plannedLockedOut: lockedOut,
    ...(engines === undefined ? {} : { engines }),
    unchanged,
    limits,
    leftOut,
  }
}
