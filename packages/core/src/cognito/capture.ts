import type { JsonObject } from '../model/canonical.js'
import type { EventSink } from '../model/events.js'
import { parallel } from '../model/parallel.js'
import { makeRecord, parseMembershipKey, resourceKey } from '../model/records.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'
import { canonicalBody, text } from './canonical-body.js'
import { type CaptureGap, doesNotApply, gapOf, USERS_GAP } from './capture-gap.js'
import { captureMemberships } from './capture-memberships.js'
import {
  type CognitoApi,
  CognitoError,
  isAccessDenied,
  isCredentialsFailure,
  unreadableAnswer,
} from './cognito-api.js'
import type { FetchImage } from './fetch-image.js'
import { listUsers, type UserListing } from './list-users.js'
import { listClientIds } from './resources/client.js'
import { groupKind } from './resources/group.js'
import { RESOURCE_KINDS } from './resources/resource-kinds.js'
import { subOf } from './shards.js'

/** Kinds that are read at once: their operations have limits of their own, so that one need not wait for another. */
const KINDS_AT_ONCE = 6

export interface CaptureOptions {
  readonly tempDirectory: string
  /** Listings under way at once. */
  readonly concurrency: number
  /** How many users the snapshot before had. */
  readonly previousUsers: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly sink: EventSink
  readonly fetchImage: FetchImage
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

  const reading: CognitoApi = {
    ...api,
    call: (operation, input) => api.call(operation, input, { signal: options.signal }),
  }

  async function captureResources(): Promise<readonly string[]> {
    const groups: string[] = []
    const poolReading = {
      api: reading,
      pool,
      clientIds: once(() => listClientIds(reading, poolId)),
      fetchImage: (url: string) => options.fetchImage(url, options.signal),
    }
    for (const { plural } of RESOURCE_KINDS) counts[plural] = 0
    await parallel(RESOURCE_KINDS, KINDS_AT_ONCE, options.signal, async (kind) => {
      const names = new Set<string>()
      try {
        for await (const { name, body } of kind.read(poolReading)) {
          names.add(name)
          await resources.add(makeRecord(resourceKey(kind.kind, name), kind.normalise(body)))
        }
      } catch (error) {
        options.signal?.throwIfAborted()
        missed(kind.plural, error)
      }
      counts[kind.plural] = names.size
      if (kind === groupKind) groups.push(...names)
    })
    return groups
  }

  async function captureUsers(): Promise<UserListing> {
    let taken = 0
    let nameless = 0
    const receiver = {
      async take(page: readonly JsonObject[]): Promise<void> {
        for (const user of page) {
          if (subOf(user) === '') nameless++
          else await users.add(makeRecord(subOf(user), canonicalBody(user)))
        }
        taken += page.length
        options.sink({ code: 'capture.users', poolId, users: taken })
      },
      count: () => taken,
      forget: async (): Promise<void> => {
        taken = nameless = 0
        await users.clear()
      },
    }
    const estimate = pool['EstimatedNumberOfUsers']
    const listing = await listUsers(
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
    if (nameless > 0) throw unreadableAnswer('ListUsers', `${nameless} users came without a sub`)
    return listing
  }

  try {
    const groups = await captureResources()
    const listing = await captureUsers().catch((error: unknown) => {
      options.signal?.throwIfAborted()
      if (isAccessDenied(error)) throw error
      missed(USERS_GAP, error)
      return 'one stream' as const
    })
    const gone = await captureMemberships(reading, poolId, groups, {
      ...options,
      take: (record) => memberships.add(record),
      missed,
    })
    counts['groups'] = groups.length - gone.size
    const goneKeys = new Set(Array.from(gone, (group) => resourceKey(groupKind.kind, group)))
    return {
      resources: leavingOut(resources, (key) => goneKeys.has(key)),
      users,
      memberships: leavingOut(memberships, (key) => gone.has(parseMembershipKey(key).group)),
      counts,
      missing: inOrder(missing),
      notApplicable: inOrder(notApplicable),
      listing,
    }
  } catch (error) {
    await Promise.all([resources.clear(), users.clear(), memberships.clear()])
    throw error
  }
}

/** What is asked for once, by whoever asks first. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => (answer ??= ask())
}

/** Gaps go by kind, whichever was read first. */
function inOrder(gaps: readonly CaptureGap[]): CaptureGap[] {
  const order = new Map(RESOURCE_KINDS.map(({ plural }, at) => [plural, at]))
  const place = ({ resource }: CaptureGap): number => order.get(resource) ?? order.size
  return [...gaps].sort((a, b) => place(a) - place(b))
}

function leavingOut(sorter: Sorter, isLeftOut: (key: string) => boolean): Sorter {
  return {
    ...sorter,
    async *sorted() {
      for await (const record of sorter.sorted()) if (!isLeftOut(record.key)) yield record
    },
  }
}
