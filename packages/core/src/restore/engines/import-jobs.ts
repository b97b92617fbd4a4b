import { text } from '../../cognito/canonical-body.js'
import { answerOf, type CognitoApi, CognitoError, isException } from '../../cognito/cognito-api.js'
import { items } from '../../cognito/paginate.js'
import type { PutFile } from '../../cognito/put-file.js'
import type { JsonObject } from '../../model/canonical.js'
import type { Clock } from '../../model/clock.js'
import type { EventSink } from '../../model/events.js'
import { endsTheRun } from '../perform.js'
import type { CsvFile } from './csv-file.js'
import type { JobRecord } from './import-records.js'

/** An import job of a run, as the service describes it. Moments are the service's, in milliseconds. */
export interface ImportJob {
  readonly id: string
  /** Which of the run's jobs it is. */
  readonly ordinal: number
  readonly status: string
  readonly url: string
  readonly imported: number
  readonly skipped: number
  readonly failed: number
  readonly startedAt: number | undefined
  readonly completedAt: number | undefined
}

/** No job can be made or started: nothing is wrong with the users, and API calls would make them. */
export class ImportUnavailable extends Error {}

export interface JobsOptions {
  readonly api: CognitoApi
  readonly putFile: PutFile
  readonly clock: Clock
  readonly sink: EventSink
  readonly signal: AbortSignal
  readonly poolId: string
  readonly runId: string
  /** With which the jobs log. */
  readonly roleArn: string
  /** For how long to wait while another job of the account runs. */
  readonly waitForOthersMs: number
  readonly checkLease: () => Promise<void>
}

/** The import jobs of a run. */
export interface ImportJobs {
  /** Those that the service knows, by their names; what runs is waited for. */
  ended(rowsOf: (ordinal: number) => number): Promise<ImportJob[]>
  /**
   * Makes a job, gives it its file, starts it and waits for its end.
   *
   * @throws ImportUnavailable; CognitoError of what would strike every call
   */
  run(record: JobRecord, file: CsvFile, waits: Waits): Promise<ImportJob>
}

/** The waiting for other jobs of the account in processes that were stopped meanwhile: all of it together has a bound. */
export interface Waits {
  /** For how long there was waited before, in milliseconds. */
  readonly beforeMs: number
  /** Told for how long in this process, when it is stopped. */
  readonly note: (ms: number) => Promise<void>
}

/** The clocks of tests let no wait of 20 s or more be cut short. */
const POLL_MS = 10_000
const ATTEMPTS = 4
const ACTIVE = ['Pending', 'InProgress', 'Stopping']
const NOT_MET = 'PreconditionNotMetException'
const ENCRYPTION = { 'x-amz-server-side-encryption': 'aws:kms' }

export function createImportJobs(options: JobsOptions): ImportJobs {
  const { api, clock, sink, signal, poolId, runId } = options

  async function call(operation: string, input: JsonObject): Promise<JsonObject> {
    return api.call(operation, { UserPoolId: poolId, ...input }, { signal })
  }

  async function describe(job: ImportJob): Promise<ImportJob> {
    const answer = await call('DescribeUserImportJob', { JobId: job.id })
    return { ...jobOf(answerOf('DescribeUserImportJob', answer, 'UserImportJob')), ordinal: job.ordinal }
  }

  async function all(): Promise<ImportJob[]> {
    const found: ImportJob[] = []
    const listing = {
      operation: 'ListUserImportJobs',
      input: { UserPoolId: poolId, MaxResults: 50 },
      items: 'UserImportJobs',
      token: 'PaginationToken' as const,
    }
    for await (const body of items(api, listing, { signal })) {
      const ordinal = ordinalIn(text(body, 'JobName'), runId)
      if (ordinal !== undefined) found.push({ ...jobOf(body), ordinal })
    }
    return found.sort((a, b) => a.ordinal - b.ordinal)
  }

  async function waitForEnd(begun: ImportJob, rows: number): Promise<ImportJob> {
    const startedHere = clock.now()
    for (let job = begun; ; job = await describe(job)) {
      const done = job.imported + job.skipped + job.failed
      // By the service's clock where it is known, so that a resumed run measures the whole job.
      const now = api.serverTime() ?? clock.now()
      const seconds = (now - (job.startedAt ?? startedHere)) / 1000
      const isActive = ACTIVE.includes(job.status)
      sink({
        code: isActive ? 'import.progress' : 'import.ended',
        ordinal: job.ordinal,
        jobId: job.id,
        status: job.status,
        rows,
        imported: job.imported,
        skipped: job.skipped,
        failed: job.failed,
        ...(isActive && done > 0 && seconds > 0
          ? { secondsLeft: Math.ceil((rows - done) / (done / seconds)) }
          : {}),
      })
      if (!isActive) return job
      await options.checkLease()
      await clock.sleep(POLL_MS, signal)
    }
  }

  /** Waits for the other job of the account that most likely keeps this one from going on: the service does not say. */
  function createWait(ordinal: number, waits: Waits): () => Promise<void> {
    const until = clock.now() + options.waitForOthersMs - waits.beforeMs
    let waitedMs = 0
    let isTold = false
    return async () => {
      if (clock.now() >= until) throw new ImportUnavailable(NOT_STARTED)
      if (!isTold) sink({ code: 'import.waiting', ordinal })
      isTold = true
      await options.checkLease()
      const from = clock.now()
      try {
        await clock.sleep(POLL_MS, signal)
      } catch (error) {
        await waits.note(waitedMs + clock.now() - from)
        throw error
      }
      waitedMs += clock.now() - from
    }
  }

  /** A creation whose answer was lost is looked for by its name; a second one would only never be started. */
  async function create({ ordinal, algorithm }: JobRecord, wait: () => Promise<void>): Promise<ImportJob> {
    const input = {
      JobName: nameOf(runId, ordinal),
      CloudWatchLogsRoleArn: options.roleArn,
      ...(algorithm === undefined ? {} : { PasswordHashingAlgorithm: algorithm }),
    }
    for (let attempt = 1; ;) {
      try {
        const answer = await call('CreateUserImportJob', input)
        return { ...jobOf(answerOf('CreateUserImportJob', answer, 'UserImportJob')), ordinal }
      } catch (error) {
        if (isException(error, NOT_MET)) {
          await wait()
          continue
        }
        if (!isAmbiguous(error)) throw unavailable(error)
        if (attempt++ >= ATTEMPTS) throw error
      }
      await clock.sleep(POLL_MS, signal)
      const made = (await all()).find((job) => job.ordinal === ordinal && job.status === 'Created')
      if (made !== undefined) return made
    }
  }

  /** Starts it once: a start whose answer was lost is settled by looking at the job. */
  async function start(job: ImportJob, wait: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ;) {
      try {
        await call('StartUserImportJob', { JobId: job.id })
        return
      } catch (error) {
        const mayWait = isException(error, NOT_MET)
        if (!mayWait && !isAmbiguous(error)) throw unavailable(error)
        if ((await describe(job)).status !== 'Created') return
        if (!mayWait && attempt++ >= ATTEMPTS) throw error
      }
      await wait()
    }
  }

  async function run(record: JobRecord, file: CsvFile, waits: Waits): Promise<ImportJob> {
    const wait = createWait(record.ordinal, waits)
    const job = await create(record, wait)
    sink({ code: 'import.job', ordinal: record.ordinal, jobId: job.id, rows: file.rows })
    try {
      const { size, bytes } = file
      await options.putFile({ url: job.url, headers: ENCRYPTION, size, bytes, signal })
    } catch (error) {
      throw unavailable(error)
    }
    await options.checkLease()
    await start(job, wait)
    return waitForEnd(await describe(job), file.rows)
  }

  return {
    run,
    ended: async (rowsOf) => {
      const jobs = await all()
      const ended: ImportJob[] = []
      for (const job of jobs) {
        // One that was never started brought nobody, and expires by itself.
        if (job.status === 'Created' || job.status === 'Expired') continue
        ended.push(ACTIVE.includes(job.status) ? await waitForEnd(job, rowsOf(job.ordinal)) : job)
      }
      return ended
    },
  }
}

const NOT_STARTED =
  'the job cannot be started, most likely because another import job of the account is active (an account has one at a time)'

function nameOf(runId: string, ordinal: number): string {
  return `${runId}-${String(ordinal)}`
}

function ordinalIn(name: string, runId: string): number | undefined {
  if (!name.startsWith(`${runId}-`)) return undefined
  const ordinal = Number(name.slice(runId.length + 1))
  return Number.isInteger(ordinal) && ordinal > 0 ? ordinal : undefined
}

function jobOf(body: JsonObject): Omit<ImportJob, 'ordinal'> {
  const count = (member: string): number => Number(body[member] ?? 0)
  const moment = (member: string): number | undefined =>
    typeof body[member] === 'number' ? body[member] * 1000 : undefined
  return {
    id: text(body, 'JobId'),
    status: text(body, 'Status'),
    url: text(body, 'PreSignedUrl'),
    imported: count('ImportedUsers'),
    skipped: count('SkippedUsers'),
    failed: count('FailedUsers'),
    startedAt: moment('StartDate'),
    completedAt: moment('CompletionDate'),
  }
}

function isAmbiguous(error: unknown): boolean {
  return error instanceof CognitoError && error.outcome === 'ambiguous'
}

/** What is refused for itself; all that would strike every call is thrown as it is, and the run can be resumed. */
export function unavailable(error: unknown): unknown {
  if (!(error instanceof CognitoError) || endsTheRun(error)) return error
  const reason = error.exception === 'UploadFailed' ? error.message : error.exception
  return new ImportUnavailable(`${error.operation}: ${reason}`)
}
