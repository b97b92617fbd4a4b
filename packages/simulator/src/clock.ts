/** Where the simulator takes the time from: every date, quota window and token lifetime. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  advance(milliseconds: number): void
  set(epochMilliseconds: number): void
}

/** Makes a clock that starts at `start` (milliseconds since the epoch) and only moves when told. */
export function createManualClock(start = 1_750_000_000_000): ManualClock {
  let time = start
  return {
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds
    },
    set: (epochMilliseconds) => {
      time = epochMilliseconds
    },
  }
}

/** A date as the service sends it: seconds since the epoch, milliseconds as the fraction. */
export function epochSeconds(epochMilliseconds: number): number {
  return epochMilliseconds / 1000
}
