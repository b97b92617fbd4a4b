import { type FidelityLine, fidelityLine, parseFidelityLine } from '../restore/fidelity-line.js'
import { type NoteCode, outcomeOf } from '../restore/fidelity-notes.js'
import { LOCKED_OUT } from '../restore/locked-out.js'
import type { RunHeader } from '../restore/run-header.js'
import { openRun, type RunStore } from '../restore/run-store.js'
import { foreseenNotes } from '../restore/step.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'

/** What a report can be limited to: an outcome, or those who cannot get in without an administrator. */
export const REPORT_LIMITS = ['lost', 'transformed', 'exact', 'locked-out'] as const
export type ReportLimit = (typeof REPORT_LIMITS)[number]

/** The fidelity report of a run. */
export interface FidelityReport {
  readonly header: RunHeader
  /** Whether the run has not ended, so that the lines say what its plan foresees. */
  readonly foreseen: boolean
  /** What became of each user and resource that the run was about and that was not in the target as it was. */
  readonly lines: AsyncIterable<FidelityLine>
}

/**
 * Reads the fidelity report of a run from the vault, line by line: user by user what came back, what was lost, why, and what to do.
 * Of a run that has not ended, a dry run too, what its plan foresees.
 *
 * @throws CodedError `RUN_NOT_FOUND`, `VAULT_DAMAGED`
 */
export async function report(
  context: VaultContext,
  runId: string,
  { only }: { readonly only?: ReportLimit | undefined } = {},
): Promise<FidelityReport> {
  await openVault(context.store)
  const run = openRun(context.store, runId)
  const header = await run.getHeader()
  const foreseen = !(await run.isReported())
  const lines = foreseen ? foreseenLines(run, header) : reportedLines(run)
  return { header, foreseen, lines: limited(lines, only) }
}

async function* reportedLines(run: RunStore): AsyncGenerator<FidelityLine> {
  const names = Object.entries(await run.getReportedLines()).filter(([name]) => name.startsWith('fidelity/'))
  for (const [name, digest] of names.sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const line of await run.getLines(name, digest)) yield parseFidelityLine(line)
}

async function* foreseenLines(run: RunStore, { chunks }: RunHeader): AsyncGenerator<FidelityLine> {
  for (const chunk of chunks) {
    for (const step of await run.getChunk(chunk)) {
      const notes = foreseenNotes(step)
      yield parseFidelityLine(fidelityLine(step, outcomeOf(notes), notes))
    }
  }
}

async function* limited(
  lines: AsyncIterable<FidelityLine>,
  only: ReportLimit | undefined,
): AsyncGenerator<FidelityLine> {
  for await (const line of lines) if (isWanted(line, only)) yield line
}

function isWanted({ outcome, notes }: FidelityLine, only: ReportLimit | undefined): boolean {
  if (only === undefined) return true
  if (only !== 'locked-out') return outcome === only
  return notes.some(({ code }) => LOCKED_OUT.includes(code as NoteCode))
}
