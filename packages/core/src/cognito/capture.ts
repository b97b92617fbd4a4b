import type { JsonObject } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import type { EventSink } from '../model/events.js'
import { parallel } from '../model/parallel.js'
import { makeRecord, parseMembershipKey, resourceKey } from '../model/records.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'
import { canonicalBody, text } from './canonical-body.js'
import { type CaptureGap, doesNotApply, gapOf, USERS_GAP } from './capture-gap.js'
import { captureMemberships } from './capture-memberships.js'
import {
  advance,
  beginAgain,
  type CapturedStream,
  type CaptureProgress,
  type Collector,
  type ListingProgress,
  newCaptureProgress,
  type UserListing,
  usersTaken,
} from './capture-progress.js'
import {
  type CognitoApi,
  CognitoError,
  isAccessDenied,
  isCredentialsFailure,
  unreadableAnswer,
} from './cognito-api.js'
import type { FetchImage } from './fetch-image.js'
import { listUsers, shardSection } from './list-users.js'
import type { Page } from './paginate.js'
import { listClientIds } from './resources/client.js'
import { groupKind } from './resources/group.js'
import { RESOURCE_KINDS } from './resources/resource-kinds.js'
import { subOf } from './shards.js'

/** Kinds that are read at once: their operations have limits of their own, so that one need not wait for another. */
const KINDS_AT_ONCE = 6
/** So often is a kind begun again for which the time did not suffice, all but the first time with nothing beside it. */
const MOST_CUTS = 5

export interface CaptureOptions {
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
  options: CaptureOptions & { readonly tempDirectory: string },
): Promise<Capture> {
  const sorters = createCaptureSorters(options.tempDirectory)
  const progress = newCaptureProgress()
  try {
    await readPool(api, pool, options, progress, {
      async take(stream, _section, records) {
        await Promise.all(records.map((record) => sorters[stream].add(record)))
      },
      forgetUsers: () => sorters.users.clear(),
    })
    return captureOf(progress, sorters)
  } catch (error) {
    await clearSorters(sorters)
    throw error
  }
}

/** What sorts the records of each stream. */
export type CaptureSorters = Readonly<Record<CapturedStream, Sorter>>

/** Of records with one key the last added counts: a listing that was begun again gives what there is now. */
export function createCaptureSorters(tempDirectory: string): CaptureSorters {
  const sorter = (): Sorter => createSorter({ tempDirectory, duplicates: 'last' })
  return { resources: sorter(), users: sorter(), memberships: sorter() }
}

export async function clearSorters({ resources, users, memberships }: CaptureSorters): Promise<void> {
  await Promise.all([resources.clear(), users.clear(), memberships.clear()])
}

/** What a whole progress and the records that it accounts for come to. */
export function captureOf(
  { kinds, groups, memberships, missing, notApplicable, listing }: CaptureProgress,
  sorters: CaptureSorters,
): Capture {
  const gone = new Set(memberships.gone)
  const goneKeys = new Set(Array.from(gone, (group) => resourceKey(groupKind.kind, group)))
  const counts = Object.fromEntries(
    RESOURCE_KINDS.map(({ kind, plural }) => [plural, kinds[kind]?.count ?? 0]),
  )
  counts[groupKind.plural] = groups.length - gone.size
  return {
    resources: leavingOut(sorters.resources, (key) => goneKeys.has(key)),
    users: sorters.users,
    memberships: leavingOut(sorters.memberships, (key) => gone.has(parseMembershipKey(key).group)),
    counts,
    missing: inOrder(missing),
    notApplicable: inOrder(notApplicable),
    listing,
  }
}

/**
 * Reads a pool as {@link capturePool} does, from where the progress says that it has come to, until all is read (`isWhole`)
 * or the signal aborts. Whatever ends it, the progress and what the collector was given agree.
 */
export async function readPool(
  api: CognitoApi,
  pool: JsonObject,
  options: CaptureOptions,
  progress: CaptureProgress,
  collector: Collector,
): Promise<void> {
  if (progress.isWhole) return
  const poolId = text(pool, 'Id')

  function missed(resource: string, error: unknown): void {
    if (!(error instanceof CognitoError) || isCredentialsFailure(error)) throw error
    const gap = gapOf(resource, error)
    if (doesNotApply(error)) progress.notApplicable.push(gap)
    else {
      progress.missing.push(gap)
      options.sink({ code: 'capture.missing', poolId, ...gap })
    }
  }

  const reading: CognitoApi = {
    ...api,
    call: (operation, input) => api.call(operation, input, { signal: options.signal }),
  }

  async function captureResources(): Promise<void> {
    const poolReading = {
      api: reading,
      pool,
      clientIds: once(async () => (progress.clientIds ??= [...(await listClientIds(reading, poolId))])),
      fetchImage: (url: string) => options.fetchImage(url, options.signal),
    }
    const unread = RESOURCE_KINDS.filter(({ kind }) => progress.kinds[kind]?.isRead !== true)
    // A kind that there was no time for beside others gets all of the time.
    const wasCut = unread.some(({ kind }) => progress.kinds[kind] !== undefined)
    await parallel(unread, wasCut ? 1 : KINDS_AT_ONCE, options.signal, async (kind) => {
      const cut = progress.kinds[kind.kind]
      if (cut !== undefined) beginAgain(progress, kind.kind)
      const state = { isRead: false, count: 0, cuts: cut === undefined ? 0 : cut.cuts + 1 }
      if (state.cuts > MOST_CUTS) throw tooSlow(kind.plural)
      progress.kinds[kind.kind] = state
      const names = new Set<string>()
      try {
        for await (const { name, body } of kind.read(poolReading)) {
          names.add(name)
          const record = makeRecord(resourceKey(kind.kind, name), kind.normalise(body))
          await collector.take('resources', kind.kind, [record])
        }
      } catch (error) {
        options.signal?.throwIfAborted()
        missed(kind.plural, error)
      }
      state.count = names.size
      state.isRead = true
      if (kind === groupKind) progress.groups = [...names]
    })
  }

  const receiver = {
    async take(section: string, listing: ListingProgress, page: Page): Promise<void> {
      const named = page.items.filter((user) => subOf(user) !== '')
      advance(progress, section, listing, page)
      listing.nameless += page.items.length - named.length
      const room = collector.take(
        'users',
        section,
        named.map((user) => makeRecord(subOf(user), canonicalBody(user))),
      )
      options.sink({ code: 'capture.users', poolId, users: usersTaken(progress) })
      await room
    },
    count: () => usersTaken(progress),
    forget: async (): Promise<void> => {
      for (const prefix of Object.keys(progress.users.shards)) beginAgain(progress, shardSection(prefix))
      progress.users.shards = {}
      await collector.forgetUsers()
    },
  }

  async function captureUsers(): Promise<UserListing> {
    const { users } = progress
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
      users,
      receiver,
    )
    const nameless = [...Object.values(users.shards), users.stream].reduce(
      (sum, one) => sum + one.nameless,
      0,
    )
    if (nameless > 0) throw unreadableAnswer('ListUsers', `${nameless} users came without a sub`)
    return listing
  }

  await captureResources()
  if (progress.users.stage !== 'done')
    progress.listing = await captureUsers().catch((error: unknown) => {
      options.signal?.throwIfAborted()
      if (isAccessDenied(error)) throw error
      missed(USERS_GAP, error)
      progress.users.stage = 'done'
      return 'one stream' as const
    })
  await captureMemberships(reading, poolId, progress, { ...options, collector, missed })
  progress.isWhole = true
}

function tooSlow(kinds: string): CodedError {
  return new CodedError('COGNITO_FAILED', `there was never time to read all of the ${kinds} in one go`, {
    value: kinds,
    hint: 'allow more requests a second, or more time at a stretch',
  })
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
