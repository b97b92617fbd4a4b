import { identityPoolOf, type Account } from './account.js'
import { describeIdentityPool } from './identity-pools/identity-pool.js'
import { currentPool } from './imports/run-import.js'
import { inspectPool, type InspectedPool } from './inspect-pool.js'
import { inspectUser, type InspectedUser } from './inspect-user.js'
import { copyJson, type JsonObject } from './json.js'
import { userOf } from './users/find-user.js'
import { passwordDigest } from './users/password-policy.js'

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
