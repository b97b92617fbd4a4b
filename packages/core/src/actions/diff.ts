import { readResources } from '../cognito/resource-set.js'
import { diffResources, type ResourceDifference } from '../diff/diff-resources.js'
import { diffUsers, type UserDifference } from '../diff/diff-users.js'
import { loginRules } from '../diff/login.js'
import { findSnapshot } from '../vault/find-snapshot.js'
import type { Snapshot } from '../vault/snapshots.js'
import { openVault } from '../vault/vault.js'
import type { CognitoContext, VaultContext } from './context.js'
import { joinUsers } from './joined-users.js'
import { requirePool } from './pool.js'
import { madeAgain, nothingMadeAgain } from './successors.js'
import { takeSnapshot } from './take-snapshot.js'

/** What `diff` found; the field names are those of its JSON document. */
export interface DiffResult {
  readonly same: boolean
  readonly left: string
  readonly right: string
  readonly users: {
    readonly added: readonly UserDifference[]
    readonly removed: readonly UserDifference[]
    readonly changed: readonly UserDifference[]
  }
  readonly resources: readonly ResourceDifference[]
  /** What either side could not read, so that nothing is known of it. */
  readonly unknown: readonly string[]
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
  const live = await takeSnapshot(context, vault, pool)
  return diffSnapshots(context, snapshot, live.snapshot)
}

async function diffSnapshots(context: VaultContext, left: Snapshot, right: Snapshot): Promise<DiffResult> {
  const samePool = left.manifest.pool.id === right.manifest.pool.id
  const [before, after] = await Promise.all([
    readResources(left.read('resources')),
    readResources(right.read('resources')),
  ])
  const rules = loginRules(before.one('pool')?.body ?? {})
  const users = {
    added: [] as UserDifference[],
    removed: [] as UserDifference[],
    changed: [] as UserDifference[],
  }

  const options = { samePool, madeUsernames: rules.usernameAttributes.length > 0 }
  const again = samePool ? await madeAgain(context, left.manifest.pool.id) : nothingMadeAgain
  const joined = await joinUsers(context, left, right, rules, again)
  for await (const difference of diffUsers(joined.left, joined.right, options)) {
    users[difference.change].push(difference)
  }
  const resources = [...diffResources(before, after, { samePool, successors: again.resources })]
  const differences = users.added.length + users.removed.length + users.changed.length + resources.length
  return {
    same: differences === 0,
    left: left.manifest.snapshot,
    right: right.manifest.snapshot,
    users,
    resources,
    unknown: [
      ...new Set([...left.manifest.missing, ...right.manifest.missing].map((gap) => gap.resource)),
    ].sort(),
  }
}
