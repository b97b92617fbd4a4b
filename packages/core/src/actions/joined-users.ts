import { loginKey, type LoginRules } from '../diff/login.js'
import { rekeyed, userViews, type UserView, withMfa } from '../diff/user-view.js'
import { MFA_GAP } from '../cognito/capture-gap.js'
import { MFA_STREAM } from '../model/records.js'
import type { Manifest } from '../vault/manifest.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'
import { mergeJoin } from '../sorting/merge-join.js'
import type { Snapshot } from '../vault/snapshots.js'
import type { VaultContext } from './context.js'
import { livingSuccessors } from './living-successors.js'
import type { MadeAgain } from './successors.js'

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
 *
 * @param leftViews the users of the left snapshot, where more is known of them than it says
 */
export function joinUsers(
  context: Pick<VaultContext, 'tempDirectory'>,
  left: UserSnapshot,
  right: UserSnapshot,
  rules: LoginRules,
  again: MadeAgain,
  leftViews = viewsOf(left),
): JoinedUsers {
  const poolId = left.manifest.pool.id
  if (poolId !== right.manifest.pool.id) {
    const byLogin = (view: UserView): string => loginKey(view, rules)
    return {
      left: rekeyed(leftViews, byLogin, sorter(context)),
      right: rekeyed(viewsOf(right), byLogin, sorter(context)),
    }
  }
  if (!again.hasUsers) return { left: leftViews, right: viewsOf(right) }
  const living = livingSuccessors({
    renamings: again.users,
    living: () => right.read('users'),
    longestChain: again.runs,
    tempDirectory: context.tempDirectory,
  })
  const current = underLivingSubs(leftViews, living)
  return { left: rekeyed(current, ({ key }) => key, sorter(context)), right: viewsOf(right) }
}

/** The users of a snapshot, ascending by sub. */
export function viewsOf({ manifest, read }: UserSnapshot): AsyncIterable<UserView> {
  const views = userViews(read('users'), read('memberships'))
  if (manifest.streams.mfa === undefined) return views
  return withMfa(views, read(MFA_STREAM), isMfaWhole(manifest))
}

/** Whether the second factors of a snapshot could all be read. */
export function isMfaWhole({ missing }: Pick<Manifest, 'missing'>): boolean {
  return !missing.some(({ resource }) => resource === MFA_GAP)
}

function sorter(context: Pick<VaultContext, 'tempDirectory'>): Sorter {
  return createSorter({ tempDirectory: context.tempDirectory, duplicates: 'keep' })
}

/** The users, each under the sub that it lives under now; one that lives is its own user's. */
async function* underLivingSubs(
  views: AsyncIterable<UserView>,
  living: AsyncIterable<{ readonly key: string; readonly now: string }>,
): AsyncGenerator<UserView> {
  for await (const { left, right } of mergeJoin(views, living)) {
    if (left !== undefined) yield right === undefined ? left : { ...left, key: right.now }
  }
}
