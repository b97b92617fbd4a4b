import type { EventSink } from '../model/events.js'
import { parallel } from '../model/parallel.js'
import { makeRecord, membershipKey } from '../model/records.js'
import { membersGap } from './capture-gap.js'
import {
  advance,
  type CaptureProgress,
  type Collector,
  type GroupsFailure,
  type ListingProgress,
  newListing,
  type OpenGroup,
} from './capture-progress.js'
import {
  type CallOptions,
  type CallOutcome,
  type CognitoApi,
  CognitoError,
  isAccessDenied,
  isCredentialsFailure,
  isException,
  unreadableAnswer,
} from './cognito-api.js'
import { type Cursor, type Page, pagesFrom } from './paginate.js'
import { describePool } from './resources/pool.js'
import { subOf } from './shards.js'

export interface MembershipsOptions {
  /** Groups that are listed at once. */
  readonly concurrency: number
  readonly signal?: AbortSignal | undefined
  readonly sink: EventSink
  readonly collector: Pick<Collector, 'take'>
  /** Told what could not be read; throws what ends the capture. */
  missed(resource: string, error: unknown): void
}

/**
 * Reads who is in which group, by ListUsersInGroup, from where the progress says that it has come to. Of the groups that were deleted since they
 * were listed, which the progress names then, some members may have been taken.
 */
export async function captureMemberships(
  api: CognitoApi,
  poolId: string,
  progress: CaptureProgress,
  { concurrency, signal: stopped, sink, collector, ...options }: MembershipsOptions,
): Promise<void> {
  const { groups, memberships } = progress

  /** Those that were begun first. Each is open from the moment in which it is next no more. */
  function* unread(): Generator<OpenGroup> {
    yield* [...memberships.open]
    while (memberships.next < groups.length) {
      const group = { place: memberships.next++, listing: newListing() }
      memberships.open.push(group)
      yield group
    }
  }

  async function capture(group: string, listing: ListingProgress, signal: AbortSignal): Promise<void> {
    // Who may not list one group may list none; there may be ten thousand.
    const denied = memberships.failures.map(errorOf).find(isAccessDenied)
    if (denied !== undefined) throw denied
    const section = `members/${group}`
    for await (const page of memberPages(api, poolId, group, listing.cursor ?? undefined, { signal })) {
      const records = page.items.map((member) => makeRecord(membershipKey(subOf(member), group), {}))
      const before = listing.taken
      advance(progress, section, listing, page)
      memberships.taken += listing.taken - before
      await collector.take('memberships', section, records)
    }
  }

  /** The same is said of a group that is gone and of a pool that is. */
  async function isGone(error: unknown): Promise<boolean> {
    if (!isException(error, 'ResourceNotFoundException')) return false
    await describePool(api, poolId)
    return true
  }

  function fail(group: string, error: unknown): void {
    if (!(error instanceof CognitoError) || isCredentialsFailure(error)) throw error
    const { operation, exception, message, outcome } = error
    const known = memberships.failures.find((failure) => failure.error.exception === exception)
    const failure = known ?? { error: { operation, exception, message, outcome }, groups: [] }
    if (known === undefined) memberships.failures.push(failure)
    failure.groups.push(group)
  }

  await parallel(unread(), concurrency, stopped, async ({ place, listing }, signal) => {
    const group = groups[place] ?? ''
    try {
      if (!listing.isDone)
        await capture(group, listing, signal).catch(async (error: unknown) => {
          if (!(await isGone(error))) throw error
          memberships.gone.push(group)
        })
    } catch (error) {
      signal.throwIfAborted()
      fail(group, error)
    }
    memberships.open = memberships.open.filter((open) => open.place !== place)
    memberships.done++
    sink({
      code: 'capture.memberships',
      poolId,
      memberships: memberships.taken,
      groupsDone: memberships.done,
      groups: groups.length,
    })
  })
  for (const failure of memberships.failures) options.missed(membersGap(failure.groups), errorOf(failure))
}

function errorOf({ error: { operation, exception, message, outcome } }: GroupsFailure): CognitoError {
  return new CognitoError(operation, exception, message, outcome as CallOutcome)
}

async function* memberPages(
  api: CognitoApi,
  poolId: string,
  group: string,
  from: Cursor | undefined,
  options: CallOptions,
): AsyncGenerator<Page> {
  const input = { UserPoolId: poolId, GroupName: group, Limit: 60 }
  const listing = { operation: 'ListUsersInGroup', input, items: 'Users', token: 'NextToken' as const }
  for await (const page of pagesFrom(api, listing, from, options)) {
    if (page.items.map(subOf).includes(''))
      throw unreadableAnswer('ListUsersInGroup', 'a user came without a sub')
    yield page
  }
}
