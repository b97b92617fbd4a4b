/** What the shrink guard has to know of a complete backup. */
export interface Guarded {
  readonly id: string
  /** When its reading began, in milliseconds. */
  readonly time: number
  readonly users: number
  readonly memberships: number
  /** Groups with at least one member; unknown of snapshots that older versions took. */
  readonly populatedGroups?: number | undefined
  /** Users changed or deleted since backups of the pool began, as each backup saw them; unknown of older versions'. */
  readonly usersChanged?: number | undefined
}

/** How much less may be in a snapshot, as a share, than in the best one of so many days. */
export interface GuardLimits {
  readonly threshold: number
  readonly windowDays: number
}

export const DEFAULT_GUARD: GuardLimits = { threshold: 0.2, windowDays: 30 }

/** Of what there is too little, or changed too much, beside the best snapshot of the window. */
export interface Shrinkage {
  readonly what: 'users' | 'memberships' | 'populatedGroups' | 'changedUsers'
  /** The snapshot that this one was compared with. */
  readonly than: string
  /** What that one had; for `changedUsers` its users. */
  readonly before: number
  /** What this one has; for `changedUsers` how many were changed or deleted since. */
  readonly now: number
}

/** What the guard says of a pool's complete backups. */
export interface GuardState {
  /** Those with far less than the best before them, which nobody has acknowledged. */
  readonly flagged: ReadonlyMap<string, readonly Shrinkage[]>
  /** The good ones that those to come are compared with: while they are there no slow loss slips under the threshold. */
  readonly references: ReadonlySet<string>
}

const DAY_MS = 86_400_000
/** Changes are summed over so many days: what changes day by day in the life of a pool is no loss. */
export const CHANGE_WINDOW_DAYS = 7
/** Smaller losses are not told of, whatever share they are of a small pool, unless nobody is left. */
const SMALLEST_LOSS = { users: 5, memberships: 5, changedUsers: 20 } as const
/** In a pool of fewer users a group that empties is no sign. */
const SMALLEST_POOL = 10

/**
 * Judges the complete backups of a pool, oldest first. Each is compared with the best of the good ones before it, never
 * with the one before it, so that five per cent a day are seen on the fifth day. The window goes back from the newest good
 * one: however long nobody acknowledges a loss, what there was before stays the measure.
 *
 * @param acknowledged ids of snapshots that are the normal from then on; what is older than the newest of them is settled
 */
export function judge(
  backups: readonly Guarded[],
  acknowledged: Iterable<string>,
  limitsOf: (backup: Guarded) => GuardLimits,
): GuardState {
  const flagged = new Map<string, readonly Shrinkage[]>()
  const normal = [...acknowledged].reduce((newest, id) => (id > newest ? id : newest), '')
  let good: Guarded[] = []
  let limits = DEFAULT_GUARD
  for (const backup of [...backups].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    limits = limitsOf(backup)
    if (backup.id <= normal) {
      good = backup.id === normal ? [backup] : []
      continue
    }
    const found = compare(backup, windowOf(good, limits.windowDays), limits)
    if (found.length > 0) flagged.set(backup.id, found)
    else good.push(backup)
  }
  return { flagged, references: referencesOf(good, limits) }
}

/** The good ones of so many days, back from the newest good one. */
function windowOf(good: readonly Guarded[], days: number): readonly Guarded[] {
  const newest = good.reduce((time, one) => Math.max(time, one.time), -Infinity)
  return good.filter(({ time }) => time >= newest - days * DAY_MS)
}

type Measure = (one: Guarded) => number | undefined

const MEASURES = {
  users: (one: Guarded) => one.users,
  memberships: (one: Guarded) => one.memberships,
  populatedGroups: (one: Guarded) => one.populatedGroups,
} satisfies Record<string, Measure>

function compare(backup: Guarded, window: readonly Guarded[], { threshold }: GuardLimits): Shrinkage[] {
  const found: Shrinkage[] = []
  for (const what of ['users', 'memberships', 'populatedGroups'] as const) {
    const best = bestOf(window, MEASURES[what])
    const now = MEASURES[what](backup)
    if (best === undefined || now === undefined) continue
    const before = MEASURES[what](best) ?? 0
    if (!isFarLess(before, now, threshold)) continue
    const isSmall =
      what === 'populatedGroups'
        ? best.users < SMALLEST_POOL
        : before - now < SMALLEST_LOSS[what] && !(what === 'users' && now === 0)
    if (!isSmall) found.push({ what, than: best.id, before, now })
  }
  const since = changeReference(window)
  const changed = since === undefined ? 0 : (backup.usersChanged ?? 0) - (since.usersChanged ?? 0)
  if (since !== undefined && changed >= SMALLEST_LOSS.changedUsers && changed > since.users * threshold)
    found.push({ what: 'changedUsers', than: since.id, before: since.users, now: changed })
  return found
}

function isFarLess(before: number, now: number, threshold: number): boolean {
  // As whole numbers: a fifth of a hundred is twenty, not a little more.
  return (before - now) * 1e6 > Math.round(before * threshold * 1e6)
}

function bestOf(window: readonly Guarded[], measure: Measure): Guarded | undefined {
  let best: Guarded | undefined
  for (const one of window)
    if ((measure(one) ?? -1) >= (best === undefined ? 0 : (measure(best) ?? 0))) best = one
  return best
}

/** The one from which changes are counted: the oldest of the last days, or the newest before which nothing more had changed. */
function changeReference(window: readonly Guarded[]): Guarded | undefined {
  const recent = windowOf(window, CHANGE_WINDOW_DAYS)
  return recent.findLast(({ usersChanged = 0 }) => usersChanged === (recent[0]?.usersChanged ?? 0))
}

function referencesOf(good: readonly Guarded[], { windowDays }: GuardLimits): ReadonlySet<string> {
  const window = windowOf(good, windowDays)
  const used = [
    ...Object.values(MEASURES).map((measure: Measure) => bestOf(window, measure)),
    changeReference(window),
  ]
  return new Set(used.flatMap((one) => one?.id ?? []))
}
