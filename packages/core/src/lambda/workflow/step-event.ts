import { z } from 'zod'
import { CodedError } from '../../model/errors.js'

/**
 * What a state machine hands to its function, and what it gets back: keys, ids and counts, never records. A function holds
 * nothing between two calls; what must be kept is in the vault or in the answer.
 */
const stepEvent = z.object({
  /** `care` and `check` are the care function's: after a backup, and on a schedule of its own. */
  step: z.enum(['prepare', 'slice', 'finish', 'fail', 'care', 'check']),
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
export type Next = 'slice' | 'again' | 'finish' | 'done'

/** What every answer has. */
export interface StepState {
  readonly next: Next
  /** Whether all went well until now; what has to be told of went out already where not. */
  readonly ok: boolean
  /** Slices of this execution. */
  readonly slices: number
}

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
 * @returns `undefined` at the beginning
 * @throws CodedError `USAGE` for one that is not of this workflow
 */
export function stateOf<T>(event: StepEvent, schema: z.ZodType<T>): T | undefined {
  const handedOver = (event.input as { resume?: unknown } | null | undefined)?.resume
  const found = event.step === 'prepare' ? handedOver : event.state
  if (found === undefined || found === null) return undefined
  const parsed = schema.safeParse(found)
  if (parsed.success) return parsed.data
  throw new CodedError('USAGE', `this is not the state of the workflow: ${problemOf(parsed.error)}`, {
    hint: 'start a new execution; what is in the vault is gone on with',
  })
}

/** The first thing that does not fit, by its place: values may be anybody's. */
export function problemOf(error: z.ZodError): string {
  const [issue] = error.issues
  return issue === undefined ? 'it does not fit' : `${issue.path.join('.') || 'it'}: ${issue.message}`
}

/** An execution of a Standard workflow ends at 25,000 events; a slice with its retries takes fewer than fifty. */
export const SLICES_AN_EXECUTION = 400
