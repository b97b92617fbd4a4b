import { randomUUID } from 'node:crypto'
import { acquireLease, keepLease, type Lease } from '../vault/leases.js'
import { FORGET_PURPOSE } from '../vault/forgotten.js'
import { PRUNE_PURPOSE } from '../vault/prune-pool.js'
import type { VaultContext } from './context.js'

/** A third of a lease's time to live, so that two renewals may fail before it is lost. */
const RENEW_EVERY_MS = 20_000

/** How long who is brief is waited for: pruning and forgetting, so that no scheduled backup fails because of them. */
const WAIT_AT_MOST_MS = 15 * 60_000

/**
 * Does the work while holding a lease that nobody else can have, and gives it back however the work ends.
 *
 * @throws CodedError `LOCKED` when it is taken, by whoever prunes or forgets after a wait
 */
export async function withLease<T>(
  context: VaultContext,
  scope: string,
  purpose: string,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await takeLease(context, scope, purpose, { newId: randomUUID, waitAtMostMs: WAIT_AT_MOST_MS })
  try {
    return await whileRenewed(context, lease, RENEW_EVERY_MS, () => work(lease))
  } finally {
    // What cannot be released is over when its time is; how the work ended is the answer.
    await lease.release().catch(() => undefined)
  }
}

/** Acquires a lease, and waits for who is brief. @throws CodedError `LOCKED` */
export async function takeLease(
  { store, clock, random, holder, signal }: VaultContext,
  scope: string,
  purpose: string,
  { newId, waitAtMostMs, ttlMs }: { newId: () => string; waitAtMostMs: number; ttlMs?: number },
): Promise<Lease> {
  const purposes = purpose === PRUNE_PURPOSE ? [FORGET_PURPOSE] : [PRUNE_PURPOSE, FORGET_PURPOSE]
  const waitsFor = { purposes, atMostMs: waitAtMostMs }
  const claim = { scope, purpose, holder, newId, ...(ttlMs === undefined ? {} : { ttlMs }) }
  return acquireLease(store, { ...claim, clock, random, waitsFor, signal })
}

/** Does the work, and renews the lease every so often meanwhile. */
export async function whileRenewed<T>(
  { clock }: VaultContext,
  lease: Lease,
  everyMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const renewing = keepLease(lease, { clock, everyMs, signal: stop.signal })
  try {
    return await work()
  } finally {
    stop.abort()
    await renewing
  }
}
