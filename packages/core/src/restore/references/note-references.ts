import { resourceKind } from '../../cognito/resources/resource-kinds.js'
import type { Phase, Step, Subject } from '../step.js'
import type { SubjectNote } from './apply-references.js'

/** The steps, with what is to be said of the references of the resources that they are about. */
export async function* withReferenceNotes(
  steps: AsyncIterable<Step>,
  notes: readonly SubjectNote[],
): AsyncGenerator<Step> {
  const keyOf = ({ kind, id }: Subject): string => `${kind}/${id}`
  const left = new Map<string, SubjectNote[]>()
  for (const note of notes) left.set(keyOf(note.subject), [...(left.get(keyOf(note.subject)) ?? []), note])
  for await (const step of steps) {
    const own = step.phase === 'finish' || step.phase === 'delete' ? undefined : left.get(keyOf(step.subject))
    if (own === undefined) {
      yield step
      continue
    }
    left.delete(keyOf(step.subject))
    yield { ...step, notes: [...step.notes, ...own.map(({ note }) => note)] }
  }
  for (const [first, ...rest] of left.values()) {
    if (first === undefined || resourceKind(first.subject.kind) === undefined) continue
    yield {
      phase: first.subject.kind as Phase,
      subject: first.subject,
      operations: [],
      notes: [first, ...rest].map(({ note }) => note),
    }
  }
}
