import { isMembersGap, USERS_GAP } from '../cognito/capture-gap.js'
import { type Sighting, userHistory, type UserState } from '../diff/user-history.js'
import { userViews, type UserView, withMfa } from '../diff/user-view.js'
import type { CodedError } from '../model/errors.js'
import { parseMembershipKey, type StreamRecord } from '../model/records.js'
import { anyNamed } from '../restore/reach/user-query.js'
import type { UnreadableRun } from '../restore/runs.js'
import type { Manifest } from '../vault/manifest.js'
import { liesNear, pickRecords } from '../vault/pick-records.js'
import { requireSnapshots } from '../vault/find-snapshot.js'
import { openVault } from '../vault/vault.js'
import type { VaultContext } from './context.js'
import { isMfaWhole } from './joined-users.js'
import { followPeople } from './follow-people.js'
import { eachSnapshot, openPoolSnapshots, type PoolSnapshots, searchUsers } from './search-users.js'
import { madeAgain } from './successors.js'

/** A restore point as a history names it. */
export interface HistoryPoint {
  readonly snapshot: string
  readonly takenAt: string
  readonly takenFor: Manifest['takenFor']
  readonly complete: boolean
  /** The restore that was under way in the pool, or had stopped half-way. */
  readonly during?: string
}

/** One person at all restore points of a pool that can be read. */
export interface PersonHistory {
  /** More than one where a restore made the user again. */
  readonly subs: readonly string[]
  /** Oldest first. */
  readonly states: readonly UserState<HistoryPoint>[]
}

export interface HistoryResult {
  readonly poolId: string
  readonly people: readonly PersonHistory[]
  /** Snapshots of which nothing is told, because they cannot be read. */
  readonly unreadable: readonly { readonly key: string; readonly error: CodedError }[]
  /** Restores that cannot be read: whoever they made again is not followed. */
  readonly unreadableRuns: readonly UnreadableRun[]
}

/**
 * The states of a user, or of a few, over all snapshots of a pool. The users of a snapshot are never held, and a segment
 * that snapshots share is read once for the search and at most once for what was found.
 *
 * @param query as of `restore --users`; whoever fitted it at any restore point is found, and shown at all of them
 * @throws CodedError `SNAPSHOT_NOT_FOUND`; `USAGE` when more than a hundred users fit the query
 */
export async function history(
  context: VaultContext,
  { poolId, query }: { readonly poolId: string; readonly query: string },
): Promise<HistoryResult> {
  const vault = await openVault(context.store)
  await requireSnapshots(vault, poolId)
  const pool = await openPoolSnapshots(vault, poolId)
  const matches = anyNamed(query)
  const subs = await searchUsers(context, pool, matches)
  const again = await madeAgain(context, poolId)
  const found = await followPeople(subs, again.users)
  const pointsOf = await sight(context, pool, found)
  const people = found.map((of) => ({ subs: of, states: userHistory(pointsOf(new Set(of))) }))
  const isMeant = ({ user }: UserState<HistoryPoint>): boolean =>
    user !== undefined && matches(user).length > 0
  return {
    poolId,
    people: people.filter(({ states }) => states.some(isMeant)),
    unreadable: [...pool.unreadable].map(([key, error]) => ({ key, error })),
    unreadableRuns: again.unreadable,
  }
}

/** Reads those who were found at every restore point, and answers the points for the history of one person. */
async function sight(
  context: VaultContext,
  pool: PoolSnapshots,
  people: readonly (readonly string[])[],
): Promise<(subs: ReadonlySet<string>) => Sighting<HistoryPoint>[]> {
  const subs = new Set(people.flat())
  const users = pickRecords(pool.segments, { isWanted: ({ key }) => subs.has(key), mayLieIn: liesNear(subs) })
  const memberships = pickRecords(pool.segments, {
    isWanted: ({ key }) => subs.has(parseMembershipKey(key).sub),
    mayLieIn: liesNear([...subs].map((sub) => `${sub}/`)),
  })
  const factors = pickRecords(pool.segments, {
    isWanted: ({ key }) => subs.has(key),
    mayLieIn: liesNear(subs),
  })
  const seen: { manifest: Manifest; views: UserView[] }[] = []
  await eachSnapshot(context, pool, async (manifest) => {
    const { streams } = manifest
    const [of, groups] = [await users(streams.users.root), await memberships(streams.memberships.root)]
    const views: UserView[] = []
    const found = userViews(eachOf(of), eachOf(groups))
    const all =
      streams.mfa === undefined
        ? found
        : withMfa(found, eachOf(await factors(streams.mfa.root)), isMfaWhole(manifest))
    for await (const view of all) views.push(view)
    seen.push({ manifest, views })
  })
  return (of) =>
    seen.map(({ manifest, views }) =>
      sighting(
        manifest,
        views.filter(({ sub }) => of.has(sub)),
      ),
    )
}

function sighting(manifest: Manifest, views: readonly UserView[]): Sighting<HistoryPoint> {
  const { snapshot, window, takenFor, complete, during, missing } = manifest
  const point = {
    snapshot,
    takenAt: window.from,
    takenFor,
    complete,
    ...(during === undefined ? {} : { during }),
  }
  const lacks = (is: (resource: string) => boolean): boolean => missing.some(({ resource }) => is(resource))
  return {
    point,
    views,
    usersKnown: !lacks((resource) => resource === USERS_GAP),
    groupsKnown: !lacks((resource) => isMembersGap(resource) || resource === 'groups'),
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* eachOf(records: readonly StreamRecord[]): AsyncGenerator<StreamRecord> {
  yield* records
}
