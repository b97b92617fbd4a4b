import { POOL_REF } from '../cognito/operation.js'
import type { Clock } from '../model/clock.js'
import { hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { openJournal } from './journal.js'
import type { RunHeader } from './run-header.js'
import type { RunStore } from './run-store.js'
import { runsOf, unreadable, type UnreadableRun } from './runs.js'

/** An approved run into a pool. Moments are the store's. */
export interface RunInto {
  readonly runId: string
  /** The pool may have been written to by this run, and is not yet as its plan wants it. */
  readonly isOpen: boolean
}

/**
 * The approved runs into a pool, that which made it among them. One that stopped is open until it has come to its end, or
 * until another into the pool has: it cannot be resumed then.
 *
 * @param onUnreadable told of each run without a report that may be one of them
 */
export async function runsInto(
  store: ObjectStore,
  clock: Clock,
  poolId: string,
  onUnreadable: (run: UnreadableRun) => void,
): Promise<RunInto[]> {
  const found: { runId: string; begun: number; ended: number | undefined }[] = []
  for await (const listed of runsOf(store)) {
    const { run, header } = listed
    const ended = (await store.head(`${run.prefix}report.json`))?.lastModified
    try {
      if (header === undefined) throw listed.error
      if (!listed.isApproved || (await poolOf(store, clock, run, header)) !== poolId) continue
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
      if (ended === undefined && (await run.hasApproval())) onUnreadable(unreadable(run, error))
      continue
    }
    const begun = (await store.head(`${run.prefix}begun.json`))?.lastModified ?? 0
    found.push({ runId: run.runId, begun, ended })
  }
  return found.map(({ runId, begun, ended }) => {
    const isOutdated = found.some((other) => other.ended !== undefined && other.ended >= begun)
    return { runId, isOpen: ended === undefined && !isOutdated }
  })
}

/** The pool that a run restores into: of one that makes a pool, the one that it made, as its journal says. */
export async function poolOf(
  store: ObjectStore,
  clock: Clock,
  run: RunStore,
  { target, chunks }: RunHeader,
): Promise<string | undefined> {
  const chunk = chunks.find(({ phase }) => phase === 'pool')
  if (target.poolId !== undefined || chunk === undefined) return target.poolId
  const { history } = await openJournal(store, `${run.prefix}journal/${chunk.id}/`, clock)
  const bound = [...(history.done ?? []).map((result) => result.bound), ...history.bound.values()]
  return bound.find((values) => values[POOL_REF] !== undefined)?.[POOL_REF]
}
