import { identityPoolOf, type Account } from './account.js'
import { describeIdentityPool } from './identity-pools/identity-pool.js'
import { describeImportJob } from './imports/import-job.js'
import { currentPool } from './imports/run-import.js'
import { copyJson, type JsonObject } from './json.js'
import { describe } from './operations/user-pools.js'
import { shownSecret } from './pools/clients.js'
import { datesOf, type Pool } from './pools/pool.js'
import { describeReplicas } from './pools/replicas.js'
import { userOf } from './users/find-user.js'
import { passwordDigest } from './users/password-policy.js'
import { attributesOf, type UserRecord } from './users/user-record.js'

/** A user in full, as plain JSON. */
export interface InspectedUser {
  readonly username: string
  readonly sub: string
  readonly attributes: Readonly<Record<string, string>>
  readonly status: string
  readonly enabled: boolean
  readonly createDate: string
  readonly modifiedDate: string
  readonly groups: readonly string[]
  readonly hasPassword: boolean
  /** The hash that the password was imported as, until another password is set. */
  readonly passwordHash?: string
  /** New addresses that wait to be verified. */
  readonly pending: Readonly<Record<string, string>>
  /** Factors that are on, the preferred one first. */
  readonly mfa: readonly string[]
}

/** A pool in full, as plain JSON, secrets included. Lists are sorted by name. */
export interface InspectedPool {
  /** As DescribeUserPool shows it. */
  readonly pool: JsonObject
  readonly mfa: JsonObject
  readonly clients: readonly JsonObject[]
  readonly identityProviders: readonly JsonObject[]
  readonly resourceServers: readonly JsonObject[]
  readonly domains: readonly JsonObject[]
  /** Risk, classic UI, log delivery and sessions, by kind and client. */
  readonly settings: readonly JsonObject[]
  readonly brandings: readonly JsonObject[]
  readonly terms: readonly JsonObject[]
  /** The primary and its replica, if there is one, with the replica's tags. */
  readonly replicas: readonly JsonObject[]
  /** From the first created; `log` is what the service would write, a line for each row read. */
  readonly importJobs: readonly JsonObject[]
  readonly groups: readonly JsonObject[]
  /** Usernames by group. */
  readonly memberships: Readonly<Record<string, readonly string[]>>
  readonly users: readonly InspectedUser[]
}

/** An identity pool in full, as plain JSON. */
export interface InspectedIdentityPool {
  /** As DescribeIdentityPool shows it. */
  readonly pool: JsonObject
  /** Roles and RoleMappings, if they were set. */
  readonly roles: JsonObject
  /** By provider, for those that were set. */
  readonly principalTags: Readonly<Record<string, JsonObject>>
}

/** Reads pools in process, past the API. */
export interface Inspector {
  poolIds(): string[]
  pool(userPoolId: string): InspectedPool
  /** By username, sub or alias. */
  user(userPoolId: string, username: string): InspectedUser
  userCount(userPoolId: string): number
  passwordIs(userPoolId: string, username: string, password: string): boolean
  identityPoolIds(): string[]
  identityPool(identityPoolId: string): InspectedIdentityPool
}

const byText =
  <Item>(textOf: (item: Item) => string) =>
  (left: Item, right: Item): number => {
    const [a, b] = [textOf(left), textOf(right)]
    return a < b ? -1 : a > b ? 1 : 0
  }

/** Makes the inspector of an account. */
export function createInspector(account: Account): Inspector {
  return {
    poolIds: () => [...account.pools.keys()].sort(),
    pool: (userPoolId) => inspectPool(account, currentPool(account, userPoolId)),
    user: (userPoolId, username) => {
      const pool = currentPool(account, userPoolId)
      return inspectUser(pool.users.bySub(username) ?? userOf(pool, username))
    },
    userCount: (userPoolId) => currentPool(account, userPoolId).users.size,
    passwordIs: (userPoolId, username, password) => {
      const pool = currentPool(account, userPoolId)
      const record = pool.users.bySub(username) ?? userOf(pool, username)
      return record.extras?.passwordDigest === passwordDigest(record.sub, password)
    },
    identityPoolIds: () => [...account.identityPools.keys()].sort(),
    identityPool: (identityPoolId) => {
      const pool = identityPoolOf(account, identityPoolId)
      return {
        pool: describeIdentityPool(pool),
        roles: copyJson(pool.roles),
        principalTags: copyJson(Object.fromEntries(pool.principalTags)),
      }
    },
  }
}

function inspectUser(record: UserRecord): InspectedUser {
  const { extras } = record
  return {
    username: record.username,
    sub: record.sub,
    attributes: Object.fromEntries([...attributesOf(record)].sort(byText(([name]) => name))),
    status: record.status,
    enabled: record.enabled,
    createDate: new Date(record.createdAt).toISOString(),
    modifiedDate: new Date(record.modifiedAt).toISOString(),
    groups: [...record.groups],
    hasPassword: (extras?.passwordDigest ?? extras?.passwordHash) !== undefined,
    ...(extras?.passwordHash === undefined ? {} : { passwordHash: extras.passwordHash }),
    pending: { ...extras?.pending },
    mfa: [...(extras?.mfa ?? [])],
  }
}

function inspectPool(account: Account, pool: Pool): InspectedPool {
  const sorted = <Item>(items: Map<string, Item>): [string, Item][] =>
    [...items].sort(byText(([name]) => name))
  return {
    pool: describe(pool, account),
    mfa: copyJson(pool.mfa),
    clients: sorted(pool.clients).map(([ClientId, client]) => ({
      ClientId,
      ...shownSecret(client),
      secrets: client.secrets.map(({ value }) => value),
      ...copyJson(client.body),
      ...datesOf(client),
    })),
    identityProviders: sorted(pool.identityProviders).map(([ProviderName, provider]) => ({
      ProviderName,
      ProviderType: provider.type,
      ...copyJson(provider.body),
      ...datesOf(provider),
    })),
    resourceServers: sorted(pool.resourceServers).map(([Identifier, { body }]) => ({
      Identifier,
      ...copyJson(body),
    })),
    domains: [...account.domains.values()]
      .filter(({ userPoolId }) => userPoolId === pool.id)
      .map((domain) => ({ Domain: domain.name, ...copyJson(domain.body) })),
    settings: sorted(pool.settings).map(([kind, { body }]) => ({ kind, ...copyJson(body) })),
    brandings: sorted(pool.brandings).map(([id, { clientId, body }]) => ({
      id,
      clientId,
      ...copyJson(body),
    })),
    terms: sorted(pool.terms).map(([id, { clientId, body }]) => ({ id, clientId, ...copyJson(body) })),
    replicas: describeReplicas(account, pool).map((replica) =>
      replica.RegionName === pool.replica?.region
        ? { ...replica, UserPoolTags: { ...pool.replica.tags } }
        : replica,
    ),
    importJobs: Array.from(pool.importJobs.values(), (job) => ({
      ...describeImportJob(job, account.clock.now()),
      log: [...job.log],
    })),
    groups: sorted(pool.groups).map(([GroupName, group]) => ({
      GroupName,
      ...copyJson(group.body),
      ...datesOf(group),
    })),
    memberships: Object.fromEntries(
      sorted(pool.groups).map(([name, group]) => [
        name,
        Array.from(group.members, ({ username }) => username).sort(),
      ]),
    ),
    users: Array.from(pool.users.all(), inspectUser).sort(byText(({ username }) => username)),
  }
}
