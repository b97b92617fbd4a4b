import type { Random } from '../model/clock.js'

/** Numbers that look random and are the same each time. For tests. */
export function seededRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
