import type { StreamRecord } from '../model/records.js'
import type { CaptureGap } from './capture-gap.js'
import type { Cursor, Page } from './paginate.js'

/** How the users were listed: as shards of the sub, or as one stream. */
export type UserListing = 'shards' | 'one stream'

/** Where one listing has come to. */
export interface ListingProgress {
  /** What the next request is to carry; nothing at the beginning and at the end. */
  cursor: Cursor | null
  isBegun: boolean
  isDone: boolean
  /** Items since the listing was begun for the last time, and those without a sub among them. */
  taken: number
  nameless: number
}

/** Where the listing of users has come to. */
export interface UsersProgress {
  stage: 'first page' | 'shards' | 'one stream' | 'done'
  /** Users of one unfiltered page whom no shard has given yet. */
  unseen: string[]
  /** By the first digit of the sub. */
  shards: Record<string, ListingProgress>
  stream: ListingProgress
}

export interface OpenGroup {
  readonly place: number
  readonly listing: ListingProgress
}

/** Where the listings of members have come to. Groups are named by their place in `groups`. */
export interface MembershipsProgress {
  /** The first group of which nothing was asked. */
  next: number
  open: OpenGroup[]
  done: number
  taken: number
  /** Groups that were deleted since they were listed. */
  gone: string[]
  failures: GroupsFailure[]
}

/** Why the members of some groups could not be read. */
export interface GroupsFailure {
  readonly error: { operation: string; exception: string; message: string; outcome: string }
  groups: string[]
}

/** How far a kind of configuration was read. It is read in one go. */
export interface KindProgress {
  isRead: boolean
  count: number
  /** How often there was no time to read all of it. */
  cuts: number
}

/**
 * How far a pool was read: plain data, of which JSON is a copy. It is changed in the tick in which the records that it accounts for are
 * handed over, so that at any moment it and what was handed over agree: another process can go on from there.
 */
export interface CaptureProgress {
  /** The pool's clients, once they were listed: all kinds go by the same. */
  clientIds: string[] | null
  /** The kinds of configuration that were begun, by name. */
  kinds: Record<string, KindProgress>
  groups: string[]
  users: UsersProgress
  /** How the users were listed, once they were. */
  listing: UserListing
  memberships: MembershipsProgress
  /** How often a section was begun again, where it was: what was handed over for it before counts no more. */
  generations: Record<string, number>
  missing: CaptureGap[]
  notApplicable: CaptureGap[]
  isWhole: boolean
}

export function newListing(): ListingProgress {
  return { cursor: null, isBegun: false, isDone: false, taken: 0, nameless: 0 }
}

export function newUsersProgress(): UsersProgress {
  return { stage: 'first page', unseen: [], shards: {}, stream: newListing() }
}

/** The progress of a capture of which nothing was read. */
export function newCaptureProgress(): CaptureProgress {
  return {
    clientIds: null,
    kinds: {},
    groups: [],
    users: newUsersProgress(),
    listing: 'one stream',
    memberships: { next: 0, open: [], done: 0, taken: 0, gone: [], failures: [] },
    generations: {},
    missing: [],
    notApplicable: [],
    isWhole: false,
  }
}

/** The streams that are read by listing. */
export type CapturedStream = 'resources' | 'users' | 'memberships'

/** Takes what is read of a pool. */
export interface Collector {
  /**
   * Takes records of a section of a stream: what is read in one go, and again from its beginning where it has to be. All of them are taken in
   * the tick of the call, after the progress was changed to account for them; what is awaited is room for more.
   */
  take(stream: CapturedStream, section: string, records: readonly StreamRecord[]): Promise<void>
  /** Forgets all users: their listing begins anew. */
  forgetUsers(): Promise<void>
}

/** Says that a section begins again: what was taken of it before may have been deleted since. */
export function beginAgain(progress: CaptureProgress, section: string): void {
  progress.generations[section] = generationOf(progress, section) + 1
}

/** Which reading of a section counts. */
export function generationOf(progress: CaptureProgress, section: string): number {
  return progress.generations[section] ?? 0
}

/** Accounts for a page of a listing, whose records are handed over in the same tick. */
export function advance(
  progress: CaptureProgress,
  section: string,
  listing: ListingProgress,
  page: Page,
): void {
  if (page.isFirst && listing.isBegun) {
    beginAgain(progress, section)
    listing.taken = listing.nameless = 0
  }
  listing.isBegun = true
  listing.taken += page.items.length
  listing.cursor = page.next ?? null
  listing.isDone = page.next === undefined
}

/** How many users were taken, as far as they count. */
export function usersTaken({ users: { stage, shards, stream } }: Pick<CaptureProgress, 'users'>): number {
  const taken = (listings: readonly ListingProgress[]): number =>
    listings.reduce((sum, listing) => sum + listing.taken, 0)
  return stage === 'shards' ? taken(Object.values(shards)) : taken([...Object.values(shards), stream])
}
