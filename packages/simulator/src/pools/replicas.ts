import type { Account } from '../account.js'
import type { Pool, Replica } from './pool.js'

/** A pool of a replicated pair, as the API shows it. A type, since JSON does not take interfaces. */
export type ShownReplica = {
  readonly RegionName: string
  readonly Status: string
  readonly Role: 'PRIMARY' | 'SECONDARY'
  readonly UserPoolArn: string
}

function arnIn(account: Account, pool: Pool, region: string): string {
  return `arn:aws:cognito-idp:${region}:${account.accountId}:userpool/${pool.id}`
}

/** A replica as the API shows it. */
export function describeReplica(account: Account, pool: Pool, replica: Replica): ShownReplica {
  return {
    RegionName: replica.region,
    Status: replica.status,
    Role: 'SECONDARY',
    UserPoolArn: arnIn(account, pool, replica.region),
  }
}

/** The primary and its replica by Region; none of them while the pool is not replicated. */
export function describeReplicas(account: Account, pool: Pool): ShownReplica[] {
  if (pool.replica === undefined) return []
  const primary: ShownReplica = {
    RegionName: account.region,
    Status: 'ACTIVE',
    Role: 'PRIMARY',
    UserPoolArn: arnIn(account, pool, account.region),
  }
  const replicas = [primary, describeReplica(account, pool, pool.replica)]
  return replicas.sort((left, right) => (left.RegionName < right.RegionName ? -1 : 1))
}
