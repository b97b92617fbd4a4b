import type { CognitoApi } from '../cognito/cognito-api.js'
import { describePool } from '../cognito/resources/pool.js'
import { POOL_REF } from '../cognito/operation.js'
import type { EventSink } from '../model/events.js'
import { parallel } from '../model/parallel.js'
import { readErasures } from '../vault/erasures.js'
import { type Bindings, createBindings } from './bindings.js'
import { isErasedSince } from './erased-users.js'
import { contextOf, executeStep } from './execute-step.js'
import { finishedChunks } from './finished-chunks.js'
import { importUsers } from './engines/import-users.js'
import { createGroupRoles } from './group-roles.js'
import { createIntents } from './intents.js'
import { leaveOut } from './leave-out.js'
import { openJournal, type StepResult } from './journal.js'
import { type ExecuteOptions, isSuccess, type Progress, type RunState } from './run-context.js'
import type { PlanChunk, RunHeader } from './run-header.js'
import type { RunStore } from './run-store.js'
import { PHASES, type Step } from './step.js'

/** Chunks of one phase under way at once, so that the end of one does not leave the budget idle. */
const CHUNKS_AT_ONCE = 2
const CHUNKS_READ_AT_ONCE = 16

/**
 * Executes an approved plan from wherever its journal says that it is. May be stopped at any point, and called again:
 * what is in doubt is settled by looking, and the end is the same as if it had not been stopped.
 *
 * @returns the id of the pool that was restored into
 * @throws what ends a run: it can be resumed when the cause is mended
 */
export async function executeRun(run: RunStore, header: RunHeader, options: ExecuteOptions): Promise<string> {
  await checkPlan(run, header, options.signal)
  const bindings = createBindings({
    runId: run.runId,
    pool: await targetPool(header, options.api),
    poolName: header.target.poolName,
    newPassword: options.newPassword,
  })
  const progress = reportProgress(header, options.sink)
  const state: RunState = {
    somethingFailed: false,
    groupRoles: createGroupRoles(options.api, () => bindings.get(POOL_REF) ?? '', options.clock),
    groupsOfOthers: new Set(),
    poolLives: header.target.mode !== 'new-pool',
    unanswered: 0,
    erasures: await readErasures(options.store),
  }
  const finished = await finishedChunks(options.store, run)
  for (const phase of PHASES) {
    const chunks = header.chunks.filter((chunk) => chunk.phase === phase)
    if (phase === 'import') {
      await state.erasures.refresh()
      const isErased = (step: Step): boolean =>
        isErasedSince(state.erasures, step, header.snapshot.poolId, header.erasures)
      await importUsers(run, header, chunks, bindings.get(POOL_REF) ?? '', { ...options, isErased })
    }
    // What is to be settled is in no plan's numbers: mostly it is nothing.
    const told = phase === 'settle' ? () => undefined : progress
    const execute = (chunk: PlanChunk, signal: AbortSignal): Promise<void> =>
      executeChunk(run, chunk, header, bindings, { ...options, signal }, told, state)
    // What earlier processes did is only read, so that going on with a long run does not take as long as it has taken by then.
    const isOver = ({ id }: PlanChunk): boolean => finished.has(id)
    await parallel(chunks.filter(isOver), CHUNKS_READ_AT_ONCE, options.signal, execute)
    await parallel(
      chunks.filter((chunk) => !isOver(chunk)),
      CHUNKS_AT_ONCE,
      options.signal,
      execute,
    )
  }
  return bindings.get(POOL_REF) ?? ''
}

/** Reads all of the plan before the first call, so that no damage is found when half of it is done. */
async function checkPlan(run: RunStore, header: RunHeader, signal: AbortSignal): Promise<void> {
  await parallel(header.chunks, CHUNKS_READ_AT_ONCE, signal, async (chunk) => {
    await run.getChunk(chunk)
  })
}

async function targetPool(
  header: RunHeader,
  api: CognitoApi,
): Promise<{ id: string; arn: string } | undefined> {
  if (header.target.poolId === undefined) return undefined
  const pool = await describePool(api, header.target.poolId)
  return { id: header.target.poolId, arn: typeof pool['Arn'] === 'string' ? pool['Arn'] : '' }
}

function reportProgress(header: RunHeader, sink: EventSink): Progress {
  const operations = Object.values(header.summary.operations).reduce((sum, count) => sum + count, 0)
  let done = 0
  sink({ code: 'restore.started', runId: header.runId, operations })
  return (operation, outcome) =>
    sink({ code: 'restore.operation', operation, outcome, done: ++done, operations })
}

async function executeChunk(
  run: RunStore,
  chunk: PlanChunk,
  header: RunHeader,
  bindings: Bindings,
  options: ExecuteOptions,
  progress: Progress,
  state: RunState,
): Promise<void> {
  const journal = await openJournal(options.store, `${run.prefix}journal/${chunk.id}/`, options.clock)
  if (journal.history.done !== undefined) {
    bindChunk(chunk, journal.history.done, bindings)
    const finished = await run.getChunk(chunk)
    noteFailures(finished, journal.history.done, state)
    for (const result of journal.history.done) replay(finished, result, progress)
    return
  }
  await options.checkLease()
  const steps = await run.getChunk(chunk)
  if (OF_THE_WANTED.includes(chunk.phase)) await state.erasures.refresh()
  if (chunk.phase === 'delete' && state.somethingFailed) {
    await journal.finish(steps.map(leftStanding))
    return
  }
  const intents = createIntents(journal, options)
  const context = contextOf(journal, intents, header, bindings, options)
  const results: StepResult[] = []
  await parallel(steps.entries(), steps.length, options.signal, async ([place, step], signal) => {
    const earlier = journal.history.results.get(place)
    if (earlier !== undefined) replay(steps, earlier, progress)
    const isErased =
      OF_THE_WANTED.includes(chunk.phase) &&
      isErasedSince(state.erasures, step, header.snapshot.poolId, header.erasures)
    results[place] =
      earlier ??
      (await (isErased ? leaveOut : executeStep)(
        place,
        step,
        { journal, intents, bindings, options, progress, state },
        {
          ...context,
          signal,
        },
      ))
  })
  bindChunk(chunk, results, bindings)
  noteFailures(steps, results, state)
  await journal.finish(results)
}

/** The phases in which users get what the snapshot has of them. */
const OF_THE_WANTED: readonly string[] = ['release', 'survivors', 'settle', 'import', 'users']

/** Says again what became of a step in an earlier process. */
function replay(steps: readonly Step[], { step, outcomes }: StepResult, progress: Progress): void {
  for (const [at, { operation }] of (steps[step]?.operations ?? []).entries())
    if (outcomes[at] !== 'imported') progress(operation, outcomes[at] ?? 'not-tried')
}

function noteFailures(steps: readonly Step[], results: readonly StepResult[], state: RunState): void {
  for (const { step, outcomes } of results) {
    if (outcomes.some((outcome) => !isSuccess(outcome) && outcome !== 'left-out'))
      state.somethingFailed = true
    const { operation } = steps[step]?.operations[0] ?? {}
    if (operation === 'CreateGroup' && outcomes[0] === 'conflict')
      state.groupsOfOthers.add(steps[step]?.subject.id ?? '')
  }
}

function leftStanding(step: Step, place: number): StepResult {
  const reasons =
    step.operations.length === 0
      ? []
      : ['nothing is deleted in a run in which something could not be put back']
  return {
    step: place,
    outcomes: step.operations.map(() => 'not-tried' as const),
    reasons,
    bound: {},
    notes: [],
  }
}

/** What later steps refer to: everything but the ids of users, which their own steps alone need. */
function bindChunk(chunk: PlanChunk, results: readonly StepResult[], bindings: Bindings): void {
  if (['release', 'survivors', 'settle', 'import', 'users'].includes(chunk.phase)) return
  for (const result of results) bindings.bind(result.bound)
}
