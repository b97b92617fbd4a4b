import type { CognitoApi } from '../cognito/cognito-api.js'
import { describePool } from '../cognito/resources/pool.js'
import { POOL_REF } from '../cognito/operation.js'
import type { Clock, Random } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import type { EventSink } from '../model/events.js'
import { parallel } from '../model/parallel.js'
import type { ObjectStore } from '../storage/object-store.js'
import { type Bindings, createBindings } from './bindings.js'
import { type ChunkJournal, openJournal, type StepResult } from './journal.js'
import { INTENT_VALID_MS } from './own-user.js'
import { performOperation } from './perform-operation.js'
import type { Performed, PerformContext } from './perform.js'
import type { PlanChunk, RunHeader } from './run-header.js'
import type { RunStore } from './run-store.js'
import { PHASES, type Step } from './step.js'

export interface ExecuteOptions {
  readonly api: CognitoApi
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly sink: EventSink
  readonly newPassword: () => string
  readonly signal: AbortSignal
  /** Proves that no other process executes this run; asked before each chunk. */
  readonly checkLease: () => Promise<void>
}

/** Chunks of one phase under way at once, so that the end of one does not leave the budget idle. */
const CHUNKS_AT_ONCE = 2

/**
 * Executes an approved plan from wherever its journal says that it is. May be stopped at any point, and called again:
 * what is in doubt is settled by looking, and the end is the same as if it had not been stopped.
 *
 * @returns the id of the pool that was restored into
 * @throws what ends a run: it can be resumed when the cause is mended
 */
export async function executeRun(run: RunStore, header: RunHeader, options: ExecuteOptions): Promise<string> {
  const bindings = createBindings({
    runId: run.runId,
    pool: await targetPool(header, options.api),
    poolName: header.target.poolName,
    newPassword: options.newPassword,
  })
  const progress = reportProgress(header, options.sink)
  const state: RunState = { somethingFailed: false }
  for (const phase of PHASES) {
    const chunks = header.chunks.filter((chunk) => chunk.phase === phase)
    await parallel(chunks, CHUNKS_AT_ONCE, options.signal, async (chunk, signal) => {
      await executeChunk(run, chunk, bindings, { ...options, signal }, progress, state)
    })
  }
  return bindings.get(POOL_REF) ?? ''
}

async function targetPool(
  header: RunHeader,
  api: CognitoApi,
): Promise<{ id: string; arn: string } | undefined> {
  if (header.target.poolId === undefined) return undefined
  const pool = await describePool(api, header.target.poolId)
  return { id: header.target.poolId, arn: typeof pool['Arn'] === 'string' ? pool['Arn'] : '' }
}

/** What later phases have to know of the earlier ones. */
interface RunState {
  /** Something could not be put back, perhaps because of what a later phase would delete: then nothing is deleted. */
  somethingFailed: boolean
}

type Progress = (operation: string) => void

function reportProgress(header: RunHeader, sink: EventSink): Progress {
  const operations = Object.values(header.summary.operations).reduce((sum, count) => sum + count, 0)
  let done = 0
  sink({ code: 'restore.started', runId: header.runId, operations })
  return (operation) => sink({ code: 'restore.operation', operation, done: ++done, operations })
}

async function executeChunk(
  run: RunStore,
  chunk: PlanChunk,
  bindings: Bindings,
  options: ExecuteOptions,
  progress: Progress,
  state: RunState,
): Promise<void> {
  const journal = await openJournal(options.store, `${run.prefix}journal/${chunk.id}/`, options.clock)
  if (journal.history.done !== undefined) {
    bindChunk(chunk, journal.history.done, bindings)
    noteFailures(journal.history.done, state)
    for (const step of await run.getChunk(chunk)) {
      for (const { operation } of step.operations) progress(operation)
    }
    return
  }
  await options.checkLease()
  const steps = await run.getChunk(chunk)
  if (chunk.phase === 'delete' && state.somethingFailed) {
    await journal.finish(steps.map(leftStanding))
    return
  }
  const intents = createIntents(journal, options)
  const results: StepResult[] = []
  await parallel(steps.entries(), steps.length, options.signal, async ([place, step], signal) => {
    const earlier = journal.history.results.get(place)
    results[place] =
      earlier ??
      (await executeStep(place, step, journal, intents, bindings, { ...options, signal }, progress))
  })
  bindChunk(chunk, results, bindings)
  noteFailures(results, state)
  await journal.finish(results)
}

function noteFailures(results: readonly StepResult[], state: RunState): void {
  const failed = results.some((result) =>
    result.outcomes.some((outcome) => outcome !== 'done' && outcome !== 'already'),
  )
  if (failed) state.somethingFailed = true
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
  if (chunk.phase === 'users') return
  for (const result of results) bindings.bind(result.bound)
}

interface Intents {
  /** Makes sure that a call sent now is covered by an intent in the journal, and answers all there are. */
  cover(): Promise<readonly (number | null)[]>
}

/** Intents are stored before the calls that they cover, and renewed before they run out. */
function createIntents(journal: ChunkJournal, { api, clock }: ExecuteOptions): Intents {
  const all = [...journal.history.intents]
  let current: { until: number; stored: Promise<void> } | undefined
  return {
    cover: async () => {
      if (current === undefined || clock.now() >= current.until) {
        const intent = api.serverTime() ?? null
        all.push(intent)
        current = { until: clock.now() + INTENT_VALID_MS, stored: journal.append({ intent }) }
      }
      await current.stored
      return all
    },
  }
}

async function executeStep(
  place: number,
  step: Step,
  journal: ChunkJournal,
  intents: Intents,
  bindings: Bindings,
  options: ExecuteOptions,
  progress: Progress,
): Promise<StepResult> {
  const bound: Record<string, string> = { ...journal.history.bound.get(place) }
  const scoped = bindings.forStep(bound)
  const result: StepResult = { step: place, outcomes: [], reasons: [], bound, notes: [] }
  for (const operation of step.operations) {
    options.signal.throwIfAborted()
    const isMade = operation.binds !== undefined && bound[operation.binds] !== undefined
    const performed: Performed = isMade
      ? { outcome: 'done' }
      : await performOperation(operation, scoped, await contextOf(journal, intents, bindings, options))
    progress(operation.operation)
    record(result, performed)
    if (performed.values !== undefined) {
      Object.assign(bound, performed.values)
      scoped.bind(performed.values)
      // Stored before anything is done to what was made, so that what is in doubt is always untouched.
      await journal.append({ bound: { step: place, values: { ...performed.values } } })
    }
    if (succeeded(performed)) continue
    options.sink({
      code: 'restore.failed',
      operation: operation.operation,
      subject: `${step.subject.kind} ${step.subject.id}`,
      reason: performed.reason ?? performed.outcome,
    })
    if (operation.binds === POOL_REF) throw poolNotMade(performed)
    if (operation.binds !== undefined) break
  }
  while (result.outcomes.length < step.operations.length) result.outcomes.push('not-tried')
  if (step.operations.length > 0) await journal.append({ result })
  return result
}

async function contextOf(
  journal: ChunkJournal,
  intents: Intents,
  bindings: Bindings,
  { api, clock, random, signal }: ExecuteOptions,
): Promise<PerformContext> {
  return {
    api,
    runId: bindings.get('run') ?? '',
    poolId: bindings.get(POOL_REF) ?? '',
    clock,
    random,
    signal,
    inDoubt: journal.history.intents.length > 0,
    intents: await intents.cover(),
  }
}

function record(result: StepResult, performed: Performed): void {
  result.outcomes.push(performed.outcome)
  if (performed.reason !== undefined) result.reasons.push(performed.reason)
  if (performed.note !== undefined) result.notes.push({ code: performed.note })
}

function succeeded({ outcome }: Performed): boolean {
  return outcome === 'done' || outcome === 'already'
}

function poolNotMade(performed: Performed): CodedError {
  return new CodedError(
    'COGNITO_FAILED',
    `the new pool could not be made (${performed.reason ?? performed.outcome})`,
    {
      hint: 'mend the cause and resume the run; nothing else was done',
    },
  )
}
