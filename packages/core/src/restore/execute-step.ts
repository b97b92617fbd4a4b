import { objects, text, without } from '../cognito/canonical-body.js'
import { clientRef, type PlannedOperation, POOL_REF, refsIn } from '../cognito/operation.js'
import { CodedError } from '../model/errors.js'
import type { Bindings } from './bindings.js'
import { isByImport } from './engines/by-import.js'
import { notesOfNoImport, wasImported } from './engines/imported-step.js'
import type { Intents } from './intents.js'
import type { ChunkJournal, StepResult } from './journal.js'
import { performOperation } from './perform-operation.js'
import type { Performed, PerformContext } from './perform.js'
import type { RunHeader } from './run-header.js'
import type { ExecuteOptions, Progress, RunState } from './run-context.js'
import type { Step } from './step.js'
import { GROUP_ROLE } from './user-calls.js'

/** What the steps of a chunk share. */
export interface StepWork {
  readonly journal: ChunkJournal
  readonly intents: Intents
  readonly bindings: Bindings
  readonly options: ExecuteOptions
  readonly progress: Progress
  readonly state: RunState
}

/** So many calls in a row that nobody answers are no matter of one request any more. */
const MOST_UNANSWERED = 10

/** Performs the operations of a step that the journal has no result of, one after the other. */
export async function executeStep(
  place: number,
  step: Step,
  { journal, intents, bindings, options, progress, state }: StepWork,
  context: PerformContext,
): Promise<StepResult> {
  const bound: Record<string, string> = { ...journal.history.bound.get(place) }
  const scoped = bindings.forStep(bound)
  const result: StepResult = {
    step: place,
    outcomes: [],
    reasons: [],
    bound,
    notes: notesOfNoImport(step, bound),
  }
  // Hours may have gone by since an import: where people sign up, somebody else may have the name by now.
  const contextOfStep = wasImported(bound) && state.poolLives ? { ...context, inDoubt: true } : context
  for (const operation of step.operations) {
    context.signal.throwIfAborted()
    if (wasImported(bound) && isByImport(step, operation)) {
      result.outcomes.push('imported')
      continue
    }
    const isMade = operation.binds !== undefined && bound[operation.binds] !== undefined
    // Stored before the call queues, so that no call that the budget has admitted waits for the journal.
    if (!isMade) await intents.cover()
    const performed: Performed = isMade
      ? { outcome: 'done' }
      : ((await obstacleToMembership(operation, state)) ??
        ofMissingClient(operation, scoped) ??
        ofHeldAddress(operation, result) ??
        (await performOperation(withoutRole(operation), scoped, contextOfStep)))
    if (performed.unanswered === true && ++state.unanswered >= MOST_UNANSWERED)
      throw nothingIsAnswered(performed, context.runId)
    progress(operation.operation, performed.outcome)
    record(result, performed)
    if (performed.values !== undefined) {
      Object.assign(bound, performed.values)
      scoped.bind(performed.values)
      // Stored before anything is done to what was made, so that what is in doubt is always untouched.
      await journal.append({ bound: { step: place, values: { ...performed.values } } })
    }
    if (succeeded(performed)) {
      state.unanswered = 0
      continue
    }
    options.sink({
      code: 'restore.failed',
      operation: operation.operation,
      subject: `${step.subject.kind} ${step.subject.id}`.trim(),
      reason: performed.reason ?? performed.outcome,
    })
    if (operation.binds === POOL_REF) throw poolNotMade(performed, context.runId)
    if (isNeededByTheNext(operation)) break
  }
  for (const { operation } of step.operations.slice(result.outcomes.length)) {
    result.outcomes.push('not-tried')
    progress(operation, 'not-tried')
  }
  if (step.operations.length > 0) await journal.append({ result })
  return result
}

/**
 * Why a user is not put into a group: somebody else has made it under the name of the snapshot's, or it gives something
 * else than the plan saw.
 */
async function obstacleToMembership(
  { operation, input, expects }: PlannedOperation,
  state: RunState,
): Promise<Performed | undefined> {
  if (operation !== 'AdminAddUserToGroup') return undefined
  const group = text(input, 'GroupName')
  if (state.groupsOfOthers.has(group))
    return { outcome: 'conflict', reason: 'this run did not make the group of that name' }
  const role = await state.groupRoles.roleOf(group)
  if (role === undefined || role === (expects?.[GROUP_ROLE] ?? null)) return undefined
  return { outcome: 'drifted', reason: 'the group has another role than the plan saw' }
}

/** The role of the group was looked at; what is left is what the operation expects of the user. */
function withoutRole(operation: PlannedOperation): PlannedOperation {
  if (operation.expects === undefined) return operation
  return { ...operation, expects: without(operation.expects, [GROUP_ROLE]) }
}

/** What belongs to a client that could not be made, or names one, is not asked for. */
function ofMissingClient({ input, patch = {} }: PlannedOperation, bindings: Bindings): Performed | undefined {
  const clients = refsIn([input, patch]).filter((name) => name.startsWith(clientRef('')))
  if (clients.every((client) => bindings.get(client) !== undefined)) return undefined
  return {
    outcome: 'not-tried',
    reason: 'the client that it belongs to was not made',
    note: { code: 'client-not-made' },
  }
}

/** Whether an address is verified is nothing to write where the address is somebody else's now. */
function ofHeldAddress({ input }: PlannedOperation, { notes }: StepResult): Performed | undefined {
  const held = notes
    .filter(({ code }) => code.startsWith('address-'))
    .flatMap(({ detail = '' }) => detail.split(', '))
  const names = objects(input, 'UserAttributes').map((attribute) => text(attribute, 'Name'))
  const areFlags =
    names.length > 0 && names.every((name) => held.some((address) => name === `${address}_verified`))
  return areFlags ? { outcome: 'not-tried', reason: 'the address is somebody else’s now' } : undefined
}

/** Whether the operations after it in its step need it: they are about what it makes, or give what it shuts out from. */
function isNeededByTheNext({ operation }: PlannedOperation): boolean {
  return /^(Create|AdminCreate|AdminDisableUser)/.test(operation)
}

/** What the operations of a chunk need to be performed. */
export function contextOf(
  journal: ChunkJournal,
  intents: Intents,
  header: RunHeader,
  bindings: Bindings,
  { api, fetchImage, clock, random, signal }: ExecuteOptions,
): PerformContext {
  return {
    api: {
      ...api,
      // An intent may run out while a call waits for the budget.
      call: (operation, input, callOptions) =>
        api.call(operation, input, { ...callOptions, beforeSend: () => intents.cover() }),
    },
    fetchImage,
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

function nothingIsAnswered(performed: Performed, runId: string): CodedError {
  return new CodedError(
    'COGNITO_FAILED',
    `${MOST_UNANSWERED} calls in a row were not answered; the last: ${performed.reason ?? ''}`,
    {
      value: runId,
      hint: `wait until the service answers again, then go on with: cognito-vault resume ${runId}`,
    },
  )
}

function poolNotMade(performed: Performed, runId: string): CodedError {
  return new CodedError(
    'COGNITO_FAILED',
    `the new pool could not be made (${performed.reason ?? performed.outcome})`,
    {
      value: runId,
      hint: `nothing else was done; mend the cause, then go on with: cognito-vault resume ${runId}`,
    },
  )
}
