import { CodedError, type ErrorCode, hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { RESTORES_PREFIX } from '../vault/object-keys.js'
import { damaged } from '../vault/segment.js'
import type { RunHeader } from './run-header.js'
import { openRun, type RunStore } from './run-store.js'

/** A run whose plan is whole, or why what it is cannot be read; one that is damaged does not hide the others. */
export type ListedRun =
  | {
      readonly run: RunStore
      readonly header: RunHeader
      readonly isApproved: boolean
      readonly error?: undefined
    }
  | { readonly run: RunStore; readonly header?: undefined; readonly error: CodedError }

/** A run that may have restored into any pool: what it is cannot be read. */
export interface UnreadableRun {
  readonly runId: string
  readonly code: ErrorCode
  readonly reason: string
}

export function unreadable({ runId }: RunStore, { code, message }: CodedError): UnreadableRun {
  return { runId, code, reason: message }
}

/** Runs that are read while the ones before them are looked at. */
const READ_AHEAD = 8

/**
 * All runs of a vault whose plan was made, oldest first.
 *
 * @param onUnplanned told of each run that has no plan yet, or never came to one
 */
export async function* runsOf(
  store: ObjectStore,
  onUnplanned: (run: RunStore) => void = () => undefined,
): AsyncGenerator<ListedRun> {
  const ahead: Promise<ListedRun | undefined>[] = []
  try {
    for await (const runId of runIdsOf(store)) {
      const reading = listRun(openRun(store, runId), onUnplanned)
      // It is thrown when its turn comes.
      reading.catch(() => undefined)
      ahead.push(reading)
      const listed = ahead.length > READ_AHEAD ? await ahead.shift() : undefined
      if (listed !== undefined) yield listed
    }
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const listed = await next
      if (listed !== undefined) yield listed
    }
  } finally {
    await Promise.allSettled(ahead)
  }
}

/** The ids of all runs, those included that have come to no plan; oldest first. */
export async function* runIdsOf(store: ObjectStore): AsyncGenerator<string> {
  for (let after = RESTORES_PREFIX; ;) {
    const first = await firstKey(store, after)
    if (first === undefined) return
    const [, runId, ...rest] = first.split('/')
    // What lies beside the runs is somebody else's: a file manager's, say.
    const isRun = runId !== undefined && rest.length > 0 && !runId.startsWith('.')
    if (isRun) yield runId
    // No key has a character after the tilde.
    after = rest.length > 0 ? `${RESTORES_PREFIX}${runId ?? ''}/~` : first
  }
}

async function firstKey(store: ObjectStore, after: string): Promise<string | undefined> {
  for await (const { key } of store.list(RESTORES_PREFIX, after)) return key
  return undefined
}

async function listRun(run: RunStore, onUnplanned: (run: RunStore) => void): Promise<ListedRun | undefined> {
  try {
    if (await run.hasPlan()) return { run, header: await run.getHeader(), isApproved: await run.isApproved() }
    // A plan that was not whole could not be approved.
    if (await run.hasApproval()) return { run, error: damaged(`${run.prefix}plan.json`, 'it is missing') }
    onUnplanned(run)
    return undefined
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) return { run, error }
    throw error
  }
}

/** Runs that may have been executed, or may still be under way, and of which nobody can say where. */
export async function unreadableRuns(store: ObjectStore): Promise<UnreadableRun[]> {
  const found: UnreadableRun[] = []
  for await (const { run, error } of runsOf(store)) {
    if (error !== undefined && (await run.hasApproval())) found.push(unreadable(run, error))
  }
  return found
}

/** Runs that restore to where this target is, were approved, and have not come to their end. */
export async function unfinishedRuns(
  store: ObjectStore,
  sourcePoolId: string,
  target: Pick<RunHeader['target'], 'mode' | 'poolId'>,
): Promise<string[]> {
  const unfinished: string[] = []
  for await (const listed of runsOf(store)) {
    const { run, header } = listed
    if (header === undefined) continue
    const same =
      target.mode === 'new-pool'
        ? header.target.mode === 'new-pool' && header.snapshot.poolId === sourcePoolId
        : header.target.poolId === target.poolId
    if (same && listed.isApproved && !(await run.isReported())) {
      unfinished.push(run.runId)
    }
  }
  return unfinished
}

/**
 * Refuses a plan when another run has written to its pool, or may have, since the pool was read for it: a run that cannot
 * be read may have written to any. Moments are the store's, so that the clocks of two machines do not matter.
 *
 * @throws CodedError `PLAN_OUTDATED`
 */
export async function refuseOutdated(store: ObjectStore, run: RunStore, header: RunHeader): Promise<void> {
  const { poolId } = header.target
  if (poolId === undefined) return
  const begun = (await store.head(`${run.prefix}begun.json`))?.lastModified ?? 0
  for await (const other of runsOf(store)) {
    if (other.run.runId === run.runId) continue
    if (other.header !== undefined && other.header.target.poolId !== poolId) continue
    if (!(await wroteSince(store, other.run, begun))) continue
    const wrote = other.header === undefined ? 'cannot be read and may have restored' : 'has restored'
    throw new CodedError(
      'PLAN_OUTDATED',
      `${other.run.runId} ${wrote} into ${poolId} since ${run.runId} was planned`,
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
  if (!(await other.hasApproval())) return false
  const report = await store.head(`${other.prefix}report.json`)
  if (report !== undefined) return report.lastModified >= moment
  for (const part of ['approved.json', 'journal/', 'import/']) {
    for await (const { lastModified } of store.list(`${other.prefix}${part}`)) {
      if (lastModified >= moment) return true
    }
  }
  return false
}
