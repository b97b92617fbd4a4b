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
  const renamed = new Map<string, string[]>()
  for await (const line of earlierSubs(context.store, poolId, poolId)) {
    renamed.set(line.old, [...(renamed.get(line.old) ?? []), line.new])
  }
  if (renamed.size === 0) return { left: viewsOf(left), right: viewsOf(right) }
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

/** The subs of which runs made new ones: by the old one, those that it was given, in no order. */
type Renamed = ReadonlyMap<string, readonly string[]>

async function livingSubs(snapshot: Snapshot, renamed: Renamed): Promise<ReadonlySet<string>> {
  const interesting = new Set([...renamed.keys(), ...[...renamed.values()].flat()])
  const living = new Set<string>()
  for await (const { key } of snapshot.read('users')) if (interesting.has(key)) living.add(key)
  return living
}

/** Follows a user through the runs that made the user again, to the one who lives; a sub that lives is its own user's. */
function follow(sub: string, renamed: Renamed, living: ReadonlySet<string>): string {
  const seen = new Set<string>()
  const open = [sub]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (living.has(next)) return next
    if (seen.has(next)) continue
    seen.add(next)
    open.push(...(renamed.get(next) ?? []))
  }
  return sub
}
