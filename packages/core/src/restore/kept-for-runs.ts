import type { Clock } from '../model/clock.js'
import { hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import type { RunHeader } from './run-header.js'
import type { RunStore } from './run-store.js'
import { poolOf, runsInto } from './runs-into.js'
import { runsOf, unreadable, type UnreadableRun } from './runs.js'

/** How long, by the store's clock, a plan may be made, and wait for its approval. */
const PLAN_WAITS_MS = 24 * 3_600_000

/** What restores still need. */
export interface NeededByRuns {
  /** Why a snapshot is kept, by its id. */
  readonly reasons: ReadonlyMap<string, string>
  /** Runs that may go on and whose snapshots are not known. */
  readonly unreadable: readonly UnreadableRun[]
}

/**
 * The snapshots that a restore which stopped and can be resumed was planned from, those of plans made within a day, which somebody may be about to approve,
 * and those of restores begun within a day that have no plan yet: their targets may still be being read.
 *
 * @param now the store's time, in milliseconds
 */
export async function neededByRuns(store: ObjectStore, clock: Clock, now: number): Promise<NeededByRuns> {
  const reasons = new Map<string, string>()
  const unread: UnreadableRun[] = []
  const unplanned: RunStore[] = []
  for await (const listed of runsOf(store, (run) => unplanned.push(run))) {
    const { run, header } = listed
    if (header === undefined) {
      if ((await run.hasApproval()) && !(await run.isReported())) unread.push(unreadable(run, listed.error))
      continue
    }
    const isNeeded = listed.isApproved
      ? !(await run.isReported()) && (await isOpen(store, clock, run, header))
      : await isOfToday(store, run.prefix, now)
    if (!isNeeded) continue
    const why = listed.isApproved ? `to resume ${run.runId}` : `planned with: ${run.runId}`
    for (const id of [header.snapshot.id, header.target.snapshot]) if (id !== undefined) reasons.set(id, why)
  }
  for (const run of unplanned) {
    if (!(await isOfToday(store, run.prefix, now))) continue
    try {
      const id = await run.getBegunWith()
      if (id !== undefined && !reasons.has(id)) reasons.set(id, `being planned: ${run.runId}`)
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED')) throw error
      unread.push(unreadable(run, error))
    }
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

async function isOfToday(store: ObjectStore, prefix: string, now: number): Promise<boolean> {
  const begun = await store.head(`${prefix}begun.json`)
  return begun !== undefined && begun.lastModified > now - PLAN_WAITS_MS
}
