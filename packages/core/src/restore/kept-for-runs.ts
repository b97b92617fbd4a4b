import type { Clock } from '../model/clock.js'
import type { ObjectStore } from '../storage/object-store.js'
import type { RunHeader } from './run-header.js'
import type { RunStore } from './run-store.js'
import { poolOf, runsInto } from './runs-into.js'
import { runsOf, unreadable, type UnreadableRun } from './runs.js'

/** How long, by the store's clock, a plan may wait for its approval. */
const PLAN_WAITS_MS = 24 * 3_600_000

/** What restores still need. */
export interface NeededByRuns {
  /** Why a snapshot is kept, by its id. */
  readonly reasons: ReadonlyMap<string, string>
  /** Runs that may go on and whose snapshots are not known. */
  readonly unreadable: readonly UnreadableRun[]
}

/**
 * The snapshots that a restore which stopped and can be resumed was planned from, and those of plans made within a
 * day, which somebody may be about to approve.
 *
 * @param now the store's time, in milliseconds
 */
export async function neededByRuns(store: ObjectStore, clock: Clock, now: number): Promise<NeededByRuns> {
  const reasons = new Map<string, string>()
  const unread: UnreadableRun[] = []
  for await (const listed of runsOf(store)) {
    const { run, header } = listed
    if (header === undefined) {
      if ((await run.hasApproval()) && !(await run.isReported())) unread.push(unreadable(run, listed.error))
      continue
    }
    const isNeeded = listed.isApproved
      ? !(await run.isReported()) && (await isOpen(store, clock, run, header))
      : await waitsForApproval(store, run.prefix, now)
    if (!isNeeded) continue
    const why = listed.isApproved ? `to resume ${run.runId}` : `planned with: ${run.runId}`
    for (const id of [header.snapshot.id, header.target.snapshot]) if (id !== undefined) reasons.set(id, why)
  }
  return { reasons, unreadable: unread }
}

/** One that another restore into the pool has outdated cannot be resumed. */
async function isOpen(store: ObjectStore, clock: Clock, run: RunStore, header: RunHeader): Promise<boolean> {
  const poolId = await poolOf(store, clock, run, header)
  if (poolId === undefined) return true
  const runs = await runsInto(store, clock, poolId, () => undefined)
  return runs.find(({ runId }) => runId === run.runId)?.isOpen ?? true
}

async function waitsForApproval(store: ObjectStore, prefix: string, now: number): Promise<boolean> {
  const begun = await store.head(`${prefix}begun.json`)
  return begun !== undefined && begun.lastModified > now - PLAN_WAITS_MS
}
