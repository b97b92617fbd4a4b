import { text } from '../cognito/canonical-body.js'
import { type PlannedOperation, POOL_REF } from '../cognito/operation.js'
import { CodedError } from '../model/errors.js'
import type { Bindings } from './bindings.js'
import type { Intents } from './intents.js'
import type { ChunkJournal, StepResult } from './journal.js'
import { performOperation } from './perform-operation.js'
import type { Performed, PerformContext } from './perform.js'
import type { RunHeader } from './run-header.js'
import type { ExecuteOptions, Progress, RunState } from './run-context.js'
import type { Step } from './step.js'

/** What the steps of a chunk share. */
export interface StepWork {
  readonly journal: ChunkJournal
  readonly intents: Intents
  readonly bindings: Bindings
  readonly options: ExecuteOptions
  readonly progress: Progress
  readonly state: RunState
}

/** Performs the operations of a step that the journal has no result of, one after the other. */
export async function executeStep(
  place: number,
  step: Step,
  { journal, intents, bindings, options, progress, state }: StepWork,
  context: PerformContext,
): Promise<StepResult> {
  const bound: Record<string, string> = { ...journal.history.bound.get(place) }
  const scoped = bindings.forStep(bound)
  const result: StepResult = { step: place, outcomes: [], reasons: [], bound, notes: [] }
  for (const operation of step.operations) {
    context.signal.throwIfAborted()
    const isMade = operation.binds !== undefined && bound[operation.binds] !== undefined
    // Stored before the call queues, so that no call that the budget has admitted waits for the journal.
    if (!isMade) await intents.cover()
    const performed: Performed = isMade
      ? { outcome: 'done' }
      : (inGroupOfOthers(operation, state) ?? (await performOperation(operation, scoped, context)))
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
      subject: `${step.subject.kind} ${step.subject.id}`.trim(),
      reason: performed.reason ?? performed.outcome,
    })
    if (operation.binds === POOL_REF) throw poolNotMade(performed)
    if (makesSubject(operation)) break
  }
  while (result.outcomes.length < step.operations.length) result.outcomes.push('not-tried')
  if (step.operations.length > 0) await journal.append({ result })
  return result
}

/** Nobody is put into a group that has the name of the snapshot's and may give anything. */
function inGroupOfOthers({ operation, input }: PlannedOperation, state: RunState): Performed | undefined {
  if (operation !== 'AdminAddUserToGroup' || !state.groupsOfOthers.has(text(input, 'GroupName')))
    return undefined
  return { outcome: 'conflict', reason: 'this run did not make the group of that name' }
}

/** Whether the operations after it in its step are about what it makes. */
function makesSubject({ operation }: PlannedOperation): boolean {
  return /^(Create|AdminCreate)/.test(operation)
}

/** What the operations of a chunk need to be performed. */
export function contextOf(
  journal: ChunkJournal,
  intents: Intents,
  header: RunHeader,
  bindings: Bindings,
  { api, clock, random, signal }: ExecuteOptions,
): PerformContext {
  return {
    api: {
      ...api,
      // An intent may run out while a call waits for the budget.
      call: (operation, input, callOptions) =>
        api.call(operation, input, { ...callOptions, beforeSend: () => intents.cover() }),
    },
    runId: bindings.get('run') ?? '',
    poolId: bindings.get(POOL_REF) ?? '',
    rules: header.target.rules,
    clock,
    random,
    signal,
    inDoubt: journal.history.intents.length > 0,
    intents: () => intents.all,
  }
}

function record(result: StepResult, performed: Performed): void {
  result.outcomes.push(performed.outcome)
  if (performed.reason !== undefined) result.reasons.push(performed.reason)
  if (performed.note !== undefined) result.notes.push(performed.note)
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
