import type { Account } from '../account.js'
import type { Pool } from '../pools/pool.js'
import { createSub } from '../random.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { isEmail, isPhoneNumber } from './attribute-values.js'
import {
  attributeOf,
  attributesOf,
  writeAttributes,
  type UserRecord,
  type UserStatus,
} from './user-record.js'

/** A user about to be made: its name and attributes as they will be stored. */
export interface NewUser {
  /** Undefined where the Username will be the sub. */
  readonly username: string | undefined
  readonly attributes: Map<string, string>
}

/**
 * What the Username of AdminCreateUser or SignUp means in this pool: a name of the caller's, or the email
 * address or phone number that the user will sign in with.
 */
export function nameUser(
  pool: Pool,
  username: string,
  given: ReadonlyMap<string, string | undefined>,
): NewUser {
  const { usernameAttributes, aliasAttributes, caseSensitive } = pool.users.rules
  const attributes = new Map<string, string>()
  for (const [name, value] of given) if (value !== undefined) attributes.set(name, value)
  const name = caseSensitive ? username : username.toLowerCase()
  if (usernameAttributes.length === 0) {
    if (aliasAttributes.includes('email') && isEmail(username)) {
      throw invalidParameter(
        'Username cannot be of email format, since user pool is configured for email alias.',
      )
    }
    if (aliasAttributes.includes('phone_number') && isPhoneNumber(username)) {
      throw invalidParameter(
        'Username cannot be of phone number format, since user pool is configured for phone number alias.',
      )
    }
    return { username: name, attributes }
  }
  const attribute = usernameAttributes.find((candidate) =>
    candidate === 'email' ? isEmail(username) : isPhoneNumber(username),
  )
  if (attribute === undefined) {
    const kinds = usernameAttributes.map((kind) => (kind === 'email' ? 'an email' : 'a phone number'))
    throw invalidParameter(
      kinds.length === 1
        ? `Username should be ${kinds.join('')}.`
        : `Username should be either ${kinds.join(' or ')}.`,
    )
  }
  const stated = attributes.get(attribute)
  if (stated !== undefined && (caseSensitive ? stated : stated.toLowerCase()) !== name) {
    throw invalidParameter(`The attribute ${attribute} does not match the username.`)
  }
  attributes.set(attribute, stated ?? name)
  return { username: undefined, attributes }
}

/** Refuses a username that is taken. */
export function checkUsernameFree(pool: Pool, user: NewUser): void {
  const { usernameAttributes } = pool.users.rules
  const names = user.username === undefined ? [] : [user.username]
  const taken =
    names.some((name) => pool.users.resolve(name) !== undefined) ||
    usernameAttributes.some((attribute) => {
      const value = user.attributes.get(attribute)
      return value !== undefined && pool.users.aliasOwner(attribute, value) !== undefined
    })
  if (taken) throw new ServiceError('UsernameExistsException', 'User account already exists')
}

/** The users who hold aliases that these attributes would claim, by attribute. */
export function aliasConflicts(
  pool: Pool,
  attributes: ReadonlyMap<string, string>,
  self?: UserRecord,
): Map<string, UserRecord> {
  const { usernameAttributes, aliasAttributes } = pool.users.rules
  const conflicts = new Map<string, UserRecord>()
  for (const attribute of [...usernameAttributes, ...aliasAttributes]) {
    const value = attributes.get(attribute)
    if (value === undefined) continue
    const verified = attributes.get(`${attribute}_verified`) === 'true'
    if (aliasAttributes.includes(attribute) && attribute !== 'preferred_username' && !verified) continue
    const owner = pool.users.aliasOwner(attribute, value)
    if (owner !== undefined && owner !== self) conflicts.set(attribute, owner)
  }
  return conflicts
}

/** Refuses to take an alias from another user. */
export function refuseConflicts(conflicts: ReadonlyMap<string, UserRecord>): void {
  const [attribute] = conflicts.keys()
  if (attribute === undefined) return
  const shown =
    attribute === 'phone_number' ? 'phone number' : attribute === 'email' ? 'email' : 'preferred username'
  throw new ServiceError('AliasExistsException', `An account with the given ${shown} already exists.`)
}

/** Takes aliases from the users who hold them: their attribute stays, but counts as unverified. */
export function takeAliases(account: Account, pool: Pool, conflicts: ReadonlyMap<string, UserRecord>): void {
  for (const [attribute, owner] of conflicts) {
    pool.users.change(owner, (record) => {
      const attributes = attributesOf(record)
      if (attribute === 'preferred_username') attributes.delete(attribute)
      else attributes.set(`${attribute}_verified`, 'false')
      record.attributesJson = writeAttributes(attributes)
      record.modifiedAt = account.clock.now()
    })
  }
}

/** Stores a new user with a sub of the service's making. */
export function storeUser(account: Account, pool: Pool, user: NewUser, status: UserStatus): UserRecord {
  const sub = createSub(account.random, account.options.subShape ?? 'random', account.region)
  const now = account.clock.now()
  const attributes = new Map([...user.attributes, ['sub', sub] as const])
  const record: UserRecord = {
    sub,
    username: user.username ?? sub,
    order: pool.users.nextOrder(),
    attributesJson: writeAttributes(attributes),
    status,
    enabled: true,
    createdAt: now,
    modifiedAt: now,
    groups: [],
    extras: undefined,
  }
  pool.users.add(record)
  return record
}

/** Refuses `email_verified` or `phone_number_verified` of an address or number that is not there. */
export function checkVerifiable(
  attributes: ReadonlyMap<string, string | undefined>,
  before?: UserRecord,
): void {
  for (const attribute of ['email', 'phone_number']) {
    if (attributes.get(`${attribute}_verified`) === undefined) continue
    const value = attributes.has(attribute)
      ? attributes.get(attribute)
      : before === undefined
        ? undefined
        : attributeOf(before, attribute)
    if (value === undefined) {
      const shown = attribute === 'email' ? 'Email' : 'Phone number'
      throw invalidParameter(`${shown} is required to verify/un-verify a ${shown.toLowerCase()}`)
    }
  }
}
