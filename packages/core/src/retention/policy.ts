import { before, PERIODS, type Span } from './calendar.js'

/** How many snapshots of which kind are kept. At least one of them is said. */
export interface Policy {
  readonly last?: number | undefined
  readonly hourly?: number | undefined
  readonly daily?: number | undefined
  readonly weekly?: number | undefined
  readonly monthly?: number | undefined
  readonly yearly?: number | undefined
  readonly within?: Span | undefined
}

/** What retention has to know of a snapshot. */
export interface Candidate {
  readonly id: string
  /** When its reading began, in milliseconds. */
  readonly time: number
  readonly takenFor: 'backup' | 'restore' | 'diff'
  /** Everything was read, and no restore was under way. */
  readonly complete: boolean
  /** It is another tool's backup, which nobody takes a second time. */
  readonly imported?: boolean | undefined
  /** It has the second factors of users, which few have, because reading them costs money. */
  readonly hasMfa?: boolean | undefined
}

/** What becomes of a snapshot: it is kept where there is a reason. */
export interface Verdict {
  readonly id: string
  /** As people are told: `daily snapshot`, `within 30d`, `latest complete snapshot`, … */
  readonly reasons: readonly string[]
}

const DAY_MS = 86_400_000
/**
 * How long, in days, snapshots are kept that the policy does not count, back from the pool's newest snapshot: one taken for
 * a restore is what `undo` goes back to.
 */
export const KEPT_DAYS = { restore: 30, diff: 7, incomplete: 7 } as const

/**
 * Which snapshots of one pool a policy keeps, and why. As restic has it: of each period the newest snapshot is kept, for as
 * many periods as were asked for, periods without a snapshot not counted; where some are left over the oldest
 * snapshot is kept as well; `within` goes back from the newest snapshot. Periods are those of UTC, weeks those of ISO 8601.
 * No clock is asked: a pool that is not backed up any more loses nothing.
 *
 * Only complete backups count. The newest of them is always kept, and the newest that has second factors. Of the others what was imported is kept, and what is newer
 * than that one, and the rest for {@link KEPT_DAYS}.
 *
 * @returns a verdict for each, newest first
 */
export function applyPolicy(candidates: readonly Candidate[], policy: Policy): Verdict[] {
  const newestFirst = [...candidates].sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1))
  const counted = newestFirst.filter(isCounted)
  const reasons = reasonsByPolicy(counted, policy)
  const latest = counted[0]
  const withMfa = counted.find(({ hasMfa }) => hasMfa === true)
  const newest = newestFirst[0]?.time ?? 0
  return newestFirst.map((candidate) => {
    const { id } = candidate
    if (!isCounted(candidate)) return { id, reasons: reasonsOfUncounted(candidate, latest, newest) }
    const why = [...(reasons.get(id) ?? [])]
    if (id === latest?.id) why.push('latest complete snapshot')
    if (id === withMfa?.id) why.push('newest with second factors')
    return { id, reasons: why }
  })
}

function isCounted({ takenFor, complete }: Candidate): boolean {
  return takenFor === 'backup' && complete
}

/** @param counted newest first */
function reasonsByPolicy(counted: readonly Candidate[], policy: Policy): Map<string, string[]> {
  const buckets = [
    { left: policy.last ?? 0, what: 'last snapshot', periodOf: (_time: number, place: number) => `${place}` },
    ...(['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).map((name) => ({
      left: policy[name] ?? 0,
      what: `${name} snapshot`,
      periodOf: PERIODS[name],
    })),
  ].map((bucket) => ({ ...bucket, last: '' }))
  const horizon =
    policy.within === undefined || counted[0] === undefined
      ? undefined
      : before(counted[0].time, policy.within)
  const reasons = new Map<string, string[]>()
  for (const [place, { id, time }] of counted.entries()) {
    const why: string[] = []
    for (const bucket of buckets) {
      if (bucket.left === 0) continue
      const period = bucket.periodOf(time, place)
      const isOldest = place === counted.length - 1
      if (period === bucket.last && !isOldest) continue
      why.push(period === bucket.last ? `oldest ${bucket.what}` : bucket.what)
      bucket.last = period
      bucket.left--
    }
    if (horizon !== undefined && time > horizon) why.push(`within ${policy.within?.text ?? ''}`)
    reasons.set(id, why)
  }
  return reasons
}

function reasonsOfUncounted(
  { takenFor, time, imported }: Candidate,
  latest: Candidate | undefined,
  newest: number,
): string[] {
  if (imported === true) return ['imported, forgotten by name only']
  const kind = takenFor === 'backup' ? 'incomplete' : takenFor
  const what = kind === 'incomplete' ? 'incomplete' : `taken for a ${kind}`
  if (kind === 'incomplete' && (latest === undefined || time > latest.time))
    return ['incomplete, and newer than all complete ones']
  return time > newest - KEPT_DAYS[kind] * DAY_MS ? [`${what}, within ${KEPT_DAYS[kind]}d`] : []
}
