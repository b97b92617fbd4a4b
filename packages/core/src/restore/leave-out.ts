import type { PerformContext } from './perform.js'
import type { StepResult } from './journal.js'
import type { StepWork } from './execute-step.js'
import type { Step } from './step.js'

/** The run was stopped after it had sent the creation, and the user was erased then. */
const MADE_BEFORE = 'this run may have made the user before: delete it in the pool'

/** Ends the step of somebody who was put on the erasure list since the plan was made: nothing (more) of it is done. */
export async function leaveOut(
  place: number,
  step: Step,
  { journal, progress }: StepWork,
  { signal }: Pick<PerformContext, 'signal'>,
): Promise<StepResult> {
  signal.throwIfAborted()
  const bound = journal.history.bound.get(place)
  const mayBeMade = bound !== undefined || (journal.history.intents.length > 0 && isCreation(step))
  const result: StepResult = {
    step: place,
    outcomes: step.operations.map(() => 'left-out' as const),
    reasons: [],
    // What was made before stays known.
    bound: { ...bound },
    notes: [{ code: 'erased', ...(mayBeMade ? { detail: MADE_BEFORE } : {}) }],
  }
  for (const { operation } of step.operations) progress(operation, 'left-out')
  if (step.operations.length > 0) await journal.append({ result })
  return result
}

function isCreation({ operations: [first] }: Step): boolean {
  return first?.operation === 'AdminCreateUser'
}
