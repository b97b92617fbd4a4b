import type { JsonObject } from '../../model/canonical.js'
import type { Note } from '../fidelity-notes.js'
import type { StepEngine } from '../step.js'
import type { ApiReason } from './api-reasons.js'
import { csvObstacle, csvUserOf, type CsvUser } from './csv-row.js'
import type { EnginePlanning } from './engine-planning.js'

/** Whom an engine is to be chosen for. */
export interface NewUser {
  /** The request by which the API would make the user, its references not filled in. */
  readonly creation: JsonObject
  readonly isEnabled: boolean
  readonly status: string
  /** What the report says of the user's password when the API made the user. */
  readonly ifCalled: readonly Note[]
}

/** The cheapest silent way to make a user: an import, unless something speaks against it. Pure. */
export function chooseEngine(user: NewUser, planning: EnginePlanning): StepEngine {
  if (planning.kind === 'api') return planning
  const why = reasonAgainst(user, planning)
  if (why !== undefined) return { kind: 'api', why }
  return {
    kind: 'import',
    status: planning.isPasswordless ? 'CONFIRMED' : 'RESET_REQUIRED',
    ifImported: notesOfImport(user.status, planning.isPasswordless),
    ifCalled: user.ifCalled,
  }
}

type ImportPlanning = Extract<EnginePlanning, { kind: 'import' }>

function reasonAgainst({ creation, isEnabled }: NewUser, planning: ImportPlanning): ApiReason | undefined {
  const { autoVerified, required, columns } = planning
  if (!isEnabled) return 'disabled'
  const row = csvUserOf(creation)
  if (!autoVerified.some((name) => isVerified(row, name))) return 'not-verified'
  if (required.some((name) => !row.attributes.has(name) && !isLogin(row, name))) return 'lacks-required'
  return csvObstacle(row, columns)
}

function isVerified({ attributes, login }: CsvUser, name: string): boolean {
  const isThere = attributes.has(name) || isLogin({ attributes, login }, name)
  return isThere && attributes.get(`${name}_verified`)?.toLowerCase() === 'true'
}

/** Where the service makes usernames, the address that stands for one becomes the attribute. */
function isLogin({ login }: CsvUser, name: string): boolean {
  return name === 'email' ? login.includes('@') : name === 'phone_number' && /^\+\d+$/.test(login)
}

/**
 * What an import makes of a user's state. One who had to change a temporary password that nobody knows any more gets a way
 * in by it, "forgot password", which the API would leave them without.
 */
function notesOfImport(status: string, isPasswordless: boolean): Note[] {
  if (isPasswordless) return [{ code: 'imported-without-password' }]
  if (status === 'RESET_REQUIRED') return []
  if (status === 'FORCE_CHANGE_PASSWORD') return [{ code: 'temporary-password-became-reset' }]
  return [{ code: 'reset-required-by-import' }]
}
