import { objects, text } from '../../cognito/canonical-body.js'
import type { JsonObject } from '../../model/canonical.js'

/** The column of the username, or of the address that stands for it. */
export const USERNAME_COLUMN = 'cognito:username'
/** The column of whether the user has MFA: blank agrees with every pool. */
export const MFA_COLUMN = 'cognito:mfa_enabled'
/** The column of hashes, in the files of jobs that name an algorithm. */
export const HASH_COLUMN = 'password_hash'

/** Characters of the longest line that a job takes. */
const LONGEST_LINE = 16_000

/** The standard attributes that the file of an import has a column for, in every pool. */
export const STANDARD_COLUMNS = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'email',
  'email_verified',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
  'phone_number_verified',
  'address',
  'updated_at',
] as const

/** Whom a line makes: what AdminCreateUser would be asked for. */
export interface CsvUser {
  /** What the user signs in with. */
  readonly login: string
  readonly attributes: ReadonlyMap<string, string>
}

/** Why the file of an import cannot carry a user as they were. */
export type CsvObstacle =
  | 'newline'
  | 'outer-space'
  | 'backslash'
  | 'empty-value'
  | 'not-unicode'
  | 'birthdate'
  | 'updated-at'
  | 'space-in-username'
  | 'no-column'
  | 'too-long'

/** The user of a planned AdminCreateUser request. */
export function csvUserOf(input: JsonObject): CsvUser {
  const attributes = objects(input, 'UserAttributes').map(
    (attribute) => [text(attribute, 'Name'), text(attribute, 'Value')] as const,
  )
  return { login: text(input, 'Username'), attributes: new Map(attributes) }
}

/**
 * Why a line cannot carry the user; `undefined` where it can, and the service reads back exactly what was meant. Nothing is
 * quoted in such a file, blanks at the ends of a value are cut off, a blank value is an attribute that the user lacks,
 * and no document says what a backslash is that stands before no comma.
 */
export function csvObstacle(
  { login, attributes }: CsvUser,
  columns: ReadonlySet<string>,
  hash = '',
): CsvObstacle | undefined {
  if (login === '' || /\s/u.test(login)) return 'space-in-username'
  for (const value of [login, ...attributes.values()]) {
    const obstacle = obstacleInValue(value)
    if (obstacle !== undefined) return obstacle
  }
  if ([...attributes.keys()].some((name) => !columns.has(name))) return 'no-column'
  const birthdate = attributes.get('birthdate')
  if (birthdate !== undefined && csvBirthdate(birthdate) === undefined) return 'birthdate'
  const updatedAt = attributes.get('updated_at')
  if (updatedAt !== undefined && !/^\d+$/.test(updatedAt)) return 'updated-at'
  const all = new Set([...columns, USERNAME_COLUMN, MFA_COLUMN, ...(hash === '' ? [] : [HASH_COLUMN])])
  const line = csvLine([...all], { login, attributes }, hash)
  return line.length > LONGEST_LINE ? 'too-long' : undefined
}

function obstacleInValue(value: string): CsvObstacle | undefined {
  if (value === '') return 'empty-value'
  // Whatever anybody might take for the end of a line.
  if (/[\n\r\v\f\u0000\u0085\u2028\u2029]/u.test(value)) return 'newline'
  if (value.trim() !== value) return 'outer-space'
  if (value.includes('\\')) return 'backslash'
  return /\p{Surrogate}/u.test(value) ? 'not-unicode' : undefined
}

/** The first line of a file. */
export function csvHeader(columns: readonly string[]): string {
  return columns.join(',')
}

/**
 * The line of a user that {@link csvObstacle} has nothing against.
 *
 * @param columns of the file, in its order
 * @param hash of the user's password, for the column of hashes
 */
export function csvLine(columns: readonly string[], { login, attributes }: CsvUser, hash = ''): string {
  return columns
    .map((column) => {
      if (column === USERNAME_COLUMN) return login
      if (column === HASH_COLUMN) return hash
      const value = attributes.get(column) ?? ''
      return column === 'birthdate' && value !== '' ? (csvBirthdate(value) ?? value) : value
    })
    .map((value) => value.replaceAll(',', '\\,'))
    .join(',')
}

/** A profile's `YYYY-MM-DD` as a file has it, `mm/dd/yyyy`; `undefined` for what is no such date. */
export function csvBirthdate(date: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(date) ?? []
  return year === undefined || month === undefined || day === undefined
    ? undefined
    : `${month}/${day}/${year}`
}
