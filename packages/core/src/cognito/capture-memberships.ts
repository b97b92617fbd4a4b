import type { EventSink } from '../model/events.js'
import { parallel } from '../model/parallel.js'
import { makeRecord, membershipKey, type StreamRecord } from '../model/records.js'
import { membersGap } from './capture-gap.js'
import {
  type CallOptions,
  type CognitoApi,
  CognitoError,
  isAccessDenied,
  isCredentialsFailure,
  isException,
  unreadableAnswer,
} from './cognito-api.js'
import { pages } from './paginate.js'
import { describePool } from './resources/pool.js'
import { subOf } from './shards.js'

export interface MembershipsOptions {
  /** Groups that are listed at once. */
  readonly concurrency: number
  readonly signal?: AbortSignal | undefined
  readonly sink: EventSink
  take(record: StreamRecord): Promise<void>
  /** Told what could not be read; throws what ends the capture. */
  missed(resource: string, error: unknown): void
}

/**
 * Reads who is in which group, by ListUsersInGroup.
 *
 * @returns the groups that were deleted since they were listed, of which some members may have been taken
 */
export async function captureMemberships(
  api: CognitoApi,
  poolId: string,
  groups: readonly string[],
  options: MembershipsOptions,
): Promise<ReadonlySet<string>> {
  const gone = new Set<string>()
  const failures = new Map<string, { error: CognitoError; groups: string[] }>()
  let denied: CognitoError | undefined
  let taken = 0
  let done = 0

  async function capture(group: string, signal: AbortSignal): Promise<void> {
    // Who may not list one group may list none; there may be ten thousand.
    if (denied !== undefined) throw denied
    for await (const records of memberPages(api, poolId, group, { signal })) {
      for (const record of records) await options.take(record)
      taken += records.length
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
    if (isAccessDenied(error)) denied = error
    const failure = failures.get(error.exception) ?? { error, groups: [] }
    failures.set(error.exception, failure)
    failure.groups.push(group)
  }

  await parallel(groups, options.concurrency, options.signal, async (group, signal) => {
    try {
      await capture(group, signal).catch(async (error: unknown) => {
        if (!(await isGone(error))) throw error
        gone.add(group)
      })
    } catch (error) {
      signal.throwIfAborted()
      fail(group, error)
    }
    done++
    options.sink({
      code: 'capture.memberships',
      poolId,
      memberships: taken,
      groupsDone: done,
      groups: groups.length,
    })
  })
  for (const failure of failures.values()) options.missed(membersGap(failure.groups), failure.error)
  return gone
}

async function* memberPages(
  api: CognitoApi,
  poolId: string,
  group: string,
  options: CallOptions,
): AsyncGenerator<StreamRecord[]> {
  const input = { UserPoolId: poolId, GroupName: group, Limit: 60 }
  const listing = { operation: 'ListUsersInGroup', input, items: 'Users', token: 'NextToken' as const }
  for await (const members of pages(api, listing, options)) {
    const subs = members.map(subOf)
    if (subs.includes('')) throw unreadableAnswer('ListUsersInGroup', 'a user came without a sub')
    yield subs.map((sub) => makeRecord(membershipKey(sub, group), {}))
  }
}
