import type { RangeLimits } from './range-limits.js'

/** How far a range's chain has grown. */
export interface ChainLength {
  /** Records that the range yields. */
  readonly records: number
  readonly deltas: number
  /** Records of all deltas together. */
  readonly changes: number
}

/**
 * Which ranges of a stream are to get a new base now, by their place among them, should they have changed. Ranges grow at
 * one pace, so that all of a pool's first chains would end on one day, and that day would store the whole pool. Hence
 * some end early: as few as possible now, such that the others can follow, no more than so many a snapshot, and none
 * outgrows the limits. That many end as would if each ended half-way; once they are spread, all grow to their whole length.
 *
 * A chain that cannot be read (`undefined`) is not among them: its range is copied anyhow.
 */
export function newBasesDue(
  chains: readonly (ChainLength | undefined)[],
  limits: RangeLimits,
): ReadonlySet<number> {
  const ends = chains
    .flatMap((chain, at) => (chain === undefined ? [] : [{ at, left: deltasLeft(chain, limits) }]))
    .sort((a, b) => a.left - b.left)
  const together = Math.max(1, Math.round((2 * ends.length) / usualLife(chains, limits)))
  // Whoever is at this place in the queue when `due` have gone is reached in time.
  const due = ends.reduce((most, { left }, place) => Math.max(most, place + 1 - together * left), 0)
  return new Set(ends.slice(0, due).map(({ at }) => at))
}

/** How many more deltas a chain can take at the pace it has grown by. */
function deltasLeft({ records, deltas, changes }: ChainLength, limits: RangeLimits): number {
  const byLength = Math.max(0, limits.chain - 1 - deltas)
  const room = Math.max(0, records - changes)
  // Less one: the next may be larger than those before.
  const byChanges = changes === 0 ? Infinity : Math.max(0, Math.floor((room * deltas) / changes) - 1)
  return Math.min(byLength, byChanges)
}

/** How many deltas a chain has had when it ends, at the pace of all that have any. */
function usualLife(chains: readonly (ChainLength | undefined)[], limits: RangeLimits): number {
  let changes = 0
  let couldHaveChanged = 0
  for (const chain of chains) {
    changes += chain?.changes ?? 0
    couldHaveChanged += (chain?.records ?? 0) * (chain?.deltas ?? 0)
  }
  const byChanges = changes === 0 ? Infinity : couldHaveChanged / changes
  return Math.max(1, Math.min(limits.chain - 1, byChanges))
}
