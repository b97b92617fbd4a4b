import type { Pool } from '../pools/pool.js'
import { ServiceError } from '../service-error.js'
import type { UserRecord } from './user-record.js'

/** The user that a request's Username means; UserNotFoundException without one. */
export function userOf(pool: Pool, username: string | undefined): UserRecord {
  const record = pool.users.resolve(username ?? '')
  if (record === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.')
  return record
}
