import { readResources } from '../cognito/resource-set.js'
import { CodedError } from '../model/errors.js'
import { isoTime, newRunId } from '../model/ids.js'
import { type RunWrites, runWrites, type UserWrites } from '../restore/reach/run-writes.js'
import { openImportRecords } from '../restore/engines/import-records.js'
import { undoReach } from '../restore/reach/undo-reach.js'
import type { RunHeader } from '../restore/run-header.js'
import { openRun, type RunStore } from '../restore/run-store.js'
import { mergeJoin } from '../sorting/merge-join.js'
import { createSorter } from '../sorting/external-sort.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import type { Snapshot } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext, VaultContext } from './context.js'
import { viewsOf } from './joined-users.js'
import { makePlan } from './make-plan.js'
import { chooseReferences } from './plan-references.js'
import type { PlannedRestore, RestoreRequest } from './restore-request.js'
import { readTarget } from './read-target.js'
import { type Approval, carryOut, type RestoreResult } from './restore.js'

/**
 * Takes a run back: brings what it wrote to the moment before, where it is still as the run left it. What somebody has
 * changed since is left and reported; what the run did not touch is not looked at. It is a run of its own, planned from
 * the snapshot that the other took of its target first, and can be taken back in turn.
 *
 * @param approve sees the plan, the same that is executed
 * @returns `undefined` when the plan was refused
 * @throws CodedError `RUN_NOT_FOUND`; `RUN_NOT_APPROVED` for a run that never wrote anything; `RUN_NOT_UNDOABLE` for one
 *   that made its pool, and for one whose import jobs have not come to their end
 */
export async function undo(
  context: CognitoContext,
  runId: string,
  options: { readonly noWidening?: boolean },
  approve: (planned: PlannedRestore) => Promise<Approval>,
): Promise<RestoreResult | undefined> {
  const planned = await planUndo(context, runId, options)
  return carryOut(context, planned, await approve(planned))
}

/** Makes and stores the plan of taking a run back. Nothing is written to Cognito. */
export async function planUndo(
  context: CognitoContext,
  runId: string,
  { noWidening = false }: { readonly noWidening?: boolean },
): Promise<PlannedRestore> {
  const vault = await openVault(context.store)
  const undone = openRun(context.store, runId)
  const header = await undone.getHeader()
  const moment = await momentBefore(undone, header)
  await refuseWhileImporting(context, undone)
  const before = await findSnapshot(vault, moment)
  const run = openRun(context.store, newRunId(context.clock.now(), context.random))
  await run.begin(isoTime(context.clock.now()), before.manifest.snapshot)
  const target = await readTarget(context, vault, { mode: 'in-place' }, before)
  const writes = runWrites(context.store, context.clock, undone, header)
  const resources = await writes.resources()
  const madeGroup = [...resources].some(([key, { fate }]) => fate === 'made' && key.startsWith('group/'))
  const reach = undoReach({
    users: sorted(context, writes.users()),
    resources,
    groupsOfOthers: madeGroup ? await groupsOfOthers(context, target, writes) : new Set(),
    madeUnanswered: await writes.madeUnanswered(),
    endedAt: isoTime(await endOf(context, undone)),
  })
  const found = await readResources(before.read('resources'))
  const request: RestoreRequest = {
    snapshot: before.manifest.snapshot,
    target: { mode: 'in-place' },
    // All that is extra is the run's own: the reach lets nothing else through.
    deleteExtra: true,
    deleteNewer: true,
    noWidening,
  }
  return explainingFailures({ region: context.api.region, signal: context.signal }, () =>
    makePlan(context, request, run, {
      wanted: before,
      target,
      found,
      chosen: chooseReferences(found, before.manifest, {}, context.api.region),
      reachOf: () => ({ reach, limits: () => ({ undoes: runId }) }),
    }),
  )
}

/** The groups in which somebody is whom the run did not put there: deleting one would take that away. */
async function groupsOfOthers(
  context: CognitoContext,
  target: Snapshot | undefined,
  writes: RunWrites,
): Promise<ReadonlySet<string>> {
  const groups = new Set<string>()
  if (target === undefined) return groups
  for await (const { left, right } of mergeJoin(viewsOf(target), sorted(context, writes.users())))
    for (const group of left?.groups ?? []) if (right?.groups[group] !== true) groups.add(group)
  return groups
}

/** The snapshot that a run took of its target before it wrote. */
async function momentBefore(run: RunStore, { target }: RunHeader): Promise<string> {
  if (!(await run.isApproved())) {
    throw new CodedError('RUN_NOT_APPROVED', `${run.runId} never wrote anything: its plan was not approved`, {
      value: run.runId,
      hint: 'there is nothing to take back',
    })
  }
  if (target.snapshot !== undefined) return target.snapshot
  throw new CodedError(
    'RUN_NOT_UNDOABLE',
    `${run.runId} made its pool, and no pool is deleted by this program`,
    {
      value: run.runId,
      hint: 'when nobody needs the pool any more: aws cognito-idp delete-user-pool --user-pool-id POOL',
    },
  )
}

/** Of a job whose end nobody has seen it is not known whom it made, and it may go on to make more. */
async function refuseWhileImporting({ store }: VaultContext, { runId, prefix }: RunStore): Promise<void> {
  const records = openImportRecords(store, prefix)
  if ((await records.all()).length === 0 || (await records.end()) !== undefined) return
  throw new CodedError(
    'RUN_NOT_UNDOABLE',
    `${runId} was cut off among its import jobs: one may be making users still, and nobody has looked whom it made`,
    { value: runId, hint: `first bring it to its end: cognito-vault resume ${runId}` },
  )
}

/** The clocks of the store and of Cognito may differ by so much. */
const CLOCKS_APART_MS = 60_000

async function endOf({ store, clock }: VaultContext, run: RunStore): Promise<number> {
  const report = await store.head(`${run.prefix}report.json`)
  let last = report?.lastModified
  if (last === undefined)
    for await (const { lastModified } of store.list(`${run.prefix}journal/`))
      last = Math.max(last ?? 0, lastModified)
  return (last ?? clock.now()) + CLOCKS_APART_MS
}

/** The writes ascending by sub, those of one user as one. */
async function* sorted(context: VaultContext, writes: AsyncIterable<UserWrites>): AsyncGenerator<UserWrites> {
  const sorter = createSorter({ tempDirectory: context.tempDirectory, duplicates: 'keep' })
  try {
    for await (const written of writes) await sorter.add({ key: written.key, line: JSON.stringify(written) })
    let last: UserWrites | undefined
    for await (const { line } of sorter.sorted()) {
      const next = JSON.parse(line) as UserWrites
      if (last !== undefined && last.key !== next.key) yield last
      last = last?.key === next.key ? together(last, next) : next
    }
    if (last !== undefined) yield last
  } finally {
    await sorter.clear()
  }
}

function together(first: UserWrites, second: UserWrites): UserWrites {
  return {
    ...first,
    ...second,
    fate: first.fate === 'changed' ? second.fate : first.fate,
    attributes: { ...first.attributes, ...second.attributes },
    groups: { ...first.groups, ...second.groups },
    links: { ...first.links, ...second.links },
  }
}
