import type { Account } from '../account.js'
import type { Pool } from '../pools/pool.js'
import { flatten } from '../random.js'
import { invalidParameter } from '../service-error.js'
import { checkAttributes, checkRequired } from '../users/attribute-values.js'
import {
  aliasConflicts,
  checkUsernameFree,
  checkVerifiable,
  nameUser,
  refuseConflicts,
  storeUser,
} from '../users/create-user.js'
import { takesPasswordlessUsers } from '../users/password-policy.js'
import type { UserExtras } from '../users/user-record.js'
import { HASH_COLUMN, MFA_COLUMN, USERNAME_COLUMN } from './csv-header.js'
import { isPasswordHash } from './password-hashes.js'

const NOT_ATTRIBUTES = [USERNAME_COLUMN, MFA_COLUMN, HASH_COLUMN]

/** Makes the user of one row, quietly: no trigger, message or monthly active user. Or throws, and makes none. */
export function importUser(
  account: Account,
  pool: Pool,
  row: ReadonlyMap<string, string>,
  algorithm: string | undefined,
): void {
  // A name cut out of the file would keep all of it alive.
  const username = flatten(row.get(USERNAME_COLUMN) ?? '')
  if (username === '' || /[ \t]/u.test(username))
    throw invalidParameter('The username is missing or has spaces.')
  const mfa = mfaOf(pool, row.get(MFA_COLUMN) ?? '')
  const hash = hashOf(row, algorithm)
  const given = checkAttributes(pool.schema, attributesOf(row), 'create')
  const user = nameUser(pool, username, given)
  checkRequired(pool.schema, user.attributes)
  checkVerifiable(user.attributes)
  checkVerified(pool, user.attributes)
  checkUsernameFree(pool, user)
  refuseConflicts(aliasConflicts(pool, user.attributes))

  const ready = hash !== undefined || takesPasswordlessUsers(pool)
  const record = storeUser(account, pool, user, ready ? 'CONFIRMED' : 'RESET_REQUIRED')
  const extras: UserExtras = {
    ...(hash === undefined ? {} : { passwordHash: hash }),
    ...(mfa && user.attributes.has('phone_number') ? { mfa: ['SMS_MFA'], preferredMfa: 'SMS_MFA' } : {}),
  }
  if (Object.keys(extras).length > 0) record.extras = extras
}

function attributesOf(row: ReadonlyMap<string, string>): { Name: string; Value: string }[] {
  return [...row]
    .filter(([name, value]) => value !== '' && !NOT_ATTRIBUTES.includes(name))
    .map(([Name, value]) => ({ Name, Value: attributeValue(Name, value) }))
}

function attributeValue(name: string, value: string): string {
  if (name === 'updated_at' && !/^\d+$/u.test(value)) throw invalidParameter('updated_at is not in seconds.')
  if (name !== 'birthdate') return value
  const [, month, day, year] = /^(0[1-9]|1[0-2])\/(0[1-9]|[12]\d|3[01])\/(\d{4})$/u.exec(value) ?? []
  if (year === undefined) throw invalidParameter('birthdate is not in the format mm/dd/yyyy.')
  return `${year}-${month ?? ''}-${day ?? ''}`
}

/** Whether the user has MFA, which must agree with what the pool asks of all. */
function mfaOf(pool: Pool, value: string): boolean {
  const mfa = value.toLowerCase()
  const { MfaConfiguration: level } = pool.configuration
  const allowed = level === 'ON' ? ['true', ''] : level === 'OFF' ? ['false', ''] : ['true', 'false', '']
  if (!allowed.includes(mfa)) throw invalidParameter(`${MFA_COLUMN} does not agree with the user pool.`)
  return mfa === 'true' && level === 'OPTIONAL'
}

function hashOf(row: ReadonlyMap<string, string>, algorithm: string | undefined): string | undefined {
  const hash = row.get(HASH_COLUMN) ?? ''
  if (algorithm === undefined || hash === '') return undefined
  if (!isPasswordHash(algorithm, hash))
    throw invalidParameter(`${HASH_COLUMN} is not of the job's algorithm.`)
  return hash
}

function checkVerified(pool: Pool, attributes: ReadonlyMap<string, string>): void {
  const { AutoVerifiedAttributes: names } = pool.configuration
  const verified = ['email', 'phone_number'].filter((name) => attributes.get(`${name}_verified`) === 'true')
  if (!Array.isArray(names) || !verified.some((name) => names.includes(name))) {
    throw invalidParameter(
      'The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).',
    )
  }
}
