/** A clock that both sides of the demo share: Cognito's quotas hold in its seconds, which pass faster than ours. */
export interface ScaledClock {
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The part of a system clock that a scaled one is made from. */
interface BaseClock {
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The base clock `speed` times as fast, from now on. */
export function scaledClock(base: BaseClock, speed: number): ScaledClock {
  const start = base.now()
  return {
    now: () => Math.round(start + (base.now() - start) * speed),
    sleep: (ms, signal) => base.sleep(ms / speed, signal),
  }
}
