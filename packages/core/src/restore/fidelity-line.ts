import { z } from 'zod'
import { canonicalJson } from '../model/canonical.js'
import { type Note, NOTES, type Outcome } from './fidelity-notes.js'
import type { Step } from './step.js'

const lineSchema = z.object({
  kind: z.string(),
  id: z.string(),
  username: z.string().optional(),
  outcome: z.enum(['exact', 'transformed', 'lost']),
  notes: z.array(
    z.object({ code: z.string(), what: z.string(), todo: z.string(), detail: z.string().optional() }),
  ),
})

/** What a fidelity report says of one user or resource: what became of it, why, and what to do. */
export type FidelityLine = z.infer<typeof lineSchema>

/** The line of a step, as the report stores it. */
export function fidelityLine({ subject }: Step, outcome: Outcome, notes: readonly Note[]): string {
  return canonicalJson({
    kind: subject.kind,
    id: subject.id,
    ...(subject.username === undefined ? {} : { username: subject.username }),
    outcome,
    notes: notes.map((note) => ({
      code: note.code,
      what: NOTES[note.code].what,
      todo: NOTES[note.code].todo,
      ...(note.detail === undefined ? {} : { detail: note.detail }),
    })),
  })
}

/** A stored line read back. @throws an error when it is none: its digest has been checked, so that it was written so */
export function parseFidelityLine(line: string): FidelityLine {
  return lineSchema.parse(JSON.parse(line))
}
