import { WIDENINGS, type Widening } from '../cognito/operation.js'
import type { Outcome } from './fidelity-notes.js'
import { outcomeOf } from './fidelity-notes.js'
import { isByImport } from './engines/by-import.js'
import { isLockedOut } from './locked-out.js'
import { makesActive } from './monthly-active.js'
import { foreseenNotes, type Step } from './step.js'

/** A plan in numbers: what is printed before anybody says yes. */
export interface PlanSummary {
  /** Calls, by operation. */
  readonly operations: Record<string, number>
  /** What widens access, by kind: shown apart. */
  readonly widening: Record<Widening, number>
  /** Steps, by subject kind, that do something. */
  readonly subjects: Record<string, number>
  /** What the report will say when all goes well, by note. */
  readonly notes: Record<string, number>
  readonly fidelity: Record<Outcome, number>
  /** Users who become monthly active by it. */
  readonly mau: number
  /** Users who will not get in without an administrator. */
  readonly lockedOut: number
  /** Triggers of the live pool that the operations fire, and how often. */
  readonly triggers: Record<string, number>
  /** How users are made, where any are: by which engine how many, and why those by API calls. */
  readonly engines?: EngineSummary
}

export interface EngineSummary {
  readonly import: number
  readonly api: number
  /** Of those by API calls, by the code of the reason. */
  readonly why: Record<string, number>
}

/** An empty summary, to be added to. */
export function emptySummary(): PlanSummary {
  return {
    operations: {},
    widening: Object.fromEntries(WIDENINGS.map((widening) => [widening, 0])) as Record<Widening, number>,
    subjects: {},
    notes: {},
    fidelity: { exact: 0, transformed: 0, lost: 0 },
    mau: 0,
    lockedOut: 0,
    triggers: {},
  }
}

/** Adds a step; `triggers` are those that the target has now. */
export function addStep(summary: PlanSummary, step: Step, triggers: readonly string[]): PlanSummary {
  const { operations, subjects, notes, fidelity, widening } = summary
  for (const { widens } of step.operations) if (widens !== undefined) widening[widens]++
  // Nothing is left to settle where all goes as planned.
  const calls =
    step.phase === 'settle' ? [] : step.operations.filter((operation) => !isByImport(step, operation))
  for (const operation of calls) {
    increment(operations, operation.operation)
    // AdminCreateUser runs PreSignUp even when no message is sent; nothing else that a plan does runs a trigger.
    if (operation.operation === 'AdminCreateUser' && triggers.includes('PreSignUp'))
      increment(summary.triggers, 'PreSignUp')
  }
  // What is released is given back by a step of its own.
  const isPart = ['release', 'settle'].includes(step.phase)
  if (step.operations.length > 0 && !isPart) increment(subjects, step.subject.kind)
  const foreseen = foreseenNotes(step)
  for (const note of foreseen) increment(notes, note.code)
  if (step.phase !== 'delete' && step.phase !== 'finish' && !isPart) fidelity[outcomeOf(foreseen)]++
  const mau = summary.mau + (!isPart && calls.some(makesActive) ? 1 : 0)
  const lockedOut = summary.lockedOut + (isLockedOut(foreseen) ? 1 : 0)
  return { ...summary, mau, lockedOut, ...enginesWith(summary, step) }
}

/** The summary of engines, which comes with the first user who is made. */
function enginesWith({ engines }: PlanSummary, { engine }: Step): Pick<PlanSummary, 'engines'> {
  if (engine === undefined) return engines === undefined ? {} : { engines }
  const { import: imported, api, why } = engines ?? { import: 0, api: 0, why: {} }
  if (engine.kind === 'import') return { engines: { import: imported + 1, api, why } }
  increment(why, engine.why)
  return { engines: { import: imported, api: api + 1, why } }
}

function increment(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
