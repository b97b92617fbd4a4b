import type {
  CreateUserImportJobRequest,
  DescribeUserImportJobRequest,
  ListUserImportJobsRequest,
  StartUserImportJobRequest,
  StopUserImportJobRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { describeImportJob, isExpired, type ImportJob } from '../imports/import-job.js'
import { finishImport } from '../imports/run-import.js'
import { uploadUrl } from '../imports/upload.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import type { Pool } from '../pools/pool.js'
import { notFound, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const JOBS_LIMIT = 1000
const PAGE_LIMIT = 50

function jobOf(pool: Pool, id: string | undefined): ImportJob {
  const job = pool.importJobs.get(id ?? '')
  if (job === undefined) throw notFound(`Import job ${id ?? ''} does not exist.`)
  return job
}

function notMet(message: string): ServiceError {
  return new ServiceError('PreconditionNotMetException', message)
}

function shown(account: Account, job: ImportJob): JsonObject {
  return { UserImportJob: describeImportJob(job, account.clock.now()) }
}

const createUserImportJob: Operation<CreateUserImportJobRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  if (pool.importJobs.size >= JOBS_LIMIT) {
    throw new ServiceError('LimitExceededException', 'The user pool has the maximum number of import jobs.')
  }
  const id = `import-${account.random.text(10, ID_ALPHABET)}`
  const job: ImportJob = {
    id,
    number: ++account.imports.last,
    userPoolId: pool.id,
    createdAt: account.clock.now(),
    url: uploadUrl(account, pool.id, id),
    body: copyJson(omit(request as unknown as JsonObject, ['UserPoolId'])),
    status: 'Created',
    upload: undefined,
    file: undefined,
    startedAt: undefined,
    completedAt: undefined,
    completionMessage: undefined,
    imported: 0,
    skipped: 0,
    failed: 0,
    log: [],
  }
  pool.importJobs.set(id, job)
  return shown(account, job)
}

const startUserImportJob: Operation<StartUserImportJobRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const job = jobOf(pool, request.JobId)
  const now = account.clock.now()
  const { AutoVerifiedAttributes: verified } = pool.configuration
  if (job.status !== 'Created' || isExpired(job, now)) throw notMet('The job cannot be started any more.')
  if (account.imports.job !== undefined) throw notMet('Another import job of the account is active.')
  if (!Array.isArray(verified) || verified.length === 0) {
    throw notMet('The user pool has no auto-verified attribute.')
  }
  if (job.upload === undefined) throw notMet('The file has not been uploaded.')
  job.status = 'InProgress'
  job.startedAt = now
  account.imports.job = job
  return { UserImportJob: { ...describeImportJob(job, now), Status: 'Pending' } }
}

/** It stops at once; whoever has been imported stays. */
const stopUserImportJob: Operation<StopUserImportJobRequest> = (request, account) => {
  const job = jobOf(poolOf(account, request.UserPoolId), request.JobId)
  if (job.status !== 'InProgress') throw notMet('The job is not running.')
  finishImport(account, job, 'Stopped', 'The Import Job was stopped by the developer.', account.clock.now())
  return shown(account, job)
}

const describeUserImportJob: Operation<DescribeUserImportJobRequest> = (request, account) =>
  shown(account, jobOf(poolOf(account, request.UserPoolId), request.JobId))

/** From the last created to the first. */
const listUserImportJobs: Operation<ListUserImportJobsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const jobs = [...pool.importJobs.values()].sort((left, right) => right.number - left.number)
  const page = account.pager.page(
    {
      binding: JSON.stringify(['ListUserImportJobs', pool.id]),
      limit: Math.min(request.MaxResults ?? PAGE_LIMIT, PAGE_LIMIT),
      token: request.PaginationToken,
    },
    (after) => jobs.filter(({ number }) => after === undefined || number < Number(after))[Symbol.iterator](),
    ({ number }) => String(number),
  )
  return {
    UserImportJobs: page.items.map((job) => describeImportJob(job, account.clock.now())),
    PaginationToken: page.token,
  }
}

/** Operations on imports of users from files. */
export const userImportJobOperations: Operations = {
  CreateUserImportJob: createUserImportJob,
  StartUserImportJob: startUserImportJob,
  StopUserImportJob: stopUserImportJob,
  DescribeUserImportJob: describeUserImportJob,
  ListUserImportJobs: listUserImportJobs,
}
