import { WIDENINGS, type Widening } from '../cognito/operation.js'
import type { Outcome } from './fidelity-notes.js'
import { outcomeOf } from './fidelity-notes.js'
import { makesActive } from './monthly-active.js'
import type { Step } from './step.js'

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
  /** Triggers of the live pool that the operations fire, and how often. */
  readonly triggers: Record<string, number>
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
    triggers: {},
  }
}

/** Adds a step; `triggers` are those that the target has now. */
export function addStep(summary: PlanSummary, step: Step, triggers: readonly string[]): PlanSummary {
  const { operations, subjects, notes, fidelity, widening } = summary
  for (const operation of step.operations) {
    increment(operations, operation.operation)
    if (operation.widens !== undefined) widening[operation.widens]++
    // AdminCreateUser runs PreSignUp even when no message is sent; nothing else that a plan does runs a trigger.
    if (operation.operation === 'AdminCreateUser' && triggers.includes('PreSignUp'))
      increment(summary.triggers, 'PreSignUp')
  }
  if (step.operations.length > 0 && step.phase !== 'release') increment(subjects, step.subject.kind)
  for (const note of step.notes) increment(notes, note.code)
  // What is released is given back by a step of its own.
  const isPart = step.phase === 'release'
  if (step.phase !== 'delete' && step.phase !== 'finish' && !isPart) fidelity[outcomeOf(step.notes)]++
  const isActive = !isPart && step.operations.some(makesActive)
  return isActive ? { ...summary, mau: summary.mau + 1 } : summary
}

function increment(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
