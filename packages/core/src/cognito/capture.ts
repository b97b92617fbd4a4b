import type { JsonObject } from '../model/canonical.js'
import type { EventSink } from '../model/events.js'
import { parallel } from '../model/parallel.js'
import { makeRecord, membershipKey, resourceKey, type StreamRecord } from '../model/records.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'
import { canonicalBody, text } from './canonical-body.js'
import { type CaptureGap, doesNotApply, gapOf } from './capture-gap.js'
import { type CognitoApi, CognitoError, isAccessDenied, isCredentialsFailure } from './cognito-api.js'
import { listUsers, type UserListing } from './list-users.js'
import { pages } from './paginate.js'
import { RESOURCE_KINDS } from './resources/resource-kinds.js'
import { subOf } from './shards.js'

export interface CaptureOptions {
  readonly tempDirectory: string
  /** Listings under way at once. */
  readonly concurrency: number
  /** How many users the snapshot before had. */
  readonly previousUsers: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly sink: EventSink
}

/** Everything that was read of a pool, as sorted streams that may each be read once. */
export interface Capture {
  readonly resources: Sorter
  readonly users: Sorter
  readonly memberships: Sorter
  readonly counts: Readonly<Record<string, number>>
  readonly missing: readonly CaptureGap[]
  readonly notApplicable: readonly CaptureGap[]
  readonly listing: UserListing
}

/**
 * Reads a pool: its configuration, its users by ListUsers, its memberships by ListUsersInGroup, and no operation that
 * makes anyone a monthly active user. What cannot be read is named in `missing`; nothing else is left out.
 *
 * @param pool the answer of DescribeUserPool
 * @throws CognitoError when the caller's credentials are refused, or when users may not be listed at all.
 */
export async function capturePool(
  api: CognitoApi,
  pool: JsonObject,
  options: CaptureOptions,
): Promise<Capture> {
  const missing: CaptureGap[] = []
  const notApplicable: CaptureGap[] = []
  const counts: Record<string, number> = {}
  const sorter = (): Sorter => createSorter({ tempDirectory: options.tempDirectory, duplicates: 'last' })
  const [resources, users, memberships] = [sorter(), sorter(), sorter()]
  const poolId = text(pool, 'Id')

  function missed(resource: string, error: unknown): void {
    if (!(error instanceof CognitoError) || isCredentialsFailure(error)) throw error
    const gap = gapOf(resource, error)
    if (doesNotApply(error)) notApplicable.push(gap)
    else {
      missing.push(gap)
      options.sink({ code: 'capture.missing', poolId, ...gap })
    }
  }

  async function captureResources(): Promise<readonly string[]> {
    const groups: string[] = []
    for (const kind of RESOURCE_KINDS) {
      const names = new Set<string>()
      try {
        for await (const { name, body } of kind.read(api, pool)) {
          names.add(name)
          await resources.add(makeRecord(resourceKey(kind.kind, name), kind.normalise(body)))
        }
      } catch (error) {
        options.signal?.throwIfAborted()
        missed(kind.plural, error)
      }
      counts[kind.plural] = names.size
      if (kind.kind === 'group') groups.push(...names)
    }
    return groups
  }

  async function captureUsers(): Promise<UserListing> {
    let taken = 0
    const receiver = {
      async take(page: readonly JsonObject[]): Promise<void> {
        for (const user of page) await users.add(userRecord(user))
        taken += page.length
        options.sink({ code: 'capture.users', poolId, users: taken })
      },
      count: () => taken,
      forget: async (): Promise<void> => {
        taken = 0
        await users.clear()
      },
    }
    const estimate = pool['EstimatedNumberOfUsers']
    return listUsers(
      api,
      {
        poolId,
        concurrency: options.concurrency,
        estimatedUsers: typeof estimate === 'number' ? estimate : undefined,
        previousUsers: options.previousUsers,
        signal: options.signal,
        onFallback: (reason) => options.sink({ code: 'capture.fallback', poolId, reason }),
      },
      receiver,
    )
  }

  async function captureMemberships(groups: readonly string[]): Promise<void> {
    let done = 0
    await parallel(groups, options.concurrency, options.signal, async (group, signal) => {
      try {
        const input = { UserPoolId: poolId, GroupName: group, Limit: 60 }
        const listing = { operation: 'ListUsersInGroup', input, items: 'Users', token: 'NextToken' as const }
        for await (const members of pages(api, listing, { signal })) {
          for (const member of members) await memberships.add(membershipRecord(member, group))
        }
      } catch (error) {
        signal.throwIfAborted()
        // A group deleted since the listing has no members to miss.
        if (error instanceof CognitoError && error.exception === 'ResourceNotFoundException') return
        missed(`members of group ${group}`, error)
      }
      done++
      options.sink({
        code: 'capture.memberships',
        poolId,
        memberships: memberships.added,
        groupsDone: done,
        groups: groups.length,
      })
    })
  }

  try {
    const groups = await captureResources()
    const listing = await captureUsers().catch((error: unknown) => {
      options.signal?.throwIfAborted()
      if (isAccessDenied(error)) throw error
      missed('users', error)
      return 'one stream' as const
    })
    await captureMemberships(groups)
    return { resources, users, memberships, counts, missing, notApplicable, listing }
  } catch (error) {
    await Promise.all([resources.clear(), users.clear(), memberships.clear()])
    throw error
  }
}

/** A user's record: under its sub, the API's own description. */
export function userRecord(user: JsonObject): StreamRecord {
  return makeRecord(requireSub(user, 'ListUsers'), canonicalBody(user))
}

function membershipRecord(user: JsonObject, group: string): StreamRecord {
  return makeRecord(membershipKey(requireSub(user, 'ListUsersInGroup'), group), {})
}

function requireSub(user: JsonObject, operation: string): string {
  const sub = subOf(user)
  if (sub === '') throw new CognitoError(operation, 'UserWithoutSub', 'a user came without a sub', 'refused')
  return sub
}
