import type { JsonObject } from '../model/canonical.js'
import { firstOf } from '../model/first-of.js'
import type { ObjectStore } from '../storage/object-store.js'
import type { Clock } from '../model/clock.js'
import { fidelityLine } from './fidelity-line.js'
import { type Note, type NoteCode, type Outcome, outcomeOf, worse } from './fidelity-notes.js'
import { identityLine, identityOf } from './identity-map.js'
import { isLockedOut } from './locked-out.js'
import { openJournal, type StepResult } from './journal.js'
import { makesActive } from './monthly-active.js'
import type { PlanChunk, RunHeader } from './run-header.js'
import type { RunStore } from './run-store.js'
import type { Step } from './step.js'
import { isAboutSnapshot } from './store-plan.js'

/** An operation that did not succeed: about whom or what, and why. */
export interface FailedOperation {
  readonly operation: string
  readonly outcome: string
  readonly subject: string
  readonly reason: string
}

/** What a run has come to. */
export interface RunReport {
  readonly runId: string
  readonly poolId: string
  /** Calls that took effect, by operation. */
  readonly done: Readonly<Record<string, number>>
  /** The first ten thousand; what became of every user and resource is in the fidelity report. */
  readonly failed: readonly FailedOperation[]
  /** How many there were. */
  readonly failedCount: number
  /** Whether `failed` lists fewer. */
  readonly failedCut: boolean
  readonly fidelity: Readonly<Record<Outcome, number>>
  /** What the snapshot lacks because it could not be read then. */
  readonly missing: RunHeader['missing']
  /** What of the target could not be read, so that nothing of it was done. */
  readonly unread: RunHeader['unread']
  /** What the report says, by note: of how many users and resources. */
  readonly notes: Readonly<Record<string, number>>
  /** Where the identity map and the fidelity report lie in the vault: every object under these keys, in order. */
  readonly identityMap: string
  readonly fidelityReport: string
  /** Users made monthly active. */
  readonly mau: number
  /** Users who cannot get in without an administrator; which, the fidelity report says. */
  readonly lockedOut: number
  /** Users whom import jobs made, and who cost nothing by that. */
  readonly imported: number
}

export interface ReportOptions {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly poolId: string
}

/** Read, and written, at once: a plan has ten thousand chunks for a million users. */
const CHUNKS_AT_ONCE = 16

interface ReadChunk {
  readonly id: string
  readonly steps: readonly Step[]
  readonly results: readonly StepResult[]
}

/**
 * Writes the fidelity report and the identity map of a run that has been worked through, from its plan and its journal,
 * chunk by chunk. May be written again: the same run gives the same report.
 */
export async function writeReport(
  run: RunStore,
  header: RunHeader,
  options: ReportOptions,
): Promise<RunReport> {
  const done: Record<string, number> = {}
  const notes: Record<string, number> = {}
  const fidelity = { exact: header.unchanged, transformed: 0, lost: 0 }
  const failed = firstOf<FailedOperation>()
  const stored: Record<string, string> = {}
  let mau = 0
  let imported = 0
  let lockedOut = 0
  let poolOutcome: Outcome | undefined
  for (let start = 0; start < header.chunks.length; start += CHUNKS_AT_ONCE) {
    const chunks = await Promise.all(header.chunks.slice(start, start + CHUNKS_AT_ONCE).map(readChunk))
    // In the order of the plan, of which the first that failed are told.
    const files = chunks.flatMap(reportChunk).filter(({ lines }) => lines.length > 0)
    const digests = await Promise.all(files.map(({ name, lines }) => run.putLines(name, lines)))
    for (const [at, { name }] of files.entries()) stored[name] = digests[at] ?? ''
  }

  async function readChunk(chunk: PlanChunk): Promise<ReadChunk> {
    const steps = await run.getChunk(chunk)
    const journal = await openJournal(options.store, `${run.prefix}journal/${chunk.id}/`, options.clock)
    return { id: chunk.id, steps, results: journal.history.done ?? [] }
  }

  function reportChunk(chunk: ReadChunk): { readonly name: string; readonly lines: string[] }[] {
    const { id, steps } = chunk
    const results = new Map(chunk.results.map((result) => [result.step, result]))
    const lines: string[] = []
    const identities: string[] = []
    for (const [place, step] of steps.entries()) {
      const result = results.get(place)
      const said = notesOf(step, result)
      const outcome = outcomeOf(said)
      if (isAboutSnapshot(step)) fidelity[outcome]++
      if (step.subject.kind === 'pool') countPool(step, outcome)
      for (const note of said) notes[note.code] = (notes[note.code] ?? 0) + 1
      if (isLockedOut(said)) lockedOut++
      lines.push(fidelityLine(step, outcome, said))
      const identity = identityOf(header, step, result?.bound ?? {})
      if (identity !== undefined) identities.push(identityLine(identity))
      if (tally(step, result)) mau++
    }
    return [
      { name: `fidelity/${id}.ndjson.gz`, lines },
      { name: `identity-map/${id}.ndjson.gz`, lines: identities },
    ]
  }

  /** The last touches are part of the pool: what fails of them makes it another outcome than making it had. */
  function countPool(step: Step, outcome: Outcome): void {
    if (step.phase !== 'finish') poolOutcome = outcome
    else if (poolOutcome !== undefined && outcome !== 'exact') {
      fidelity[poolOutcome]--
      fidelity[worse(poolOutcome, outcome)]++
    }
  }

  /** Counts what was done and keeps what failed; whether a user became active by it. */
  function tally(step: Step, result: StepResult | undefined): boolean {
    let active = false
    for (const [at, { operation }] of step.operations.entries()) {
      const outcome = result?.outcomes[at] ?? 'not-tried'
      if (outcome === 'done') {
        done[operation] = (done[operation] ?? 0) + 1
        active ||= step.phase !== 'release' && makesActive({ operation })
      } else if (outcome === 'conflict' && operation === 'AdminUpdateUserAttributes') {
        // An address was held; all else was written, and a call was made.
        active = true
        tellFailed(step, operation, outcome, result)
      } else if (outcome === 'imported') {
        if (operation === 'AdminCreateUser') imported++
      } else if (outcome !== 'already' && outcome !== 'left-out') {
        tellFailed(step, operation, outcome, result)
      }
    }
    return active
  }

  function tellFailed(step: Step, operation: string, outcome: string, result: StepResult | undefined): void {
    const reason = result?.reasons.join('; ') ?? ''
    failed.add({ operation, outcome, subject: `${step.subject.kind} ${step.subject.id}`.trim(), reason })
  }

  const report: RunReport = {
    runId: run.runId,
    poolId: options.poolId,
    done,
    failed: failed.items,
    failedCount: failed.total,
    failedCut: failed.isCut,
    fidelity,
    missing: header.missing,
    unread: header.unread,
    notes,
    identityMap: `${run.prefix}identity-map/`,
    fidelityReport: `${run.prefix}fidelity/`,
    mau,
    lockedOut,
    imported,
  }
  await run.putReport(report as unknown as JsonObject, stored)
  return report
}

/** What the plan foresaw, and what came otherwise. */
function notesOf(step: Step, result: StepResult | undefined): Note[] {
  const outcomes = step.operations.map((_, at) => result?.outcomes[at] ?? 'not-tried')
  // Nothing that was foreseen of somebody who was erased since has come about.
  if (result?.notes.some(({ code }) => code === 'erased') === true) return result.notes as Note[]
  const notes: Note[] = [
    ...step.notes,
    ...notesOfEngine(step, outcomes),
    ...((result?.notes ?? []) as Note[]),
  ]
  const codes: readonly [string, NoteCode][] = [
    ['failed', 'operation-failed'],
    ['conflict', 'conflict'],
    ['drifted', 'drifted'],
  ]
  for (const [outcome, code] of codes) {
    const operations = step.operations
      .filter((_, at) => outcomes[at] === outcome)
      .map(({ operation }) => operation)
    if (operations.length > 0) notes.push({ code, detail: operations.join(', ') })
  }
  if (step.phase === 'delete' && outcomes.includes('not-tried')) notes.push({ code: 'left-standing' })
  return notes
}

/** What the engine that made the user says, which is not always the one that was planned. */
function notesOfEngine({ engine }: Step, [creation]: readonly string[]): readonly Note[] {
  if (engine?.kind !== 'import') return []
  return creation === 'imported' ? engine.ifImported : engine.ifCalled
}
