import type { CreateUserPoolRequest } from '@aws-sdk/client-cognito-identity-provider'
import type { Account } from './account.js'
import { advanceImport, currentPool } from './imports/run-import.js'
import type { JsonObject } from './json.js'
import { allOperations } from './operations/all.js'
import type { Operation } from './operations/operation.js'
import { removeUser } from './operations/user-administration.js'
import { groupOf, join } from './pools/groups.js'
import type { Pool } from './pools/pool.js'
import { validateRequest } from './protocol/request-validation.js'
import { createSub } from './random.js'
import { invalidParameter } from './service-error.js'
import { checkAttributes } from './users/attribute-values.js'
import { aliasConflicts, checkUsernameFree, refuseConflicts } from './users/create-user.js'
import { userOf } from './users/find-user.js'
import { passwordDigest } from './users/password-policy.js'
import {
  attributesOf,
  writeAttributes,
  type UserExtras,
  type UserRecord,
  type UserStatus,
} from './users/user-record.js'

/** A user to be put into a pool as if they had been there long since. Everything has a default. */
export interface SeededUser {
  /** In pools with UsernameAttributes: ignored, the sub is the Username; except for federated users. */
  readonly username?: string
  readonly attributes?: Readonly<Record<string, string>>
  /** Any status, also ones that no operation reaches. `CONFIRMED` by default. */
  readonly status?: UserStatus
  readonly enabled?: boolean
  /** Groups that exist. */
  readonly groups?: readonly string[]
  readonly password?: string
  readonly sub?: string
  readonly createDate?: Date
  readonly modifiedDate?: Date
  /** Federated identities or links, as the attribute `identities` lists them. */
  readonly identities?: readonly JsonObject[]
  /** MFA factors that are on, the preferred one first, also those that only the user can enrol. */
  readonly mfa?: readonly string[]
  /** Whether a passkey is registered, which only the user can do. */
  readonly passkey?: boolean
}

/** Changes pools in process, past the API. */
export interface Seeder {
  /** Makes a pool as CreateUserPool does; returns its id. */
  pool(request?: Partial<CreateUserPoolRequest>): string
  /** Runs any simulated operation, checked as over HTTP, but without quota, ledger of requests or faults. */
  call(operation: string, request: JsonObject): JsonObject
  /** Makes groups by name, with nothing else set. */
  groups(userPoolId: string, names: readonly string[]): void
  /** Adds users: so many with made-up attributes, or these. Returns their subs. */
  users(userPoolId: string, users: number | Iterable<SeededUser>): string[]
  /** Changes attributes of a user past all rules; undefined removes one. */
  attributes(
    userPoolId: string,
    username: string,
    changes: Readonly<Record<string, string | undefined>>,
  ): void
  /** Changes what else a user has, past all rules. */
  change(
    userPoolId: string,
    username: string,
    change: { status?: UserStatus; enabled?: boolean; modifiedDate?: Date },
  ): void
  deleteUser(userPoolId: string, username: string): void
}

/** Makes the seeder of an account. */
export function createSeeder(account: Account): Seeder {
  const call = (operation: string, request: JsonObject): JsonObject => {
    const run = allOperations[operation] as Operation<JsonObject> | undefined
    if (run === undefined) throw invalidParameter(`${operation} is not simulated.`)
    advanceImport(account)
    // The ledger is for what came over HTTP.
    const silent: Account = {
      ...account,
      ledger: { ...account.ledger, active: ignore, message: ignore, trigger: ignore },
    }
    const answer = run(validateRequest(operation, request), silent) ?? {}
    return typeof answer.rawJson === 'string'
      ? (JSON.parse(answer.rawJson) as JsonObject)
      : (answer as JsonObject)
  }
  return {
    call,
    pool: (request = {}) => {
      const answer = call('CreateUserPool', { PoolName: 'pool', ...request } as unknown as JsonObject)
      return (answer.UserPool as { readonly Id: string }).Id
    },
    groups: (userPoolId, names) => {
      for (const GroupName of names) call('CreateGroup', { UserPoolId: userPoolId, GroupName })
    },
    users: (userPoolId, users) => {
      const pool = currentPool(account, userPoolId)
      const subs: string[] = []
      for (const user of typeof users === 'number' ? invent(pool, users) : users) {
        subs.push(addUser(account, pool, user).sub)
      }
      return subs
    },
    attributes: (userPoolId, username, changes) => {
      const pool = currentPool(account, userPoolId)
      pool.users.change(userOf(pool, username), (record) => {
        const attributes = attributesOf(record)
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined) attributes.delete(name)
          else attributes.set(name, value)
        }
        record.attributesJson = writeAttributes(attributes)
        record.modifiedAt = account.clock.now()
      })
    },
    change: (userPoolId, username, { status, enabled, modifiedDate }) => {
      const pool = currentPool(account, userPoolId)
      pool.users.change(userOf(pool, username), (record) => {
        record.status = status ?? record.status
        record.enabled = enabled ?? record.enabled
        record.modifiedAt = modifiedDate?.getTime() ?? account.clock.now()
      })
    },
    deleteUser: (userPoolId, username) => {
      const pool = currentPool(account, userPoolId)
      removeUser(pool, userOf(pool, username))
    },
  }
}

function ignore(): void {
  // Seeding leaves no trace.
}

/** Users as a directory of customers has them. */
function* invent(pool: Pool, count: number): Iterable<SeededUser> {
  const start = pool.users.size
  const phones = pool.users.rules.usernameAttributes.includes('phone_number')
  for (let index = start; index < start + count; index++) {
    const attributes: Record<string, string> = {
      email: `user${index}@example.com`,
      email_verified: 'true',
      given_name: `Given${index % 5000}`,
      family_name: `Family${index % 20_000}`,
    }
    if (phones) {
      attributes.phone_number = `+1${String(2_000_000_000 + index)}`
      attributes.phone_number_verified = 'true'
    }
    yield { username: `user${index}`, attributes }
  }
}

function addUser(account: Account, pool: Pool, user: SeededUser): UserRecord {
  const { usernameAttributes, caseSensitive } = pool.users.rules
  const federated = user.status === 'EXTERNAL_PROVIDER'
  const given = Object.entries(user.attributes ?? {}).map(([Name, Value]) => ({ Name, Value }))
  const attributes = new Map<string, string>()
  for (const [name, value] of checkAttributes(pool.schema, given, 'create')) {
    if (value !== undefined) attributes.set(name, value)
  }
  if (user.identities !== undefined) attributes.set('identities', JSON.stringify(user.identities))
  const sub = user.sub ?? createSub(account.random, account.options.subShape ?? 'random', account.region)
  if (pool.users.bySub(sub) !== undefined) throw invalidParameter(`A user with the sub ${sub} exists.`)
  attributes.set('sub', sub)
  const own = usernameAttributes.length === 0 || federated
  if (own && user.username === undefined) throw invalidParameter('A user of this pool needs a username.')
  const username = own ? (caseSensitive ? user.username : user.username?.toLowerCase()) : undefined
  const claimed = federated ? new Map<string, string>() : attributes
  checkUsernameFree(pool, { username, attributes: claimed })
  refuseConflicts(aliasConflicts(pool, claimed))
  const createdAt = user.createDate?.getTime() ?? account.clock.now()
  const record: UserRecord = {
    sub,
    username: username ?? sub,
    order: pool.users.nextOrder(),
    attributesJson: writeAttributes(attributes),
    status: user.status ?? 'CONFIRMED',
    enabled: user.enabled ?? true,
    createdAt,
    modifiedAt: user.modifiedDate?.getTime() ?? createdAt,
    groups: NO_GROUPS,
    extras: extrasOf(sub, user),
  }
  const groups = (user.groups ?? []).map((name) => groupOf(pool, name))
  pool.users.add(record)
  for (const group of groups) join(group, record)
  pool.estimate = { users: pool.users.size, at: account.clock.now() }
  return record
}

function extrasOf(sub: string, user: SeededUser): UserExtras | undefined {
  const { mfa = [], passkey = false } = user
  const [preferredMfa] = mfa
  if (user.password === undefined && preferredMfa === undefined && !passkey) return undefined
  return {
    ...(user.password === undefined ? {} : { passwordDigest: passwordDigest(sub, user.password) }),
    ...(preferredMfa === undefined ? {} : { mfa: [...mfa], preferredMfa }),
    ...(mfa.includes('SOFTWARE_TOKEN_MFA') ? { hasAuthenticator: true } : {}),
    ...(passkey ? { hasPasskey: true } : {}),
  }
}

/** Shared by everybody who is in no group. */
const NO_GROUPS: readonly string[] = []
