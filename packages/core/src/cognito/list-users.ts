import type { JsonObject } from '../model/canonical.js'
import { type ListingProgress, newListing, type UserListing, type UsersProgress } from './capture-progress.js'
import { type CognitoApi, CognitoError, isAccessDenied, isCredentialsFailure } from './cognito-api.js'
import { failureWords } from './failure-words.js'
import { parallel } from '../model/parallel.js'
import type { Page } from './paginate.js'
import { allPages, allPagesFrom, ShardFilterBroken, shardPages, SHARDS, subOf } from './shards.js'

/** Takes the users as they are read, and forgets them all when the listing has to begin anew. */
export interface UserReceiver {
  /** Takes a page, and accounts for it in the progress of its listing, in the tick of the call. */
  take(section: string, listing: ListingProgress, page: Page): Promise<void>
  /** How many users were taken. */
  count(): number
  forget(): Promise<void>
}

export interface ListUsersOptions {
  readonly poolId: string
  /** Shards that are listed at once. */
  readonly concurrency: number
  /** DescribeUserPool's EstimatedNumberOfUsers, where it gave one. */
  readonly estimatedUsers: number | undefined
  /** How many users the snapshot before had. */
  readonly previousUsers: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Told when the shards cannot be relied on and one stream is read instead. */
  readonly onFallback: (reason: string) => void
}

/** How many users of a shard listing may be missing against an estimate before one stream is read to be sure. */
const TOLERATED_SHORTFALL = 0.1

/** The section of all users, where they are not read by shards. */
const ALL_USERS = 'users'

/**
 * Lists every user of a pool by ListUsers alone, which makes no one a monthly active user. The pool is read as sixteen
 * parallel streams by the first digit of `sub`; nothing documents that this filter holds, so it is checked: each user
 * must lie in its shard, the users of one unfiltered page must be found through their own, and the total must agree
 * with what else is known. Where it does not hold, everything is read again as one stream.
 *
 * @param progress where the listing has come to: it goes on from there
 */
export async function listUsers(
  api: CognitoApi,
  options: ListUsersOptions,
  progress: UsersProgress,
  receiver: UserReceiver,
): Promise<UserListing> {
  try {
    if (progress.stage === 'first page') {
      const first = await readFirstPage(api, options)
      if (first.whole) {
        progress.stage = 'one stream'
        const page = { items: [...first.users], next: undefined, isFirst: true }
        await receiver.take(ALL_USERS, progress.stream, page)
        progress.stage = 'done'
        return 'one stream'
      }
      await probe(api, options, first.users)
      progress.unseen = first.users.map(subOf)
      progress.shards = Object.fromEntries(SHARDS.map((prefix) => [prefix, newListing()]))
      progress.stage = 'shards'
    }
    if (progress.stage === 'shards') {
      await readShards(api, options, progress, receiver)
      progress.stage = 'done'
      return 'shards'
    }
  } catch (error) {
    if (!meansFallback(error)) throw error
    options.onFallback(error instanceof CognitoError ? failureWords(error) : error.message)
    progress.stage = 'one stream'
    await receiver.forget()
  }
  const { stream } = progress
  if (!stream.isDone) {
    for await (const page of allPagesFrom(
      api,
      options.poolId,
      { signal: options.signal },
      stream.cursor ?? undefined,
    ))
      await receiver.take(ALL_USERS, stream, page)
  }
  progress.stage = 'done'
  return 'one stream'
}

/** A filter that is refused as such does not hold either; who may not list at all may not list unfiltered. */
function meansFallback(error: unknown): error is Error {
  if (error instanceof ShardFilterBroken) return true
  return (
    error instanceof CognitoError &&
    error.outcome === 'refused' &&
    !isAccessDenied(error) &&
    !isCredentialsFailure(error)
  )
}

/** The users of the first page that has any; `whole` where there are no more. */
async function readFirstPage(
  api: CognitoApi,
  options: ListUsersOptions,
): Promise<{ users: readonly JsonObject[]; whole: boolean }> {
  let users: readonly JsonObject[] = []
  for await (const page of allPages(api, options.poolId, { signal: options.signal })) {
    if (users.length > 0) return { users, whole: false }
    users = page
  }
  return { users, whole: true }
}

/** A short question that a filter which is ignored, or which finds nobody, answers wrongly. */
async function probe(
  api: CognitoApi,
  options: ListUsersOptions,
  known: readonly JsonObject[],
): Promise<void> {
  const sub = subOf(known[0] ?? {})
  if (!/^[0-9a-f]/.test(sub)) throw new ShardFilterBroken('subs do not begin with a hexadecimal digit')
  const signal = options.signal
  for await (const { items } of shardPages(api, options.poolId, sub.slice(0, 13), { signal })) {
    if (items.some((user) => subOf(user) === sub)) return
  }
  throw new ShardFilterBroken('the filter on sub does not find a known user')
}

/** A known user that no shard gave may have been deleted meanwhile; it is cheaper to read again than to be wrong. */
async function readShards(
  api: CognitoApi,
  options: ListUsersOptions,
  progress: UsersProgress,
  receiver: UserReceiver,
): Promise<void> {
  const open = Object.entries(progress.shards).filter(([, { isDone }]) => !isDone)
  await parallel(open, options.concurrency, options.signal, async ([prefix, listing], signal) => {
    const pages = shardPages(api, options.poolId, prefix, { signal }, listing.cursor ?? undefined)
    for await (const page of pages) {
      const seen = new Set(progress.unseen.length === 0 ? [] : page.items.map(subOf))
      progress.unseen = progress.unseen.filter((sub) => !seen.has(sub))
      await receiver.take(shardSection(prefix), listing, page)
    }
  })
  const unseen = progress.unseen.length
  if (unseen > 0) throw new ShardFilterBroken(`${unseen} known users are in no shard`)
  const expected = Math.max(options.estimatedUsers ?? 0, options.previousUsers ?? 0)
  if (receiver.count() < expected * (1 - TOLERATED_SHORTFALL)) {
    throw new ShardFilterBroken(
      `the shards hold ${receiver.count()} users where about ${expected} were expected`,
    )
  }
}

/** The section of the users of a shard. */
export function shardSection(prefix: string): string {
  return `${ALL_USERS}/${prefix}`
}
