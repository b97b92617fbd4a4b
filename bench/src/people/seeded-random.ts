/** Numbers that look random and are the same for the same seed. */
export interface SeededRandom {
  /** Begins anew: equal seeds give equal numbers. */
  seed(first: number, second?: number, third?: number): void
  /** An integer from 0 to 2^32 - 1. */
  bits(): number
  /** A number in [0, 1). */
  fraction(): number
  /** An integer from 0 to `end` - 1. */
  below(end: number): number
  /** Whether something happens that has this probability. */
  happens(probability: number): boolean
}

const TWO_32 = 2 ** 32

/** Mulberry32: small and quick, and good enough for people who do not exist. */
export function createSeededRandom(initial = 0): SeededRandom {
  let state = 0

  function seed(first: number, second = 0, third = 0): void {
    state = 0x9e3779b9
    add(first)
    add(second)
    add(third)
  }

  /** All 53 bits of a number count. */
  function add(part: number): void {
    mixIn(part >>> 0)
    mixIn(Math.floor(part / TWO_32) >>> 0)
  }

  function mixIn(word: number): void {
    state = Math.imul(state ^ word, 0x85ebca6b)
    state ^= state >>> 13
    state = Math.imul(state, 0xc2b2ae35)
    state ^= state >>> 16
  }

  function bits(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  const fraction = (): number => bits() / TWO_32
  seed(initial)
  return {
    seed,
    bits,
    fraction,
    below: (end) => Math.floor(fraction() * end),
    happens: (probability) => fraction() < probability,
  }
}
