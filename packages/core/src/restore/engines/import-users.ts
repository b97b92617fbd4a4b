import { unreadableAnswer } from '../../cognito/cognito-api.js'
import { CodedError } from '../../model/errors.js'
import type { ExecuteOptions } from '../run-context.js'
import type { PlanChunk, RunHeader } from '../run-header.js'
import type { RunStore } from '../run-store.js'
import { createImportJobs, type ImportJob, ImportUnavailable, unavailable } from './import-jobs.js'
import { hashesNeeded } from './hashes/hashes-by-place.js'
import { IMPORT_LIMITS } from './import-limits.js'
import { type JobRecord, openImportRecords } from './import-records.js'
import { nextRound, type RoundOptions } from './import-round.js'
import type { RowsContext } from './import-rows.js'
import type { RunJob } from './import-verdict.js'

/** So many jobs in a row that bring nobody are enough: the next would not either. */
const MOST_FRUITLESS = 3

/**
 * Imports the users of the steps that the plan imports, job by job, until each is accounted for in the journal of its
 * chunk; whoever is not then is made by API calls. May be stopped at any moment and called again: what a job did is
 * found out from the service, by the job's name and by a new listing.
 *
 * @throws CodedError `COGNITO_FAILED` when no job can be had and the plan said that only jobs should do
 */
export async function importUsers(
  run: RunStore,
  header: RunHeader,
  chunks: readonly PlanChunk[],
  poolId: string,
  options: ExecuteOptions & Pick<RowsContext, 'isErased'>,
): Promise<void> {
  const { import: settings } = header
  const { api, store, clock, sink, signal, checkLease } = options
  const records = openImportRecords(store, run.prefix)
  if (settings === undefined || chunks.length === 0 || (await records.end()) !== undefined) return
  const limits = options.importLimits ?? IMPORT_LIMITS
  const jobs = createImportJobs({
    api,
    putFile: options.putFile,
    clock,
    sink,
    signal,
    poolId,
    runId: run.runId,
    roleArn: settings.roleArn,
    waitForOthersMs: limits.waitForOthersMs,
    checkLease,
  })

  const hashSource = options.hashes
  if (settings.hashes !== undefined && hashSource === undefined && options.noImports !== true)
    throw hashesNeeded(run.runId)

  /** Jobs in a row that have brought nobody. */
  let fruitless = 0

  /** One more job, if anybody is left for it; whether there may be another after it. */
  async function importSome(): Promise<boolean> {
    await checkLease()
    const known = await records.all()
    let ended: ImportJob[]
    let columns: string[]
    try {
      ended = await jobs.ended((ordinal) => known.find((record) => record.ordinal === ordinal)?.rows ?? 0)
      columns = await csvColumns()
    } catch (error) {
      // Whom jobs have made is not to be made again because they cannot be looked at now.
      if (known.length > 0) throw error
      return giveUp(unavailable(error), header.summary.engines?.import ?? 0)
    }
    const next = await nextRound({
      run,
      store,
      clock,
      signal,
      api,
      chunks,
      poolId,
      rules: header.target.rules,
      tempDirectory: options.tempDirectory,
      concurrency: options.concurrency,
      isErased: options.isErased,
      limits,
      columns,
      jobs: paired(ended, known),
      ...(settings?.hashes === undefined ? {} : { hashes: { source: hashSource, settings } }),
      round: known.at(-1)?.ordinal ?? 0,
    } satisfies RoundOptions)
    if (next === undefined) {
      await records.putEnd({})
      return false
    }
    try {
      if (options.noImports === true) throw new ImportUnavailable('--engine api was given')
      if (fruitless >= MOST_FRUITLESS)
        throw new ImportUnavailable(`${MOST_FRUITLESS} jobs in a row brought nobody`)
      const record = { ordinal: (known.at(-1)?.ordinal ?? 0) + 1, ...next.record }
      await records.put(record)
      const after = ended.at(-1)?.ordinal ?? 0
      const { imported } = await jobs.run(record, next.file, {
        beforeMs: await records.waited(after),
        note: (ms) => records.putWaited(after, ms),
      })
      fruitless = imported > 0 ? 0 : fruitless + 1
      return true
    } catch (error) {
      return await giveUp(error, next.left)
    } finally {
      await next.file.remove()
    }
  }

  /** Leaves who is left to API calls, where that may be. @throws the error where it is about more than jobs */
  async function giveUp(error: unknown, left: number): Promise<false> {
    if (!(error instanceof ImportUnavailable)) throw error
    const mustImport = settings?.engine === 'import' || settings?.hashes !== undefined
    if (mustImport && options.noImports !== true) throw noJob(error, run.runId, left)
    sink({ code: 'import.fallback', reason: error.message, users: left })
    await records.putEnd({ why: error.message })
    return false
  }

  async function csvColumns(): Promise<string[]> {
    const answer = await api.call('GetCSVHeader', { UserPoolId: poolId }, { signal })
    const { CSVHeader: columns } = answer
    if (!Array.isArray(columns) || columns.length === 0)
      throw unreadableAnswer('GetCSVHeader', 'the answer has no columns')
    return columns.map(String)
  }

  while (await importSome());
}

/** Jobs with whom they were sent; one that no record tells of is not a job of this vault's run. */
function paired(ended: readonly ImportJob[], records: readonly JobRecord[]): RunJob[] {
  return ended.flatMap((job) => {
    const record = records.find(({ ordinal }) => ordinal === job.ordinal)
    return record === undefined ? [] : [{ job, record }]
  })
}

function noJob({ message }: ImportUnavailable, runId: string, users: number): CodedError {
  return new CodedError('COGNITO_FAILED', `no import job can be had for ${users} of the users: ${message}`, {
    value: runId,
    hint: `mend the cause, then go on with: cognito-vault resume ${runId}; or make them by API calls, each of whom becomes monthly active: cognito-vault resume ${runId} --engine api`,
  })
}
