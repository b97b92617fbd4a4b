import type { StreamRecord } from '../library.js'
import { createSeededRandom } from './seeded-random.js'
import { createUserWriter, FIRST_DAY } from './user-line.js'

const DAY_MS = 86_400_000

/** The users of a pool that does not exist, day after day. Holds a few numbers of each user, and never their records. */
export interface Population {
  readonly size: number
  /** 0, and one more with each {@link Population.nextDay}. */
  readonly day: number
  /** How many users were changed on this day. */
  readonly changedToday: number
  /** The records of the day, ascending by sub: the same each time. */
  records(): Generator<StreamRecord, void>
  /** A day later, on which exactly this share of the users, chosen at random, was changed. */
  nextDay(share: number): void
}

/** @param seed equal seeds give equal users, who change in the same way */
export function createPopulation(size: number, seed = 1): Population {
  const random = createSeededRandom(seed)
  const starts = distinctStarts(size, () => random.below(2 ** 16) * 2 ** 32 + random.bits())
  const changes = new Uint16Array(size)
  const changedAt = new Float64Array(size)
  const write = createUserWriter(seed)
  let day = 0
  let changedToday = 0

  function* records(): Generator<StreamRecord, void> {
    for (let i = 0; i < size; i++) {
      yield write({ start: starts[i] ?? 0, changes: changes[i] ?? 0, changedAt: changedAt[i] ?? 0 })
    }
  }

  function nextDay(share: number): void {
    day++
    const begins = FIRST_DAY + day * DAY_MS
    changedToday = Math.round(size * share)
    for (let left = changedToday; left > 0;) {
      const i = random.below(size)
      if ((changedAt[i] ?? 0) >= begins) continue
      changes[i] = (changes[i] ?? 0) + 1
      changedAt[i] = begins + random.below(DAY_MS)
      left--
    }
  }

  return {
    size,
    get day() {
      return day
    },
    get changedToday() {
      return changedToday
    },
    records,
    nextDay,
  }
}

/** The subs' first 48 bits, ascending. */
function distinctStarts(size: number, draw: () => number): Float64Array {
  const starts = Float64Array.from({ length: size }, draw).sort()
  for (let i = 1; i < size; i++) {
    const before = starts[i - 1] ?? 0
    if ((starts[i] ?? 0) <= before) starts[i] = before + 1
  }
  return starts
}
