import type { Account } from './account.js'
import { describeImportJob } from './imports/import-job.js'
import { byText, inspectUser, type InspectedUser } from './inspect-user.js'
import { copyJson, type JsonObject } from './json.js'
import { describe } from './operations/user-pools.js'
import { shownSecret } from './pools/clients.js'
import { datesOf, type Pool } from './pools/pool.js'
import { describeReplicas } from './pools/replicas.js'

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

/** A pool with everything in it. */
export function inspectPool(account: Account, pool: Pool): InspectedPool {
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
