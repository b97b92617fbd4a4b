import { loginKey, type LoginRules } from '../diff/login.js'
import { rekeyed, userViews, type UserView } from '../diff/user-view.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'
import type { Snapshot } from '../vault/snapshots.js'
import type { VaultContext } from './context.js'
import { followed, type MadeAgain } from './successors.js'

/** The users of two snapshots, each stream ascending by the key by which they are to be joined. */
export interface JoinedUsers {
  readonly left: AsyncIterable<UserView>
  readonly right: AsyncIterable<UserView>
}

/** What users are read from. */
export type UserSnapshot = Pick<Snapshot, 'manifest' | 'read'>

/**
 * Within a pool users are joined by sub, where a user who was made again since is found under the new one, as the
 * identity maps of earlier runs say; across pools by what they sign in with.
 */
export async function joinUsers(
  context: Pick<VaultContext, 'tempDirectory'>,
  left: UserSnapshot,
  right: UserSnapshot,
  rules: LoginRules,
  { users: renamed }: MadeAgain,
): Promise<JoinedUsers> {
  const poolId = left.manifest.pool.id
  if (poolId !== right.manifest.pool.id) {
    const byLogin = (view: UserView): string => loginKey(view, rules)
    return {
      left: rekeyed(viewsOf(left), byLogin, sorter(context)),
      right: rekeyed(viewsOf(right), byLogin, sorter(context)),
    }
  }
  if (renamed.size === 0) return { left: viewsOf(left), right: viewsOf(right) }
  const living = await livingSubs(right, renamed)
  // A sub that lives is its own user's.
  const current = ({ sub }: UserView): string =>
    [sub, ...followed(sub, renamed)].find((candidate) => living.has(candidate)) ?? sub
  return { left: rekeyed(viewsOf(left), current, sorter(context)), right: viewsOf(right) }
}

/** The users of a snapshot, ascending by sub. */
export function viewsOf(snapshot: UserSnapshot): AsyncIterable<UserView> {
  return userViews(snapshot.read('users'), snapshot.read('memberships'))
}

function sorter(context: Pick<VaultContext, 'tempDirectory'>): Sorter {
  return createSorter({ tempDirectory: context.tempDirectory, duplicates: 'keep' })
}

/** The subs that belong to users whom runs made again, and that live. */
async function livingSubs(
  snapshot: UserSnapshot,
  renamed: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlySet<string>> {
  const interesting = new Set([...renamed.keys(), ...[...renamed.values()].flat()])
  const living = new Set<string>()
  for await (const { key } of snapshot.read('users')) if (interesting.has(key)) living.add(key)
  return living
}
