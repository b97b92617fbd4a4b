import { poolOf, type Account } from '../account.js'
import type { Pool } from '../pools/pool.js'
import { ServiceError } from '../service-error.js'
import { openImportFile, readRow, type ImportFile } from './csv-file.js'
import { csvHeader, HASH_COLUMN } from './csv-header.js'
import type { ImportJob, ImportStatus } from './import-job.js'
import { importUser } from './import-user.js'

const DEFAULT_SPEED = 31
const DEFAULT_FAILURE_SHARE = 0.5
/** As few failures as the guide shows a job to fail by. */
const LEAST_FAILURES = 5
const TOO_MANY = 'Too many users have failed or been skipped during the import.'

/**
 * Brings the running job to where it is by now. There is no timer: whoever looks at a pool calls this first, and
 * each row takes effect at the time that it was due.
 */
export function advanceImport(account: Account): void {
  const { job } = account.imports
  const pool = job === undefined ? undefined : account.pools.get(job.userPoolId)
  if (job?.startedAt === undefined || pool === undefined) return
  const { importSpeed: speed = DEFAULT_SPEED } = account.options
  const start = job.startedAt
  const file = fileOf(pool, job)
  if (typeof file === 'string') {
    finishImport(account, job, 'Failed', file, start)
    return
  }
  const timeOf = (rows: number): number => start + (rows * 1000) / speed
  let time = start
  const then: Account = { ...account, clock: { now: () => time } }
  while (job.status === 'InProgress') {
    const row = file.rows[job.log.length]
    time = timeOf(job.log.length + (row === undefined ? 0 : 1))
    if (time > account.clock.now()) return
    if (row === undefined) finishImport(account, job, 'Succeeded', 'Import Job Completed Successfully.', time)
    else importRow(then, pool, job, file, row)
  }
}

/** The pool of an id, with whoever an import has brought by now. */
export function currentPool(account: Account, userPoolId: string): Pool {
  advanceImport(account)
  return poolOf(account, userPoolId)
}

/** Ends a job for good. */
export function finishImport(
  account: Account,
  job: ImportJob,
  status: ImportStatus,
  message: string,
  at: number,
): void {
  job.status = status
  job.completionMessage = message
  job.completedAt = at
  // A job is never started again, and its file may be 100 MB.
  job.upload = undefined
  job.file = undefined
  account.imports.job = undefined
}

/** Refuses to change a pool that users are being imported into. */
export function refuseDuringImport(account: Account, pool: Pool): void {
  if (account.imports.job?.userPoolId !== pool.id) return
  throw new ServiceError(
    'UserImportInProgressException',
    'The user pool cannot be changed while users are being imported.',
  )
}

function fileOf(pool: Pool, job: ImportJob): ImportFile | string {
  if (job.file !== undefined) return job.file
  const columns = csvHeader(pool)
  if (job.body.PasswordHashingAlgorithm !== undefined) columns.push(HASH_COLUMN)
  const file = openImportFile(job.upload ?? new Uint8Array(), columns)
  if (typeof file !== 'string') job.file = file
  return file
}

function importRow(account: Account, pool: Pool, job: ImportJob, file: ImportFile, row: string): void {
  // The header is line 1.
  const line = job.log.length + 2
  const outcome = outcomeOf(account, pool, job, file, row)
  job.log.push(`[${outcome.kind}] Line Number ${line} - ${outcome.message}`)
  if (outcome.kind === 'SUCCEEDED') job.imported++
  else if (outcome.kind === 'SKIPPED') job.skipped++
  else job.failed++
  const failures = job.skipped + job.failed
  const share = failures / (job.imported + failures)
  const { importFailureShare: most = DEFAULT_FAILURE_SHARE } = account.options
  if (failures >= LEAST_FAILURES && share > most) {
    finishImport(account, job, 'Failed', TOO_MANY, account.clock.now())
  }
}

function outcomeOf(
  account: Account,
  pool: Pool,
  job: ImportJob,
  file: ImportFile,
  row: string,
): { readonly kind: 'SUCCEEDED' | 'SKIPPED' | 'FAILED'; readonly message: string } {
  const values = readRow(file.columns, row)
  if (typeof values === 'string') return { kind: 'FAILED', message: values }
  const { PasswordHashingAlgorithm: algorithm } = job.body
  try {
    importUser(account, pool, values, typeof algorithm === 'string' ? algorithm : undefined)
    return { kind: 'SUCCEEDED', message: 'The import succeeded.' }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return error.code === 'UsernameExistsException'
      ? { kind: 'SKIPPED', message: 'The user already exists.' }
      : { kind: 'FAILED', message: error.message.trim() }
  }
}
