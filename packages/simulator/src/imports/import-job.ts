import { epochSeconds } from '../clock.js'
import type { JsonObject } from '../json.js'
import type { ImportFile } from './csv-file.js'

/** How far a job is. */
export type ImportStatus = 'Created' | 'InProgress' | 'Stopped' | 'Failed' | 'Succeeded'

/** One user import job. */
export interface ImportJob {
  readonly id: string
  /** Counts up in the account, so that jobs can be listed from the last created. */
  readonly number: number
  readonly userPoolId: string
  readonly createdAt: number
  /** Where the file is to be put, good for a quarter of an hour. */
  readonly url: string
  /** The request, fields of later versions included. */
  readonly body: JsonObject
  status: ImportStatus
  upload: Uint8Array | undefined
  /** The upload, once the job has begun to read it. */
  file: ImportFile | undefined
  startedAt: number | undefined
  completedAt: number | undefined
  completionMessage: string | undefined
  imported: number
  skipped: number
  failed: number
  /** What the service writes to the role's log group, by line number. */
  readonly log: string[]
}

/** The running job, of which an account has at most one. */
export interface RunningImport {
  job: ImportJob | undefined
  /** The number of the last job made. */
  last: number
}

const EXPIRY = 24 * 3_600_000

/** Whether a job waited so long for its start that it cannot start any more. */
export function isExpired(job: ImportJob, now: number): boolean {
  return job.status === 'Created' && now - job.createdAt >= EXPIRY
}

/** A job as the API shows it. */
export function describeImportJob(job: ImportJob, now: number): JsonObject {
  const { startedAt, completedAt } = job
  return {
    ...job.body,
    JobId: job.id,
    UserPoolId: job.userPoolId,
    PreSignedUrl: job.url,
    CreationDate: epochSeconds(job.createdAt),
    Status: isExpired(job, now) ? 'Expired' : job.status,
    ImportedUsers: job.imported,
    SkippedUsers: job.skipped,
    FailedUsers: job.failed,
    ...(startedAt === undefined ? {} : { StartDate: epochSeconds(startedAt) }),
    ...(completedAt === undefined ? {} : { CompletionDate: epochSeconds(completedAt) }),
    ...(job.completionMessage === undefined ? {} : { CompletionMessage: job.completionMessage }),
  }
}
