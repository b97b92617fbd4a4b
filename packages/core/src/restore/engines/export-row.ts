import { text } from '../../cognito/canonical-body.js'
import { loginOf, type LoginRules, loginRules } from '../../diff/login.js'
import { attributesOf } from '../../diff/user-view.js'
import type { JsonObject } from '../../model/canonical.js'
import { isFederatedProfile } from '../federated-profile.js'
import { isServiceWritten } from '../user-calls.js'
import { API_REASONS, type ApiReason } from './api-reasons.js'
import { chooseEngine } from './choose-engine.js'
import { csvHeader, csvLine, csvUserOf, MFA_COLUMN, STANDARD_COLUMNS, USERNAME_COLUMN } from './csv-row.js'
import { type EnginePlanning, engineRules } from './engine-planning.js'

/** Why no line of a file for an import job carries a user. */
export type NotCarried = ApiReason | 'federated' | 'unconfirmed' | 'unknown-status' | 'no-login'

/** What is said of each. */
export const NOT_CARRIED: Readonly<Record<NotCarried, string>> = {
  ...API_REASONS,
  federated:
    'came from an identity provider: imported under that name, the user could not sign in through it any more',
  unconfirmed: 'is UNCONFIRMED, a state that only signing up gives',
  'unknown-status': 'has a status that this version does not know',
  'no-login': 'has neither of the addresses that the pool signs in by',
}

/** How the users of a pool become lines of a file for an import job. */
export interface CsvExport {
  readonly header: string
  /** The line of a user, or why there is none. */
  lineOf(user: JsonObject): { readonly line: string } | { readonly why: NotCarried }
}

/** States that an import gives a way in from; whoever is imported is RESET_REQUIRED. */
const CARRIED = ['CONFIRMED', 'RESET_REQUIRED', 'COMPROMISED', 'FORCE_CHANGE_PASSWORD']

/**
 * The file that GetCSVHeader and an import job of a pool with these settings take. Pure. A user is carried whom a restore
 * would import, by the same rules.
 *
 * @param pool as DescribeUserPool gives it
 */
export function csvExport(pool: JsonObject): CsvExport {
  const planning = engineRules({ kind: 'import', roleArn: 'that of whoever imports the file' }, [pool])
  const rules = loginRules(pool)
  const columns = columnsOf(planning)
  return {
    header: csvHeader(columns),
    lineOf(user) {
      const row = rowOf(user, rules)
      if (typeof row === 'string') return { why: row }
      const status = text(user, 'UserStatus')
      const isEnabled = user['Enabled'] !== false
      const engine = chooseEngine({ creation: row, isEnabled, status, ifCalled: [] }, planning)
      return engine.kind === 'api' ? { why: engine.why } : { line: csvLine(columns, csvUserOf(row)) }
    },
  }
}

/** The request that would make the user, as far as a line can say it. */
function rowOf(user: JsonObject, rules: LoginRules): JsonObject | NotCarried {
  const status = text(user, 'UserStatus')
  if (status === 'EXTERNAL_PROVIDER' || isFederatedProfile(user)) return 'federated'
  if (status === 'UNCONFIRMED') return 'unconfirmed'
  if (!CARRIED.includes(status)) return 'unknown-status'
  const Username = loginOf(user, rules)
  if (Username === undefined) return 'no-login'
  const attributes = [...attributesOf(user)].filter(([name]) => !isServiceWritten(name))
  return { Username, UserAttributes: attributes.map(([Name, Value]) => ({ Name, Value })) }
}

/** The columns in the order in which the service names them; a job takes them in any. */
function columnsOf(planning: EnginePlanning): string[] {
  const named = planning.kind === 'import' ? [...planning.columns] : [...STANDARD_COLUMNS]
  return [...named, MFA_COLUMN, USERNAME_COLUMN]
}
