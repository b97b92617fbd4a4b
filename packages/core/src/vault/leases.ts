import type { Clock, Random } from '../model/clock.js'
import { CodedError, hasCode } from '../model/errors.js'
import { isoTime } from '../model/ids.js'
import type { ObjectStore } from '../storage/object-store.js'
import {
  append,
  LARGEST_TTL_MS,
  lastSlots,
  readEntries,
  recentSlots,
  removeSlots,
  slotsAfter,
  type LeaseEntry,
  type LeaseHolder,
  type LeaseLog,
  type Slot,
  type StampedEntry,
} from './lease-log.js'

const DEFAULT_TTL_MS = 60_000

/**
 * The right to be the only one at work on a scope. It ends by release, or when no entry of its own has come for its
 * time to live, by the store's clock: the clocks of those who compete do not matter.
 */
export interface Lease {
  readonly id: string
  readonly scope: string
  /** How long it lasts without being renewed. */
  readonly ttlMs: number
  /** The store's time, in milliseconds, when it was acquired or last renewed. */
  readonly storeTime: number
  /**
   * Starts the time to live anew.
   * @throws CodedError `LOCK_LOST` when it was over already, whether or not another has acquired the scope since;
   *   from then on always.
   */
  renew(): Promise<void>
  /**
   * Proves, right before a commit, that the lease is held and will be for a whole time to live. The store tells its
   * time only to who writes, so that a check is a renewal.
   * @throws CodedError `LOCK_LOST`
   */
  check(): Promise<void>
  /** Frees the scope at once, in a full store too. May be called again, and after the lease was lost. */
  release(): Promise<void>
}

export interface AcquireOptions {
  scope: string
  /** What the holder does, for whoever finds the scope locked: `backup of us-east-1_Ab12Cd34E`. */
  purpose: string
  holder: { host: string; pid: number }
  /** At most an hour. */
  ttlMs?: number
  /** Purposes of holders who are brief, and are waited for: so long at most. */
  waitsFor?: { readonly purposes: readonly string[]; readonly atMostMs: number }
  /** Ends the waiting. */
  signal?: AbortSignal | undefined
  /** For waiting only. */
  clock: Clock
  random: Random
  newId: () => string
}

/** How often a scope is tried again that somebody has for a moment. */
const TRY_AGAIN_MS = 2_000

/**
 * Acquires the scope, or fails: it waits for nobody but those whom the options name. Of those who try at once the first in the log wins. Works in
 * a store that allows nothing to be deleted.
 *
 * An acquisition stands in the way of all later ones until it is released or its time is over, even where it was itself
 * refused: so each is judged by the hour before it alone, and nobody who reads the log can judge it differently.
 *
 * @throws CodedError `LOCKED` when it is taken, `VAULT_DAMAGED` or `VAULT_TOO_NEW` when the log cannot be read
 */
export async function acquireLease(store: ObjectStore, options: AcquireOptions): Promise<Lease> {
  const { scope, purpose, ttlMs = DEFAULT_TTL_MS, clock, random, newId } = options
  if (!(ttlMs > 0 && ttlMs <= LARGEST_TTL_MS)) {
    throw new CodedError('INTERNAL', `a lock cannot be held for ${ttlMs} ms`, { value: String(ttlMs) })
  }
  const log: LeaseLog = { store, clock, random }
  const giveUpAt = clock.now() + (options.waitsFor?.atMostMs ?? 0)
  for (;;) {
    const outcome = await tryToAcquire(log, {
      lease: newId(),
      scope,
      holder: { ...options.holder, purpose },
      ttlMs,
    })
    if (outcome.lease !== undefined) return outcome.lease
    const { rival, now } = outcome
    const isBrief = options.waitsFor?.purposes.includes(rival.holder.purpose) === true
    if (!isBrief || clock.now() >= giveUpAt) throw locked(rival, now)
    await clock.sleep(TRY_AGAIN_MS * (0.5 + random() / 2), options.signal)
  }
}

async function tryToAcquire(
  log: LeaseLog,
  claim: { lease: string; scope: string; holder: LeaseHolder; ttlMs: number },
): Promise<{ lease: Lease } | { lease?: undefined; rival: Claim; now: number }> {
  const { store } = log
  const { own } = await append(log, { ...claim, action: 'acquire' }, () => lastSlots(store))
  const lease = openLease(log, claim, [own])
  try {
    const rival = await findRival(store, claim, own)
    if (rival === undefined) return { lease }
    await lease.release().catch(() => undefined)
    return { rival, now: own.lastModified }
  } catch (error) {
    // What cannot be released now is over when its time is; the reason to give up is the better answer.
    await lease.release().catch(() => undefined)
    throw error
  }
}

interface Claim {
  readonly lease: string
  readonly scope: string
  readonly holder: LeaseHolder
  readonly ttlMs: number
  readonly since: number
  readonly expiresAt: number
}

async function findRival(
  store: ObjectStore,
  { lease, scope }: { lease: string; scope: string },
  own: Slot,
): Promise<Claim | undefined> {
  const entries = await readEntries(store, await recentSlots(store, own))
  return standingClaims(entries, own.lastModified).find(
    (rival) => rival.scope === scope && rival.lease !== lease,
  )
}

/**
 * The claims that are neither released nor over, first acquired first.
 *
 * Order is the log's, never that of the times: an entry can be written long before it is linked to its number. Once
 * any entry is as late as a claim's end, that claim is over, and no renewal that comes after revives it.
 */
function standingClaims(entries: readonly StampedEntry[], now: number): Claim[] {
  const claims = new Map<string, Claim>()
  const over = new Set<string>()

  function end(lease: string): void {
    claims.delete(lease)
    over.add(lease)
  }

  function passTo(time: number): void {
    for (const claim of claims.values()) if (time >= claim.expiresAt) end(claim.lease)
  }

  for (const { time, entry } of entries) {
    passTo(time)
    if (entry.action === 'release') {
      end(entry.lease)
    } else if (entry.action === 'acquire' || !over.has(entry.lease)) {
      const since = entry.action === 'renew' ? entry.since : time
      claims.set(entry.lease, { ...entry, since, expiresAt: time + entry.ttlMs })
    }
  }
  passTo(now)
  return [...claims.values()]
}

function locked({ scope, holder, since, expiresAt }: Claim, now: number): CodedError {
  const who = `${holder.purpose} (process ${holder.pid} on ${holder.host})`
  const seconds = Math.ceil((expiresAt - now) / 1000)
  return new CodedError('LOCKED', `${scope} is locked by ${who} since ${isoTime(since)}`, {
    value: scope,
    hint: `wait until it is done; if that process is dead, the lock is free in ${seconds} seconds`,
  })
}

/**
 * Goes on holding a lease that another process acquired and handed over by its id, and renews it. Several processes may do so at once, as one that
 * was taken for dead may live: what they do must bear that. When one of them releases it, the others have lost it.
 *
 * @returns `undefined` where it was released, was never acquired, or is over by what the log says
 * @throws CodedError `LOCK_LOST` where it is over by the store's clock
 */
export async function takeOverLease(
  { store, clock, random }: LeaseLog,
  { id, holder: { host, pid } }: { readonly id: string; readonly holder: AcquireOptions['holder'] },
): Promise<Lease | undefined> {
  const newest = (await lastSlots(store)).at(-1)
  if (newest === undefined) return undefined
  const entries = await readEntries(store, [...(await recentSlots(store, newest)), newest])
  const found = standingClaims(entries, newest.lastModified).find((claim) => claim.lease === id)
  if (found === undefined) return undefined
  const { scope, ttlMs, since } = found
  const own = entries
    .filter(({ entry }) => entry.lease === id)
    .map(({ number, time }) => ({ number, lastModified: time }))
  const holder = { host, pid, purpose: found.holder.purpose }
  const lease = openLease({ store, clock, random }, { lease: id, scope, ttlMs, holder }, own, since)
  await lease.renew()
  return lease
}

/**
 * A lease whose acquisition is in the log.
 *
 * @param since when it was acquired, where another process did that: then other processes may hold it, and release it
 */
function openLease(
  log: LeaseLog,
  claim: { lease: string; scope: string; holder: LeaseHolder; ttlMs: number },
  own: readonly Slot[],
  since?: number,
): Lease {
  const { lease, scope, ttlMs } = claim
  let last = own.at(-1) as Slot
  const renewal: LeaseEntry = { ...claim, action: 'renew', since: since ?? last.lastModified }
  /** Those of its entries by which it stands in the way of others. */
  let standing = [...own]
  let released = false
  let loss: CodedError | undefined
  let failure: unknown
  let queue: Promise<unknown> = Promise.resolve()

  /** One after another: a renewal under way must not overtake a release. */
  function inTurn(run: () => Promise<void>): Promise<void> {
    const turn = queue.then(run)
    queue = turn.catch(() => undefined)
    return turn
  }

  function lost(why: string): CodedError {
    loss ??= new CodedError('LOCK_LOST', `the lock on ${scope} was lost: ${why}`, {
      value: scope,
      hint: 'keep the machine from sleeping',
      ...(failure === undefined ? {} : { cause: failure }),
    })
    return loss
  }

  /**
   * From the last entry of one's own on. Where that is gone, or another has its number, a day has passed and old entries
   * were deleted, or somebody freed the lock by hand.
   */
  async function ownSlots(): Promise<Slot[]> {
    const slots = await slotsAfter(log.store, last.number - 1)
    const [first] = slots
    if (first?.number !== last.number || first.lastModified !== last.lastModified) {
      throw lost('its entry was removed')
    }
    return slots
  }

  async function isReleased(slots: readonly Slot[]): Promise<boolean> {
    const entries = await readEntries(log.store, slots)
    return entries.some(({ entry }) => entry.action === 'release' && entry.lease === lease)
  }

  async function renew(): Promise<void> {
    if (released) throw lost('it was released')
    if (loss !== undefined) throw loss
    try {
      const { own, before } = await append(log, renewal, ownSlots)
      const others = before.slice(1)
      const now = others.reduce((latest, slot) => Math.max(latest, slot.lastModified), own.lastModified)
      if (since !== undefined && (await isReleased(others))) throw lost('another process released it')
      if (now >= last.lastModified + ttlMs) throw lost(`it was not renewed within ${ttlMs} ms`)
      last = own
      standing = [...standing.filter((slot) => slot.lastModified + ttlMs > own.lastModified), own]
      failure = undefined
    } catch (error) {
      if (!hasCode(error, 'LOCK_LOST')) failure = error
      throw error
    }
  }

  async function release(): Promise<void> {
    if (released) return
    try {
      await append(log, { lease, action: 'release' }, () => lastSlots(log.store))
    } catch (error) {
      // Where no entry fits, some can still go; whoever frees space need not wait for the lease to be over.
      if (!hasCode(error, 'STORAGE_FULL')) throw error
      await removeSlots(log.store, standing)
    }
    released = true
  }

  return {
    id: lease,
    scope,
    ttlMs,
    get storeTime() {
      return last.lastModified
    },
    renew: () => inTurn(renew),
    check: () => inTurn(renew),
    release: () => inTurn(release),
  }
}

/**
 * Renews the lease every so often until the signal aborts, or the lease is lost or released. Never rejects: a renewal
 * that fails is tried again at its next time, and what that leads to is told by the lease's `check`.
 */
export async function keepLease(
  lease: Lease,
  { clock, everyMs, signal }: { clock: Clock; everyMs: number; signal: AbortSignal },
): Promise<void> {
  const stopped = (): boolean => signal.aborted
  while (!stopped()) {
    try {
      await clock.sleep(everyMs, signal)
      await lease.renew()
    } catch (error) {
      if (hasCode(error, 'LOCK_LOST')) return
    }
  }
}
