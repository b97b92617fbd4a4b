import { CodedError } from '../model/errors.js'
import { neededByRuns, type NeededByRuns } from '../restore/kept-for-runs.js'
import { applyPolicy, type Policy, type Verdict } from '../retention/policy.js'
import {
  DEFAULT_GUARD,
  type GuardLimits,
  type GuardState,
  type Shrinkage,
} from '../retention/shrink-guard.js'
import { findSnapshot, requireSnapshots } from '../vault/find-snapshot.js'
import {
  FORGET_PURPOSE,
  forgetSnapshot,
  listForgotten,
  recallSnapshot,
  RETENTION_SCOPE,
} from '../vault/forgotten.js'
import type { Lease } from '../vault/leases.js'
import type { Manifest } from '../vault/manifest.js'
import { manifestKey } from '../vault/object-keys.js'
import { isCompleteBackup, listPools, readManifestIfThere } from '../vault/snapshots.js'
import { openVault, type Vault } from '../vault/vault.js'
import type { VaultContext } from './context.js'
import { judgePool, readPool, takenAt } from './guard.js'
import { withLease } from './with-lease.js'

/** Which snapshots go: those that a policy does not keep, or those that are named. */
export type ForgetRequest =
  | {
      readonly policy: Policy
      readonly poolIds?: readonly string[] | undefined
      readonly guard?: GuardLimits | undefined
    }
  | {
      readonly policy?: undefined
      readonly names: readonly string[]
      readonly guard?: GuardLimits | undefined
    }

/** What becomes of a snapshot; the field names are those of the JSON document. */
export interface ForgetVerdict {
  readonly id: string
  readonly takenAt: string
  readonly users: number
  readonly keep: boolean
  readonly reasons: readonly string[]
}

/** What becomes of a pool's snapshots, newest first. */
export interface ForgetPool {
  readonly poolId: string
  readonly poolName: string
  readonly snapshots: readonly ForgetVerdict[]
  /** Manifests that cannot be read: they are kept. */
  readonly unreadable: readonly { readonly key: string; readonly error: CodedError }[]
  /** What the shrink guard flagged, and nobody has acknowledged. */
  readonly flagged: readonly { readonly id: string; readonly shrunk: readonly Shrinkage[] }[]
  /** How many snapshots are kept for that alone. */
  readonly heldByGuard: number
}

export interface ForgetPlan {
  readonly pools: readonly ForgetPool[]
}

export interface ForgetResult extends ForgetPlan {
  readonly dryRun: boolean
  /** Snapshots that were forgotten, in this order. */
  readonly forgotten: readonly string[]
  /** Snapshots that were to be forgotten, and that the store keeps from being deleted for now. */
  readonly retained: readonly string[]
}

/** No clock is wrong by more. What is dated later was dated by somebody who wants it to be the newest. */
const CLOCKS_APART_MS = 24 * 3_600_000

/**
 * Forgets snapshots: their manifests go out of sight, and {@link prune} frees what they alone needed, a day later at the
 * earliest. What must not be lost stays whatever the policy says, and the plan says why: the newest complete backup, what a
 * restore that can be resumed needs, what cannot be read, and while the shrink guard has flagged a backup that nobody has
 * acknowledged, everything before it.
 *
 * @param approve sees the plan, the same for a dry run
 * @returns `undefined` when it was refused
 * @throws CodedError `SNAPSHOT_NOT_FOUND`; of what is named `USAGE` for the newest complete backup and for what a restore needs, and
 *   `SHRINK_GUARD` for what the guard holds back
 */
export async function forget(
  context: VaultContext,
  request: ForgetRequest,
  approve: (plan: ForgetPlan) => Promise<'forget' | 'dry-run' | 'refuse'>,
): Promise<ForgetResult | undefined> {
  const vault = await openVault(context.store)
  const named = request.policy === undefined ? await openNamed(vault, request.names) : undefined
  for (const poolId of (request.policy && request.poolIds) ?? []) await requireSnapshots(vault, poolId)
  return withLease(context, RETENTION_SCOPE, FORGET_PURPOSE, async (lease) => {
    const poolIds =
      named === undefined ? request.policy && request.poolIds : [...new Set(named.map(({ pool }) => pool.id))]
    const pools: ForgetPool[] = []
    const needed = await neededNow(context, lease)
    for (const poolId of await listPools(vault)) {
      if (poolIds !== undefined && !poolIds.includes(poolId)) continue
      const pool = await planPool(vault, poolId, { request, named, needed, now: lease.storeTime })
      if (pool !== undefined) pools.push(pool)
    }
    const approval = await approve({ pools })
    if (approval === 'refuse') return undefined
    if (approval === 'dry-run') return { pools, dryRun: true, forgotten: [], retained: [] }
    return { pools, dryRun: false, ...(await forgetAll(context, vault, pools, lease)) }
  })
}

async function openNamed(vault: Vault, names: readonly string[]): Promise<Manifest[]> {
  const manifests: Manifest[] = []
  for (const name of names) manifests.push((await findSnapshot(vault, name)).manifest)
  return manifests
}

async function neededNow({ store, clock, sink }: VaultContext, lease: Lease): Promise<NeededByRuns> {
  const needed = await neededByRuns(store, clock, lease.storeTime)
  for (const { runId, reason } of needed.unreadable) sink({ code: 'run.unreadable', runId, reason })
  return needed
}

interface Planning {
  readonly request: ForgetRequest
  readonly named: readonly Manifest[] | undefined
  readonly needed: NeededByRuns
  /** The store's time. */
  readonly now: number
}

async function planPool(
  vault: Vault,
  poolId: string,
  { request, named, needed, now }: Planning,
): Promise<ForgetPool | undefined> {
  const { manifests, unreadable } = await readPool(vault, poolId)
  const newest = manifests.at(-1)
  if (newest === undefined && unreadable.length === 0) return undefined
  const isOfTheFuture = (manifest: Manifest): boolean => takenAt(manifest) > now + CLOCKS_APART_MS
  const dated = manifests.filter((manifest) => !isOfTheFuture(manifest))
  // Not by what the manifests say of limits: whoever forges one could write any.
  const guard = await judgePool(vault, poolId, dated, request.guard ?? DEFAULT_GUARD)
  const wanted = named === undefined ? byPolicy(dated, request.policy ?? {}) : byName(dated, named)
  const kept = new Map(wanted.map(({ id, reasons }) => [id, reasons]))
  const oldestFlagged = [...guard.flagged.keys()].sort()[0]
  let heldByGuard = 0
  const snapshots = manifests
    .map((manifest): ForgetVerdict => {
      const { snapshot: id, window, takenFor, streams } = manifest
      const reasons = [...(kept.get(id) ?? ['dated later than now, and not counted'])]
      const run = needed.reasons.get(id)
      if (run !== undefined) reasons.push(run)
      const [unread] = needed.unreadable
      if (unread !== undefined && takenFor === 'restore') reasons.push(`${unread.runId} cannot be read`)
      const held = heldBack(id, guard, oldestFlagged)
      const isHeld = held !== undefined && (named === undefined || isBefore(id, oldestFlagged))
      if (isHeld && reasons.length === 0 && oldestFlagged !== undefined) heldByGuard++
      if (isHeld) reasons.push(held)
      return { id, takenAt: window.from, users: streams.users.records, keep: reasons.length > 0, reasons }
    })
    .reverse()
  if (named !== undefined)
    refuseNamed(
      named.filter(({ pool }) => pool.id === poolId),
      snapshots,
      oldestFlagged,
    )
  const flagged = [...guard.flagged].map(([id, shrunk]) => ({ id, shrunk }))
  return { poolId, poolName: newest?.pool.name ?? '', snapshots, unreadable, flagged, heldByGuard }
}

function byPolicy(manifests: readonly Manifest[], policy: Policy): Verdict[] {
  const candidates = manifests.map((manifest) => ({
    id: manifest.snapshot,
    time: takenAt(manifest),
    takenFor: manifest.takenFor,
    complete: manifest.complete && manifest.during === undefined,
    imported: manifest.imported !== undefined,
    hasMfa: manifest.streams.mfa !== undefined,
  }))
  return applyPolicy(candidates, policy)
}

function byName(manifests: readonly Manifest[], named: readonly Manifest[]): Verdict[] {
  const ids = new Set(named.map(({ snapshot }) => snapshot))
  const latest = manifests.findLast(isCompleteBackup)?.snapshot
  return manifests.map(({ snapshot: id }) => {
    if (id === latest) return { id, reasons: ['latest complete snapshot'] }
    return { id, reasons: ids.has(id) ? [] : ['not named'] }
  })
}

function isBefore(id: string, flagged: string | undefined): boolean {
  return flagged !== undefined && id < flagged
}

/** Why the guard keeps a snapshot, if it does. */
function heldBack(
  id: string,
  { flagged, references }: GuardState,
  oldestFlagged: string | undefined,
): string | undefined {
  if (flagged.has(id)) return 'flagged by the shrink guard'
  if (isBefore(id, oldestFlagged)) return `before ${oldestFlagged ?? ''}, which the shrink guard flagged`
  return references.has(id) ? 'the shrink guard compares with it' : undefined
}

/**
 * Who names a snapshot is told what is in the way; of a policy it is in the table. What the guard flagged, or compares with, may
 * be named: but nothing that is older than what it flagged.
 */
function refuseNamed(
  named: readonly Manifest[],
  snapshots: readonly ForgetVerdict[],
  oldestFlagged: string | undefined,
): void {
  for (const { snapshot } of named) {
    const reasons = snapshots.find(({ id }) => id === snapshot)?.reasons ?? []
    if (reasons.length === 0) continue
    const isGuard = isBefore(snapshot, oldestFlagged)
    throw new CodedError(isGuard ? 'SHRINK_GUARD' : 'USAGE', `${snapshot} is kept: ${reasons.join(', ')}`, {
      value: snapshot,
      hint: isGuard
        ? `if what ${oldestFlagged ?? ''} lacks is meant to be gone: cognito-vault acknowledge ${oldestFlagged ?? ''}; nothing was forgotten`
        : 'nothing was forgotten',
    })
  }
}

/** What restores need is looked at once more: somebody may have begun one while the plan was shown. */
async function forgetAll(
  context: VaultContext,
  vault: Vault,
  pools: readonly ForgetPool[],
  lease: Lease,
): Promise<Pick<ForgetResult, 'forgotten' | 'retained'>> {
  const { reasons } = await neededNow(context, lease)
  const forgotten: string[] = []
  const retained: string[] = []
  for (const { poolId, snapshots } of pools) {
    for (const { id, keep } of [...snapshots].reverse()) {
      if (keep || reasons.has(id)) continue
      context.signal?.throwIfAborted()
      const outcome = await forgetSnapshot(vault, poolId, id, () => lease.check())
      if (outcome !== false) (outcome === 'retained' ? retained : forgotten).push(id)
    }
  }
  return { forgotten, retained }
}

/**
 * Takes a forgotten snapshot back, until {@link prune} has removed it.
 *
 * @param name its id or a unique prefix
 * @throws CodedError `SNAPSHOT_NOT_FOUND`; `USAGE` when it fits several; `VAULT_DAMAGED` when something of it is gone
 */
export async function recall(context: VaultContext, name: string): Promise<Manifest> {
  const vault = await openVault(context.store)
  const matches: { poolId: string; snapshotId: string }[] = []
  for (const poolId of await listPools(vault)) {
    for (const { snapshotId } of await listForgotten(vault, poolId))
      if (snapshotId.startsWith(name)) matches.push({ poolId, snapshotId })
  }
  const [match, another] = matches
  if (match === undefined || name === '') {
    throw new CodedError('SNAPSHOT_NOT_FOUND', `no forgotten snapshot is named ${name}`, {
      value: name,
      hint: 'a forgotten snapshot can be taken back until a prune that comes a day later',
    })
  }
  if (another !== undefined && !matches.some(({ snapshotId }) => snapshotId === name)) {
    throw new CodedError('USAGE', `${name} fits ${matches.length} forgotten snapshots`, {
      value: name,
      hint: `give more of the id, such as ${match.snapshotId}`,
    })
  }
  const { poolId, snapshotId } = matches.find((one) => one.snapshotId === name) ?? match
  return withLease(context, `backup/${poolId}`, FORGET_PURPOSE, async (lease) => {
    // The copy stays for a time when a snapshot was taken back.
    if ((await readManifestIfThere(vault, manifestKey(poolId, snapshotId))) !== undefined)
      throw new CodedError('USAGE', `${snapshotId} is not forgotten`, { value: snapshotId })
    return recallSnapshot(vault, poolId, snapshotId, () => lease.check())
  })
}
