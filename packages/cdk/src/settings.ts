import type { Toggle } from './toggle'

/** The places, in S3, of the code of all functions. */
export interface CodePlace {
  readonly bucket: string
  readonly key: string
}

/**
 * All that decides what is made. Values may be tokens and toggles conditions, so that one description serves a CDK app, where all is
 * known, and the plain template, where parameters say it.
 */
export interface Settings {
  /** By which machines, metrics and the dashboard are known; may hold `${AWS::StackName}`. */
  readonly name: string
  /** The Region that writes; the other is where its vault is replicated to. */
  readonly primary: Toggle
  /** Separated by commas. */
  readonly poolIds: string
  readonly poolArns: readonly string[]
  readonly backupSchedule: string
  readonly drillSchedule: string
  readonly drills: Toggle
  /** Users that a drill restores. */
  readonly drillSample: string
  /** Requests a second that may be spent on Cognito. */
  readonly tps: string
  /** `keep-daily=30,keep-monthly=12`; empty keeps all. */
  readonly retention: string
  readonly objectLockDays: string
  readonly locks: Toggle
  /** Whether the stack makes a key; else it uses `kmsKeyArn`. */
  readonly ownKey: Toggle
  readonly kmsKeyArn: string
  readonly replicates: Toggle
  readonly secondaryBucketArn: string
  readonly secondaryKeyArn: string
  readonly trusts: Toggle
  readonly trustedAccountIds: readonly string[]
  readonly notifies: Toggle
  readonly email: string
  readonly snsPreference: string
  /** Whether people are told of what went well, too. */
  readonly informs: Toggle
  /** A latest snapshot that is older raises an alarm. */
  readonly maxAgeHours: number
  readonly code: CodePlace
}
