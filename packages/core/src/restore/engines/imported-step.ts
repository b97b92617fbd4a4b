import type { Note } from '../fidelity-notes.js'
import type { Step } from '../step.js'

/** Under which the journal has what the imports made of a step, beside the ids that they gave. */
export const IMPORT = 'import'
/** Under which it has the last job that there was when that was found out. */
export const IMPORT_ROUND = 'importRound'

/** `imported`; read by a job and not brought; or the pool's file has no column for what the user has. */
export type ImportState = 'imported' | 'refused' | 'no-column'

/** What the report says of a step for which there should have been an import, and was none. */
export function notesOfNoImport(
  { engine }: Pick<Step, 'engine'>,
  bound: Readonly<Record<string, string>>,
): Note[] {
  const state = bound[IMPORT]
  if (engine?.kind !== 'import' || state === 'imported') return []
  return [{ code: state === 'refused' ? 'import-refused' : 'import-not-had' }]
}

/** Whether a step's user was made by an import. */
export function wasImported(bound: Readonly<Record<string, string>>): boolean {
  return bound[IMPORT] === 'imported'
}
