import { z } from 'zod'
import { isObject } from '../../model/canonical.js'
import { CodedError } from '../../model/errors.js'

/**
 * What a state machine hands to its function, and what it gets back: keys, ids and counts, never records. A function holds
 * nothing between two calls; what must be kept is in the vault or in the answer.
 */
const stepEvent = z.object({
  /** `clear-up` and `check` are the care function's: after a backup, and on a schedule of its own. */
  step: z.enum(['prepare', 'slice', 'finish', 'fail', 'clear-up', 'check']),
  /** `$$.Execution.Id`, an ARN; a schedule that starts a function has none. */
  execution: z.string().default(''),
  /** `$$.Execution.StartTime`. */
  startedAt: z.string().optional(),
  /** `$$.Execution.Input`: what the workflow was started with, or `{"resume": STATE}` by the execution before it. */
  input: z.unknown().optional(),
  /** The last answer. */
  state: z.unknown().optional(),
  /** What the Catch of a state caught. */
  error: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
})

export type StepEvent = z.infer<typeof stepEvent>

/** Where the machine goes next: `again` starts another execution, before the history of this one is full. */
export type Next = StepState['next']

/** What every answer has. */
export const stepState = z.object({
  next: z.enum(['slice', 'again', 'finish', 'done']),
  /** Whether all went well until now; what has to be told of went out already where not. */
  ok: z.boolean(),
  /** Slices of this execution. */
  slices: z.number().int().nonnegative(),
})

export type StepState = z.infer<typeof stepState>

/** @throws CodedError `USAGE` */
export function parseStepEvent(event: unknown): StepEvent {
  const parsed = stepEvent.safeParse(event)
  if (parsed.success) return parsed.data
  throw new CodedError('USAGE', `this is not what the state machine sends: ${problemOf(parsed.error)}`, {
    hint: 'start the state machine, not its function',
  })
}

/**
 * The state that an execution goes on from: the last answer, or what the execution before handed over.
 *
 * @returns `undefined` at the beginning, and in the step `fail` for what is not of this workflow, too
 * @throws CodedError `USAGE` for one that is not of this workflow
 */
export function stateOf<T>(event: StepEvent, schema: z.ZodType<T>): T | undefined {
  const handedOver = (event.input as { resume?: unknown } | null | undefined)?.resume
  const found = event.step === 'prepare' ? handedOver : event.state
  if (!isObject(found) || !Object.hasOwn(found, 'next')) return undefined
  const parsed = schema.safeParse(found)
  if (parsed.success) return parsed.data
  // That an answer made no sense is what people are told then; who cannot read it either must not keep that from them.
  if (event.step === 'fail') return undefined
  throw new CodedError('USAGE', `this is not the state of the workflow: ${problemOf(parsed.error)}`, {
    hint: 'start a new execution; what is in the vault is gone on with',
  })
}

/** How many messages could not be sent by the steps before, of this execution and those that it goes on from. */
export function untoldBefore({ state, input }: StepEvent): number {
  const counts = [state, (input as { resume?: unknown } | null | undefined)?.resume].map((found) => {
    const { untold } = (found ?? {}) as { untold?: unknown }
    return typeof untold === 'number' ? untold : 0
  })
  return Math.max(...counts)
}

/** The first thing that does not fit, by its place: values may be anybody's. */
export function problemOf(error: z.ZodError): string {
  const [issue] = error.issues
  return issue === undefined ? 'it does not fit' : `${issue.path.join('.') || 'it'}: ${issue.message}`
}

/** After a slice: on with the next, or in another execution. */
export function sliceAfter(
  { slices }: Pick<StepState, 'slices'>,
  { slicesAnExecution }: { readonly slicesAnExecution: number },
): Pick<StepState, 'next' | 'slices'> {
  return { next: slices + 1 >= slicesAnExecution ? 'again' : 'slice', slices: slices + 1 }
}
