import type { PlannedReference } from './planned-reference.js'

/**
 * What the core says while it works. `code` and the other fields are the contract; text is made by whoever shows it.
 * No event carries personal data or a secret.
 */
export type VaultEvent =
  | { code: 'capture.started'; poolId: string; estimatedUsers: number }
  | { code: 'capture.users'; poolId: string; users: number }
  | { code: 'capture.memberships'; poolId: string; memberships: number; groupsDone: number; groups: number }
  | { code: 'capture.mfa'; poolId: string; users: number; of: number }
  | { code: 'capture.fallback'; poolId: string; reason: string }
  | { code: 'capture.missing'; poolId: string; resource: string; operation: string; reason: string }
  | { code: 'capture.stored'; poolId: string; snapshotId: string }
  /** Of another tool's backup that is imported. */
  | { code: 'foreign.read'; poolId: string; records: number }
  | { code: 'throttled'; operation: string; category: string; ratePerSecond: number }
  | { code: 'retried'; operation: string; reason: string; attempt: number }
  | { code: 'plan.users'; users: number }
  | {
      code: 'plan.references'
      /** What is outside the pool and needed by what the plan writes; `unmapped` stops it. */
      references: readonly PlannedReference[]
      from: { readonly region: string; readonly account: string | undefined }
      to: { readonly region: string; readonly account: string | undefined }
    }
  | { code: 'restore.started'; runId: string; operations: number }
  | {
      code: 'restore.operation'
      operation: string
      /** What became of it: `done`, or why not. */
      outcome: string
      done: number
      operations: number
    }
  | { code: 'restore.failed'; operation: string; subject: string; reason: string }
  /** An import job was made, and gets its file. */
  | { code: 'import.job'; ordinal: number; jobId: string; rows: number }
  /** The job waits, most likely for another of the account. */
  | { code: 'import.waiting'; ordinal: number }
  | {
      code: 'import.progress' | 'import.ended'
      ordinal: number
      jobId: string
      status: string
      rows: number
      imported: number
      skipped: number
      failed: number
      /** At the speed that this job has shown. */
      secondsLeft?: number
    }
  /** There is no further job, and API calls make these users. */
  | { code: 'import.fallback'; reason: string; users: number }
  | { code: 'run.unreadable'; runId: string; reason: string }
  | { code: 'identities.unfinished'; runId: string }
  | { code: 'copy.snapshot'; poolId: string; snapshotId: string; done: number; snapshots: number }
  | { code: 'prune.deleted'; poolId: string; deleted: number }
  /** A snapshot has far less than the best before it: what it lacks, as numbers. */
  | {
      code: 'guard.tripped'
      poolId: string
      snapshotId: string
      shrunk: readonly {
        readonly what: string
        readonly than: string
        readonly before: number
        readonly now: number
      }[]
    }
  /** Of a deployment: what was made in S3, and what CloudFormation says of a stack or of a resource of it. */
  | { code: 'deploy.bucket'; region: string; bucket: string }
  | { code: 'deploy.uploaded'; region: string; bucket: string; key: string; bytes: number }
  | {
      code: 'deploy.stack'
      region: string
      stackName: string
      resource: string
      type: string
      status: string
      reason: string
    }
  | { code: 'verify.segment'; segments: number; bytesRead: number }

/** Receives events; must not throw. */
export type EventSink = (event: VaultEvent) => void

/** The sink of who does not listen. */
export const noEvents: EventSink = () => undefined
