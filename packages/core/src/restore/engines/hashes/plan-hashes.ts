import { text } from '../../../cognito/canonical-body.js'
import { mergeJoin } from '../../../sorting/merge-join.js'
import { createSorter, type Sorter } from '../../../sorting/external-sort.js'
import type { Note } from '../../fidelity-notes.js'
import type { ImportEngine, Step } from '../../step.js'
import type { Algorithm } from './hash-line.js'
import type { SortedHashes } from './read-hashes.js'

/** How many of the hashes are of users whom the plan imports. */
export interface HashUse {
  users: number
}

/**
 * Gives each step of a user who is made the algorithm of the hash that there is for the user, by the old sub or else by
 * what the user signs in with. Other steps pass as they are, and before those.
 *
 * @param use is counted up
 */
export async function* planHashes(
  steps: AsyncIterable<Step>,
  hashes: SortedHashes,
  tempDirectory: string,
  use: HashUse,
): AsyncGenerator<Step> {
  const sorter = (): Sorter => createSorter({ tempDirectory, duplicates: 'keep' })
  const [bySub, byUsername] = [sorter(), sorter()]
  try {
    for await (const step of steps) {
      if (step.engine === undefined) yield step
      else await bySub.add({ key: step.subject.id, line: JSON.stringify(step) })
    }
    for await (const { left, right } of mergeJoin(bySub.sorted(), hashes.bySub.sorted())) {
      if (left === undefined) continue
      const step = JSON.parse(left.line) as Step
      if (right !== undefined) yield counted(withHash(step, right.line as Algorithm), use)
      else await byUsername.add({ key: loginOf(step), line: left.line })
    }
    for await (const { left, right } of mergeJoin(byUsername.sorted(), hashes.byUsername.sorted())) {
      if (left === undefined) continue
      const step = JSON.parse(left.line) as Step
      yield right === undefined ? step : counted(withHash(step, right.line as Algorithm), use)
    }
  } finally {
    await bySub.clear()
    await byUsername.clear()
    await hashes.clear()
  }
}

/** What the user of a step will sign in with. */
export function loginOf({ operations }: Step): string {
  return text(operations[0]?.input ?? {}, 'Username')
}

/** A step of a user of whose password there is a hash: it needs a job, and is of no use to whom a call makes. */
export function withHash(step: Step, algorithm: Algorithm): Step {
  const { engine } = step
  if (engine?.kind === 'api' && engine.ifHashed !== undefined)
    return withHash(imported(step, engine.ifHashed), algorithm)
  if (engine?.kind !== 'import') return { ...step, notes: [...step.notes, { code: 'hash-unused' }] }
  return {
    ...step,
    engine: {
      ...engine,
      algorithm,
      status: 'CONFIRMED',
      ifImported: [{ code: 'password-from-hash' }],
      ifCalled: [...engine.ifCalled, { code: 'hash-unused' }],
    },
  }
}

/** The step with an import in place of the call that there was to be. */
function imported(step: Step, engine: ImportEngine): Step {
  const isOfCall = ({ code }: Note): boolean => engine.ifCalled.some((note) => note.code === code)
  return { ...step, phase: 'import', notes: step.notes.filter((note) => !isOfCall(note)), engine }
}

function counted(step: Step, use: HashUse): Step {
  if (step.engine?.kind === 'import') use.users++
  return step
}
