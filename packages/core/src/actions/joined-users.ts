import { loginKey, type LoginRules } from '../diff/login.js'
import { rekeyed, userViews, type UserView } from '../diff/user-view.js'
import { earlierSubs } from '../restore/identity-map.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'
import type { Snapshot } from '../vault/snapshots.js'
import type { VaultContext } from './context.js'

/** The users of two snapshots, each stream ascending by the key by which they are to be joined. */
export interface JoinedUsers {
  readonly left: AsyncIterable<UserView>
  readonly right: AsyncIterable<UserView>
}

/**
 * Within a pool users are joined by sub, where a user who was made again since is found under the new one, as the
 * identity maps of earlier runs say; across pools by what they sign in with.
 */
export async function joinUsers(
  context: VaultContext,
  left: Snapshot,
  right: Snapshot,
  rules: LoginRules,
): Promise<JoinedUsers> {
  const poolId = left.manifest.pool.id
  if (poolId !== right.manifest.pool.id) {
    const byLogin = (view: UserView): string => loginKey(view, rules)
    return {
      left: rekeyed(viewsOf(left), byLogin, sorter(context)),
      right: rekeyed(viewsOf(right), byLogin, sorter(context)),
    }
  }
  const renamed = new Map<string, string>()
  for await (const line of earlierSubs(context.store, poolId, poolId)) renamed.set(line.old, line.new)
  if (renamed.size === 0) return { left: viewsOf(left), right: viewsOf(right) }
  // A sub that the right side still has is its own user's, whatever was made of it elsewhere.
  const living = await livingSubs(right, renamed)
  const current = (view: UserView): string => follow(view.sub, renamed, living)
  return { left: rekeyed(viewsOf(left), current, sorter(context)), right: viewsOf(right) }
}

/** The users of a snapshot, ascending by sub. */
export function viewsOf(snapshot: Snapshot): AsyncIterable<UserView> {
  return userViews(snapshot.read('users'), snapshot.read('memberships'))
}

function sorter(context: VaultContext): Sorter {
  return createSorter({ tempDirectory: context.tempDirectory, duplicates: 'keep' })
}

async function livingSubs(
  snapshot: Snapshot,
  renamed: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const interesting = new Set([...renamed.keys(), ...renamed.values()])
  const living = new Set<string>()
  for await (const { key } of snapshot.read('users')) if (interesting.has(key)) living.add(key)
  return living
}

/** Follows a user through the runs that made the user again, to the one who lives. */
function follow(sub: string, renamed: ReadonlyMap<string, string>, living: ReadonlySet<string>): string {
  const seen = new Set<string>()
  let current = sub
  while (!living.has(current) && !seen.has(current)) {
    seen.add(current)
    const next = renamed.get(current)
    if (next === undefined) return sub
    current = next
  }
  return living.has(current) ? current : sub
}
