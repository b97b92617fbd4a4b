/**
 * Where a stream is cut, and how many segments a range's chain has at most, its base among them. Beside that, the deltas of
 * a range hold no more records than the range itself: reading it takes no more than its base twice.
 */
export interface RangeLimits {
  readonly records: number
  readonly characters: number
  readonly chain: number
}

export const DEFAULT_RANGE_LIMITS: RangeLimits = { records: 16_000, characters: 32 * 1024 * 1024, chain: 60 }
