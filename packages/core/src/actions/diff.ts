import { readResources, withoutKinds } from '../cognito/resource-set.js'
import { diffResources, type ResourceDifference } from '../diff/diff-resources.js'
import { diffUsers, type UserDifference } from '../diff/diff-users.js'
import { type Incomparable, incomparable, type Unknown } from '../diff/incomparable.js'
import { loginRules } from '../diff/login.js'
import { withUnknownAsItIs } from '../restore/imported-snapshot.js'
import type { UnreadableRun } from '../restore/runs.js'
import { firstOf } from '../model/first-of.js'
import { MFA_STREAM } from '../model/records.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import type { Snapshot } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { CognitoContext, VaultContext } from './context.js'
import { joinUsers } from './joined-users.js'
import { requirePool } from './pool.js'
import { madeAgain, resourcesMadeAgain } from './successors.js'
import { takeSnapshot } from './take-snapshot.js'

/** What `diff` found; the field names are those of its JSON document. */
export interface DiffResult {
  /** Nothing differs, and nothing is unknown. */
  readonly same: boolean
  readonly left: string
  readonly right: string
  readonly users: {
    readonly added: readonly UserDifference[]
    readonly removed: readonly UserDifference[]
    readonly changed: readonly UserDifference[]
  }
  /** How many users differ, of whom `users` lists the first ten thousand of each kind. */
  readonly userCounts: Readonly<Record<UserDifference['change'], number>>
  /** Whether `users` lists fewer than differ. */
  readonly usersCut: boolean
  readonly resources: readonly ResourceDifference[]
  /** The side, where only one has no second factors because it was taken without `--mfa capture`: they were not compared. */
  readonly withoutMfa?: string
  /** What either side could not read. It was left out on both, so that none of it is among the differences. */
  readonly unknown: readonly Unknown[]
  /** Restores of this pool that cannot be read: whom and what they made again is among the removed and the added. */
  readonly unreadableRuns: readonly UnreadableRun[]
}

/** Whether anything was found to differ, whatever else is unknown. */
export function hasDifferences({ users, resources }: Pick<DiffResult, 'users' | 'resources'>): boolean {
  return [users.added, users.removed, users.changed, resources].some((list) => list.length > 0)
}

/** The differences between two snapshots: what the second has, lacks, or has otherwise. */
export async function diff(context: VaultContext, left: string, right: string): Promise<DiffResult> {
  const vault = await openVault(context.store)
  return diffSnapshots(context, await findSnapshot(vault, left), await findSnapshot(vault, right))
}

/**
 * The differences between a snapshot and a pool as it is now: the snapshot's own, or another one. The pool's state is
 * stored as a snapshot of it, which costs no MAU and little room.
 */
export async function diffLive(context: CognitoContext, left: string, poolId?: string): Promise<DiffResult> {
  const vault = await openVault(context.store)
  const snapshot = await findSnapshot(vault, left)
  const pool = await requirePool(context.api, poolId ?? snapshot.manifest.pool.id, context.signal)
  const live = await takeSnapshot(context, vault, pool, 'diff')
  return diffSnapshots(context, snapshot, live.snapshot)
}

/** The differences between two snapshots that are open. */
export async function diffSnapshots(
  context: VaultContext,
  left: Snapshot,
  right: Snapshot,
): Promise<DiffResult> {
  const samePool = left.manifest.pool.id === right.manifest.pool.id
  const leftOut = incomparable(left.manifest, right.manifest)
  const [ofLeft, ofRight] = await Promise.all([
    readResources(left.read('resources')),
    readResources(right.read('resources')),
  ])
  const before = withUnknownAsItIs(ofLeft, ofRight, left.manifest)
  const after = withUnknownAsItIs(ofRight, ofLeft, right.manifest)
  // One that was imported has no settings of its pool.
  const rules = loginRules((before.one('pool') ?? after.one('pool'))?.body ?? {})
  const found = {
    added: firstOf<UserDifference>(),
    removed: firstOf<UserDifference>(),
    changed: firstOf<UserDifference>(),
  }

  const options = { samePool, madeUsernames: rules.usernameAttributes.length > 0 }
  const again = samePool
    ? await madeAgain(context, left.manifest.pool.id)
    : await resourcesMadeAgain(context, left.manifest.pool.id, right.manifest.pool.id)
  const joined = joinUsers(context, without(left, leftOut), without(right, leftOut), rules, again)
  for await (const difference of diffUsers(joined.left, joined.right, options)) {
    found[difference.change].add(difference)
  }
  const pairing = { samePool, successors: again.resources }
  const resources = [
    ...diffResources(withoutKinds(before, leftOut.kinds), withoutKinds(after, leftOut.kinds), pairing),
  ]
  const { added, removed, changed } = found
  const users = { added: added.items, removed: removed.items, changed: changed.items }
  return {
    same: !hasDifferences({ users, resources }) && leftOut.unknown.length === 0,
    left: left.manifest.snapshot,
    right: right.manifest.snapshot,
    users,
    userCounts: { added: added.total, removed: removed.total, changed: changed.total },
    usersCut: added.isCut || removed.isCut || changed.isCut,
    resources,
    ...(leftOut.withoutMfa === undefined ? {} : { withoutMfa: leftOut.withoutMfa }),
    unknown: leftOut.unknown,
    unreadableRuns: again.unreadable,
  }
}

function without(snapshot: Snapshot, { streams }: Incomparable): Snapshot {
  const { mfa, ...others } = snapshot.manifest.streams
  const manifest =
    mfa === undefined || !streams.has(MFA_STREAM)
      ? snapshot.manifest
      : { ...snapshot.manifest, streams: others }
  return {
    ...snapshot,
    manifest,
    read: (stream) => (streams.has(stream) ? nothing() : snapshot.read(stream)),
  }
}

async function* nothing(): AsyncGenerator<never> {
  // Of what is left out neither side has a record.
}
