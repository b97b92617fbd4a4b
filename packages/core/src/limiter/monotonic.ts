/**
 * `now` that never goes back: without it, a clock set back by an hour would hold the next request for that hour.
 */
export function neverGoingBack(now: () => number): () => number {
  let last = -Infinity
  let lost = 0
  return () => {
    const told = now() + lost
    if (told < last) lost += last - told
    last = Math.max(last, told)
    return last
  }
}
