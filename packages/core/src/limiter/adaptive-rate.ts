/**
 * A rate that gives way to others who use the same quota: cut by a factor when the service throttles, raised step by
 * step while it does not.
 */
export interface AdaptiveRate {
  /** Requests a second, now. */
  current(): number
  /** A request sent at `sentAt` was throttled. Returns whether that cut the rate. */
  throttled(sentAt: number, now: number): boolean
  /** A request sent at `sentAt` was done. */
  succeeded(sentAt: number): void
}

const CUT_TO = 0.7
const FLOOR = 0.05
const RECOVERY_PER_SECOND = 0.02

/**
 * The service counts by the second: what was sent up to that long after a cut may still pay for the surplus before it,
 * so a volley of throttled answers is one cut.
 */
const SETTLING_MS = 1000

/** `allowed`: the rate to start from and to return to. */
export function createAdaptiveRate(allowed: number): AdaptiveRate {
  let rate = allowed
  let cutAt = -Infinity

  return {
    current: () => rate,

    throttled(sentAt, now) {
      if (sentAt < cutAt + SETTLING_MS) return false
      const cut = Math.max(rate * CUT_TO, allowed * FLOOR)
      if (cut >= rate) return false
      rate = cut
      cutAt = now
      return true
    },

    succeeded(sentAt) {
      if (sentAt < cutAt) return
      // A success stands for 1/rate seconds of sending, so recovery is linear in time at any rate.
      rate = Math.min(allowed, rate + (RECOVERY_PER_SECOND * allowed) / rate)
    },
  }
}
