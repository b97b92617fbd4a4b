import { text } from '../../cognito/canonical-body.js'
import type { LoginRules } from '../../diff/login.js'
import { attributesOf } from '../../diff/user-view.js'
import type { JsonObject } from '../../model/canonical.js'
import type { StepEngine } from '../step.js'
import type { Algorithm } from './hashes/hash-line.js'
import type { CsvUser } from './csv-row.js'
import type { ImportJob } from './import-jobs.js'
import type { JobRecord } from './import-records.js'

/** A job that has run, and whom it was sent. */
export interface RunJob {
  readonly job: ImportJob
  readonly record: JobRecord
}

/** A user of the plan who is to be imported. */
export interface PlannedRow {
  readonly place: string
  /** Of the hash of the user's password, where there is one. */
  readonly algorithm?: Algorithm | undefined
  readonly user: CsvUser
  /** The state in which an import leaves the user. */
  readonly status: Extract<StepEngine, { kind: 'import' }>['status']
}

/** The service's clocks differ a little, and its dates may be cut to a second. */
const CLOCK_GRAIN_MS = 2_000

/** Whether a row lies among those that a job was to be sent. */
export function isWithin(
  { place, algorithm }: Pick<PlannedRow, 'place' | 'algorithm'>,
  record: JobRecord,
): boolean {
  return record.from <= place && place <= record.to && algorithm === record.algorithm
}

/**
 * The job that made whoever has a row's name now; `undefined` where that cannot be said, and it may be somebody else. All
 * who were there before a job are accounted for before it is made. Whoever came while it ran has to be as an import leaves
 * a user: in its state, with exactly the row's attributes; also where the job took every row, as an imported user may be
 * gone by now, and somebody else have the name. Where it did not take every row, the user must be untouched since, too.
 */
export function jobThatMade(
  found: JsonObject,
  row: PlannedRow,
  jobs: readonly RunJob[],
  loginAttributes: readonly string[],
): RunJob | undefined {
  const created = found['UserCreateDate']
  if (typeof created !== 'number') return undefined
  return jobs.find(({ job, record }) => {
    if (!isWithin(row, record) || !wasRunning(job, created * 1000)) return false
    return isAsImported(found, row, loginAttributes) && (tookAll({ job, record }) || isUntouched(found))
  })
}

function wasRunning({ startedAt, completedAt = Infinity }: ImportJob, moment: number): boolean {
  if (startedAt === undefined) return false
  return moment >= startedAt - CLOCK_GRAIN_MS && moment <= completedAt + CLOCK_GRAIN_MS
}

function tookAll({ job, record }: RunJob): boolean {
  return job.status === 'Succeeded' && job.imported === record.rows && job.skipped + job.failed === 0
}

function isUntouched(found: JsonObject): boolean {
  return found['UserLastModifiedDate'] === found['UserCreateDate']
}

function isAsImported(found: JsonObject, row: PlannedRow, loginAttributes: readonly string[]): boolean {
  if (found['UserStatus'] !== row.status || found['Enabled'] !== true) return false
  const has = attributesOf(found)
  has.delete('sub')
  const { login, attributes } = row.user
  // Where the service makes usernames, it adds the address that stands for it.
  for (const name of loginAttributes) if (!attributes.has(name) && has.get(name) === login) has.delete(name)
  return has.size === attributes.size && [...attributes].every(([name, value]) => isSame(name, value, has))
}

function isSame(name: string, value: string, has: ReadonlyMap<string, string>): boolean {
  const found = has.get(name)
  return name.endsWith('_verified') ? found?.toLowerCase() === value.toLowerCase() : found === value
}

/**
 * Whether a job read a row that it did not bring: in a job that came to its end, it read all; in one that failed or was
 * stopped as a whole, the first, as many as it counts. The service does not say which.
 *
 * @param index of the row among those that the job was sent
 */
export function wasRead({ job }: RunJob, index: number): boolean {
  return job.status === 'Succeeded' || index < job.imported + job.skipped + job.failed
}

/** A name as the target compares it. */
export function folded(name: string, { caseSensitive }: Pick<LoginRules, 'caseSensitive'>): string {
  return caseSensitive ? name : name.toLowerCase()
}

/** The names under which a listed user stands in the way of a row. */
export function namesOf(user: JsonObject, rules: LoginRules): string[] {
  if (rules.usernameAttributes.length === 0) return [folded(text(user, 'Username'), rules)]
  // Whoever comes through a provider has the address as well, and is no obstacle.
  if (user['UserStatus'] === 'EXTERNAL_PROVIDER') return []
  const attributes = attributesOf(user)
  const names = rules.usernameAttributes.map((name) => attributes.get(name) ?? '')
  return [...new Set(names.filter((name) => name !== '').map((name) => folded(name, rules)))]
}
