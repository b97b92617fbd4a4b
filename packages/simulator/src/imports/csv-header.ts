import type { Pool } from '../pools/pool.js'
import { isStandardAttribute } from '../users/attribute-schema.js'

/** The standard attributes that a file can carry, in the guide's order. */
const STANDARD = [
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
]

/** The column of the username, which is in every file. */
export const USERNAME_COLUMN = 'cognito:username'
/** The column that says whether the user has MFA, likewise. */
export const MFA_COLUMN = 'cognito:mfa_enabled'
/** The column of hashes, in the files of jobs that name an algorithm. */
export const HASH_COLUMN = 'password_hash'

/** The columns of an import file for a pool, without the one of hashes. */
export function csvHeader(pool: Pool): string[] {
  const custom = [...pool.schema.keys()].filter((name) => !isStandardAttribute(name))
  return [...STANDARD, ...custom, MFA_COLUMN, USERNAME_COLUMN]
}
