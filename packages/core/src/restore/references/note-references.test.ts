import { expect, it } from 'vitest'
import { collect } from '../../testing/collect.js'
import type { Step } from '../step.js'
import { withReferenceNotes } from './note-references.js'
import type { SubjectNote } from './apply-references.js'

const step = (phase: Step['phase'], id: string): Step => ({
  phase,
  subject: { kind: phase === 'finish' ? 'pool' : phase, id },
  operations: [],
  notes: [{ code: 'new-pool-id' }],
})
const dropped = (kind: string, id: string): SubjectNote => ({
  subject: { kind, id },
  note: { code: 'reference-dropped', detail: 'RoleArn' },
})

it('says of each resource what was dropped of it, once, whether or not there is anything to do for it', async () => {
  const steps = [step('pool', ''), step('group', 'a'), step('finish', '')]
  const notes = [dropped('pool', ''), dropped('group', 'b')]
  async function* given(): AsyncGenerator<Step> {
    for (const one of steps) yield await Promise.resolve(one)
  }
  const all = await collect(withReferenceNotes(given(), notes))
  expect(
    all.map(({ phase, subject, notes: said }) => [phase, subject.id, said.map(({ code }) => code)]),
  ).toEqual([
    ['pool', '', ['new-pool-id', 'reference-dropped']],
    ['group', 'a', ['new-pool-id']],
    ['finish', '', ['new-pool-id']],
    ['group', 'b', ['reference-dropped']],
  ])
})
