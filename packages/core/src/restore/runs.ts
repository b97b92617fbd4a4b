import { CodedError } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { RESTORES_PREFIX } from '../vault/object-keys.js'
import type { RunHeader } from './run-header.js'
import { openRun, type RunStore } from './run-store.js'

/** A run whose plan is whole. */
export interface StoredRun {
  readonly run: RunStore
  readonly header: RunHeader
}

/** All runs of a vault whose plan is whole, oldest first. */
export async function* runsOf(store: ObjectStore): AsyncGenerator<StoredRun> {
  for (let after = RESTORES_PREFIX; ;) {
    let runId: string | undefined
    for await (const { key } of store.list(RESTORES_PREFIX, after)) {
      runId = key.split('/')[1]
      break
    }
    if (runId === undefined) return
    const run = openRun(store, runId)
    if (await run.hasPlan()) yield { run, header: await run.getHeader() }
    after = `${RESTORES_PREFIX}${runId}/~`
  }
}

/** Runs that restore to where this target is, were approved, and have not come to their end. */
export async function unfinishedRuns(
  store: ObjectStore,
  sourcePoolId: string,
  target: Pick<RunHeader['target'], 'mode' | 'poolId'>,
): Promise<string[]> {
  const unfinished: string[] = []
  for await (const { run, header } of runsOf(store)) {
    const same =
      target.mode === 'new-pool'
        ? header.target.mode === 'new-pool' && header.snapshot.poolId === sourcePoolId
        : header.target.poolId === target.poolId
    if (same && (await run.isApproved()) && !(await run.isReported())) {
      unfinished.push(run.runId)
    }
  }
  return unfinished
}

/**
 * Refuses a plan when another run has written to its pool, or may have, since the pool was read for it. Moments are
 * the store's, so that the clocks of two machines do not matter.
 *
 * @throws CodedError `PLAN_OUTDATED`
 */
export async function refuseOutdated(store: ObjectStore, run: RunStore, header: RunHeader): Promise<void> {
  const { poolId } = header.target
  if (poolId === undefined) return
  const begun = (await store.head(`${run.prefix}begun.json`))?.lastModified ?? 0
  for await (const other of runsOf(store)) {
    if (other.run.runId === run.runId || other.header.target.poolId !== poolId) continue
    if (!(await wroteSince(store, other.run, begun))) continue
    throw new CodedError(
      'PLAN_OUTDATED',
      `${other.run.runId} has restored into ${poolId} since ${run.runId} was planned`,
      {
        value: run.runId,
        hint: `make a new plan: cognito-vault restore ${header.snapshot.id} ${targetOption(header)}; nothing was changed`,
      },
    )
  }
}

function targetOption({ target }: RunHeader): string {
  return target.mode === 'in-place' ? '--in-place' : `--to-pool ${target.poolId ?? ''}`
}

async function wroteSince(store: ObjectStore, other: RunStore, moment: number): Promise<boolean> {
  if (!(await other.isApproved())) return false
  const report = await store.head(`${other.prefix}report.json`)
  if (report !== undefined) return report.lastModified >= moment
  for (const part of ['approved.json', 'journal/']) {
    for await (const { lastModified } of store.list(`${other.prefix}${part}`)) {
      if (lastModified >= moment) return true
    }
  }
  return false
}
