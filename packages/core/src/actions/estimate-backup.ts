import type { Gap } from '../vault/manifest.js'
import { captureRequests } from '../cognito/capture-requests.js'
import { doesNotApply, gapOf } from '../cognito/capture-gap.js'
import { mayHavePasskeys } from '../cognito/capture-mfa.js'
import { readOnce, type ReadOnce } from '../cognito/read-once.js'
import { etaMs } from '../limiter/eta.js'
import { hasCode } from '../model/errors.js'
import { latestReadable } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { JsonObject } from '../model/canonical.js'
import { text } from '../cognito/canonical-body.js'
import { mfaKind } from '../cognito/resources/mfa.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext } from './context.js'
import { requirePool } from './pool.js'

/** What a backup of a pool would take; the field names are those of its JSON document. */
export interface BackupEstimate {
  readonly poolId: string
  /** Users as the service estimates them, which lags behind. */
  readonly users: number
  readonly clients: number
  /** Memberships of the newest snapshot that can be read; `null` where there is none, and nothing is counted for them. */
  readonly memberships: number | null
  /** Requests by operation. */
  readonly requests: Readonly<Record<string, number>>
  /** At the share of the quotas that a backup may use, when nothing is throttled. */
  readonly etaSeconds: number
  /** Users that a backup makes monthly active: none, unless second factors are asked for, and then at most all. */
  readonly mau: number
  /** The pool's plan, as DescribeUserPool names it. */
  readonly tier: string
  /** What a backup could not read, so that its snapshot would be incomplete. */
  readonly missing: readonly Gap[]
  /** Requests that the estimate itself took, by operation. */
  readonly asked: Readonly<Record<string, number>>
}

/**
 * Estimates what a backup of a pool takes. Reads the pool's configuration, of its clients the first only, and no user;
 * writes nothing, neither to Cognito nor to the vault, which need not be there yet.
 *
 * @param withMfa of a backup that reads the second factors of users too
 * @throws CodedError `POOL_NOT_FOUND` and the like
 */
export async function estimateBackup(
  context: CognitoContext,
  poolId: string,
  { withMfa = false }: { readonly withMfa?: boolean } = {},
): Promise<BackupEstimate> {
  const { api, budget, fetchImage, signal } = context
  const before = new Map(budget.requests)
  const pool = await requirePool(api, poolId, signal)
  const read = await explainingFailures({ poolId, region: api.region, signal }, () =>
    readOnce(api, { pool, fetchImage, signal }),
  )
  const memberships = await knownMemberships(context, poolId)
  const estimated = pool['EstimatedNumberOfUsers']
  const users = typeof estimated === 'number' ? estimated : 0
  const requests = captureRequests(read, { users, memberships: memberships ?? 0 })
  if (withMfa) for (const operation of perUser(pool, read)) requests.set(operation, users)
  return {
    poolId,
    users,
    clients: read.clients.length,
    memberships,
    requests: Object.fromEntries(requests),
    etaSeconds: Math.ceil(etaMs(requests, budget) / 1000),
    mau: withMfa ? users : 0,
    tier: text(pool, 'UserPoolTier'),
    missing: read.kinds.flatMap(({ kind, error }) =>
      error === undefined || doesNotApply(error) ? [] : [gapOf(kind.plural, error)],
    ),
    asked: Object.fromEntries(
      [...budget.requests].flatMap(([operation, n]): [string, number][] => {
        const sent = n - (before.get(operation) ?? 0)
        return sent > 0 ? [[operation, sent]] : []
      }),
    ),
  }
}

/** What every user is asked for. */
function perUser(pool: JsonObject, { kinds }: ReadOnce): string[] {
  const mfa = kinds.find(({ kind }) => kind === mfaKind)?.found[0]?.body ?? {}
  return mayHavePasskeys(pool, mfa) ? ['AdminGetUser', 'AdminGetUserAuthFactors'] : ['AdminGetUser']
}

/** ListUsersInGroup alone says who is in which group; the snapshot before has counted them. */
async function knownMemberships({ store }: CognitoContext, poolId: string): Promise<number | null> {
  try {
    return (await latestReadable(await openVault(store), poolId))?.counts['memberships'] ?? null
  } catch (error) {
    if (hasCode(error, 'VAULT_NOT_FOUND')) return null
    throw error
  }
}
