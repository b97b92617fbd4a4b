/** How fast something goes, by the last seconds of it. */
export interface RateMeter {
  /** Notes that so many are done. */
  note(done: number): void
  /** A second; `undefined` until it can be told. */
  perSecond(): number | undefined
}

const WINDOW_MS = 15_000
const SAMPLE_EVERY_MS = 250
const SHORTEST_MS = 1000

export function createRateMeter(now: () => number): RateMeter {
  const samples: { at: number; done: number }[] = []
  return {
    note: (done) => {
      const at = now()
      const newest = samples.at(-1)
      if (newest !== undefined && done < newest.done) samples.length = 0
      if (samples.length > 1 && newest !== undefined && at - newest.at < SAMPLE_EVERY_MS) newest.done = done
      else samples.push({ at, done })
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > WINDOW_MS) samples.shift()
    },
    perSecond: () => {
      const [oldest, newest] = [samples[0], samples.at(-1)]
      if (oldest === undefined || newest === undefined) return undefined
      const elapsed = now() - oldest.at
      return elapsed < SHORTEST_MS ? undefined : (1000 * (newest.done - oldest.done)) / elapsed
    },
  }
}
