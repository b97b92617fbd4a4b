import type { Found, Probe } from './probe.js'
import { undecided } from './probe.js'
import { type Deletion, type Scratch, whyOf } from './scratch.js'

/** A question and what it came to. */
export interface Answered extends Found {
  readonly id: string
  readonly question: string
  readonly assumed: 'yes' | 'no'
}

/** What became of a run. */
export interface Outcome {
  readonly answers: readonly Answered[]
  readonly deletion: Deletion
}

/**
 * Asks one question after the other, and deletes everything when all are asked, when one has failed, and when the signal
 * ends it. A question that could not be asked is undecided; after the signal none is asked.
 */
export async function askAll(
  probes: readonly Probe[],
  scratch: Scratch & { deleteAll(): Promise<Deletion> },
  signal: AbortSignal,
  tell: (answered: Answered) => void,
): Promise<Outcome> {
  const answers: Answered[] = []
  for (const probe of probes) {
    const { id, question, assumed } = probe
    const found = signal.aborted ? undecided('not asked: stopped') : await ask(probe, scratch)
    const answered = { id, question, assumed, ...found }
    answers.push(answered)
    tell(answered)
  }
  return { answers, deletion: await scratch.deleteAll() }
}

async function ask(probe: Probe, scratch: Scratch): Promise<Found> {
  try {
    return await probe.ask(scratch)
  } catch (error) {
    return undecided(`could not be asked: ${whyOf(error)}`)
  }
}
