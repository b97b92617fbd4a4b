import { text } from '../cognito/canonical-body.js'
import { capturePool } from '../cognito/capture.js'
import type { JsonObject } from '../model/canonical.js'
import type { TakenFor } from '../vault/manifest.js'
import { latestReadable } from '../vault/snapshots.js'
import type { Vault } from '../vault/vault.js'
import { explainingFailures } from './cognito-failure.js'
import type { CognitoContext } from './context.js'
import { requestsSince } from './requests-since.js'
import { beginCapture, type SnapshotOptions, storeCapture, type TakenSnapshot } from './store-capture.js'
import { withLease } from './with-lease.js'

/**
 * Captures a pool and stores it as a snapshot, as a delta over the newest complete one. Nothing of it is visible until
 * all of it is stored.
 *
 * @param pool the answer of DescribeUserPool
 * @param options `mfa`: also read the second factors of users, each of whom becomes monthly active by it; `guardLimits`:
 *   by which the shrink guard is to judge a backup
 * @throws CodedError `LOCKED` when another backup of the pool is under way.
 */
export async function takeSnapshot(
  context: CognitoContext,
  vault: Vault,
  pool: JsonObject,
  takenFor: TakenFor,
  options: SnapshotOptions = {},
): Promise<TakenSnapshot> {
  const poolId = text(pool, 'Id')
  const where = { poolId, region: context.api.region, signal: context.signal }
  return explainingFailures(where, () =>
    withLease(context, `backup/${poolId}`, 'backup', (lease) =>
      capture(context, vault, pool, { takenFor, ...options }, () => lease.check()),
    ),
  )
}

async function capture(
  context: CognitoContext,
  vault: Vault,
  pool: JsonObject,
  { takenFor, ...options }: SnapshotOptions & { readonly takenFor: TakenFor },
  checkLease: () => Promise<void>,
): Promise<TakenSnapshot> {
  const { api, budget, clock, sink, signal } = context
  const before = new Map(budget.requests)
  const facts = await beginCapture(context, vault, pool, takenFor)
  const parent = await latestReadable(vault, text(pool, 'Id'))
  const found = await capturePool(api, pool, {
    tempDirectory: context.tempDirectory,
    concurrency: context.concurrency,
    previousUsers: parent?.counts['users'],
    signal,
    sink,
    fetchImage: context.fetchImage,
  })
  const requests = (): Record<string, number> => requestsSince(before, budget.requests)
  const read = { pool, capture: found, readUntil: clock.now(), parent, requests }
  return storeCapture(context, vault, facts, read, options, checkLease)
}
