/** What bounds imports; the tests bound them otherwise. */
export interface ImportLimits {
  /** Users in a job. */
  readonly rows: number
  /** Of the whole file. */
  readonly bytes: number
  /** For how long to wait while another job of the account runs. */
  readonly waitForOthersMs: number
}

/** A job's own limits, by the Developer Guide; and an hour, in which about 100,000 users are imported. */
export const IMPORT_LIMITS: ImportLimits = {
  rows: 500_000,
  bytes: 100_000_000,
  waitForOthersMs: 60 * 60_000,
}
