import type { CognitoApi } from '../../cognito/cognito-api.js'
import { newUsersProgress } from '../../cognito/capture-progress.js'
import { listUsers } from '../../cognito/list-users.js'
import type { Page } from '../../cognito/paginate.js'
import { subOf } from '../../cognito/shards.js'
import { text } from '../../cognito/canonical-body.js'
import type { LoginRules } from '../../diff/login.js'
import { canonicalJson, type JsonObject } from '../../model/canonical.js'
import { CodedError } from '../../model/errors.js'
import { mergeJoin } from '../../sorting/merge-join.js'
import { createSorter, type Sorter } from '../../sorting/external-sort.js'
import type { PlanChunk, RunHeader } from '../run-header.js'
import { csvObstacle, type CsvUser } from './csv-row.js'
import { type CsvFile, writeCsvFile } from './csv-file.js'
import { createFileFill } from './file-fill.js'
import type { Algorithm } from './hashes/hash-line.js'
import { hashesByPlace } from './hashes/hashes-by-place.js'
import type { HashSource } from './hashes/read-hashes.js'
import { createSettlementStore } from './settlement-store.js'
import type { ImportLimits } from './import-limits.js'
import type { JobRecord } from './import-records.js'
import { eachRow, type RowsContext } from './import-rows.js'
import {
  folded,
  isWithin,
  jobThatMade,
  namesOf,
  type PlannedRow,
  type RunJob,
  wasRead,
} from './import-verdict.js'

export interface RoundOptions extends RowsContext {
  readonly api: CognitoApi
  readonly chunks: readonly PlanChunk[]
  readonly poolId: string
  readonly rules: LoginRules
  readonly tempDirectory: string
  readonly concurrency: number
  readonly limits: Pick<ImportLimits, 'rows' | 'bytes'>
  /** The columns of the pool's import file, in its order. */
  readonly columns: readonly string[]
  /** The hashes that the plan was made with; without a source nobody is left for a job who has one. */
  readonly hashes?: {
    readonly source: HashSource | undefined
    readonly settings: NonNullable<RunHeader['import']>
  }
  /** The jobs that have run. */
  readonly jobs: readonly RunJob[]
  /** The number of the last job that there was to be. */
  readonly round: number
}

/** What is left after a round: the file for the next job, and whom it sends. */
export interface NextFile {
  readonly file: CsvFile
  readonly record: Omit<JobRecord, 'ordinal'>
  /** Those whom it sends, and those for whom it has no room. */
  readonly left: number
}

/** Listings lag behind: so often is a pool listed in which fewer are found than were imported. */
const LOOKS = 4
const WAIT_MS = 10_000

/**
 * Lists the target's users, accounts for every row that a job has brought or read, and for everybody who is there and is not
 * ours, and writes the file of those who are left, known to be absent a moment ago. Everything is streamed through
 * sorters on disk.
 *
 * @returns `undefined` when nobody is left
 */
export async function nextRound(options: RoundOptions): Promise<NextFile | undefined> {
  const rows = sorter(options)
  const verdicts = sorter(options)
  try {
    for (let look = 1; ; look++) {
      const brought = await readRows(options, rows, verdicts)
      if (rows.added === 0) return undefined
      await joinWithUsers(options, rows, verdicts, brought)
      const areAllSeen = options.jobs.every(({ job }) => (brought.get(job.ordinal) ?? 0) >= job.imported)
      if (areAllSeen || look >= LOOKS) return await settle(options, verdicts)
      await rows.clear()
      await verdicts.clear()
      await options.clock.sleep(WAIT_MS, options.signal)
    }
  } finally {
    await rows.clear()
    await verdicts.clear()
  }
}

/** A row, and what is known of it, on its way through a sorter. */
interface RowState {
  readonly algorithm?: Algorithm | undefined
  /** The last job that there was when it was accounted for. */
  readonly settledBy?: number
  /** Whom the target has under the name. */
  readonly present?: { readonly isOurs: boolean; readonly username: string; readonly sub: string }
  /** Who is not there. */
  readonly row?: Row
}

interface Row {
  readonly login: string
  readonly attributes: [string, string][]
  readonly status: PlannedRow['status']
  readonly isErased: boolean
}

/** Sorts the rows that are to be accounted for by name, the others by place; how many each job brought of the others. */
async function readRows(options: RoundOptions, rows: Sorter, verdicts: Sorter): Promise<Map<number, number>> {
  const brought = new Map<number, number>()
  await eachRow(options, options.chunks, async (journaled) => {
    const { place, user, algorithm, status, settledBy, isImported, isErased } = journaled
    if (settledBy !== undefined) {
      if (isImported) increment(brought, settledBy)
      await verdicts.add({ key: place, line: line({ settledBy, algorithm }) })
      return
    }
    const row = { login: user.login, attributes: [...user.attributes], status, isErased }
    await rows.add({
      key: folded(user.login, options.rules),
      line: JSON.stringify([place, row, algorithm ?? null]),
    })
  })
  return brought
}

/** Finds each row's name among the target's users; adds to `brought` those whom a job made. */
async function joinWithUsers(
  options: RoundOptions,
  rows: Sorter,
  verdicts: Sorter,
  brought: Map<number, number>,
): Promise<void> {
  const users = await listed(options)
  try {
    for await (const { left, right } of mergeJoin(rows.sorted(), users.sorted())) {
      if (left === undefined) continue
      const [place, row, named] = JSON.parse(left.line) as [string, Row, Algorithm | null]
      const algorithm = named ?? undefined
      if (right === undefined) {
        await verdicts.add({ key: place, line: line({ row, algorithm }) })
        continue
      }
      const user = JSON.parse(right.line) as JsonObject
      const planned = { place, algorithm, user: userOf(row), status: row.status }
      const by = jobThatMade(user, planned, options.jobs, options.rules.usernameAttributes)?.job.ordinal
      if (by !== undefined) increment(brought, by)
      const present = { isOurs: by !== undefined, username: text(user, 'Username'), sub: subOf(user) }
      await verdicts.add({ key: place, line: line({ present, algorithm }) })
    }
  } finally {
    await users.clear()
  }
}

/** All users of the target, by the names under which they stand in the way. */
async function listed({
  api,
  poolId,
  rules,
  concurrency,
  signal,
  ...options
}: RoundOptions): Promise<Sorter> {
  const users = sorter(options)
  let taken = 0
  const receiver = {
    take: async (_section: string, _listing: unknown, { items }: Page) => {
      for (const user of items) {
        for (const name of namesOf(user, rules)) await users.add({ key: name, line: canonicalJson(user) })
      }
      taken += items.length
    },
    count: () => taken,
    forget: async () => {
      taken = 0
      await users.clear()
    },
  }
  const listing = { poolId, concurrency, estimatedUsers: undefined, previousUsers: undefined, signal }
  try {
    await listUsers(api, { ...listing, onFallback: () => undefined }, newUsersProgress(), receiver)
    return users
  } catch (error) {
    await users.clear()
    throw error
  }
}

/** Stores what has become of each row, in the order of the plan, and writes those who are left into a file. */
async function settle(options: RoundOptions, verdicts: Sorter): Promise<NextFile | undefined> {
  const columns = new Set(options.columns)
  const indexesOf = indexCounter(options.jobs)
  const store = createSettlementStore(options)
  const fill = createFileFill(options.columns, options.limits)

  /** The lines that a row adds to the file, if it is left for it. */
  async function linesOf(place: string, state: RowState, hash: string | undefined): Promise<string[]> {
    const { settledBy, algorithm, present, row } = state
    const sent = indexesOf({ place, algorithm }, settledBy)
    if (present !== undefined) {
      const { isOurs, username, sub } = present
      await store.add(place, isOurs ? { state: 'imported', username, sub } : { state: 'conflict' })
    }
    if (row === undefined || row.isErased) return []
    const user = userOf(row)
    if (sent.some(([job, index]) => wasRead(job, index))) await store.add(place, { state: 'refused' })
    else if (csvObstacle(user, columns, hash) !== undefined) await store.add(place, { state: 'no-column' })
    else if (algorithm !== undefined && hash === undefined && options.hashes?.source !== undefined)
      throw hashIsGone()
    else return fill.take({ place, user, algorithm, hash })
    return []
  }

  async function* lines(): AsyncGenerator<string> {
    const hashes = await hashesOf(options)
    try {
      for await (const { left, right } of mergeJoin(verdicts.sorted(), hashes.sorted())) {
        if (left === undefined) continue
        yield* await linesOf(left.key, JSON.parse(left.line) as RowState, right?.line)
      }
    } finally {
      await hashes.clear()
    }
    await store.end()
  }

  const file = await writeCsvFile(options.tempDirectory, lines())
  const record = fill.record()
  if (record !== undefined) return { file, record, left: fill.left }
  await file.remove()
  return undefined
}

/** Counts rows, in the order of the plan, among those that each job was sent. */
function indexCounter(
  jobs: readonly RunJob[],
): (row: Pick<PlannedRow, 'place' | 'algorithm'>, settledBy: number | undefined) => [RunJob, number][] {
  const counters = new Map<number, number>()
  return (row, settledBy) =>
    jobs
      .filter(({ job, record }) => isWithin(row, record) && (settledBy ?? Infinity) >= job.ordinal)
      .map((sent): [RunJob, number] => {
        const index = counters.get(sent.job.ordinal) ?? 0
        counters.set(sent.job.ordinal, index + 1)
        return [sent, index]
      })
}

/** The hashes of those who are left, by their places. */
async function hashesOf(options: RoundOptions): Promise<Sorter> {
  const { source, settings } = options.hashes ?? {}
  if (source === undefined || settings === undefined) return sorter(options)
  return hashesByPlace(source, settings, options.tempDirectory, (take) =>
    eachRow(options, options.chunks, async ({ place, sub, user, algorithm, settledBy }) => {
      if (algorithm !== undefined && settledBy === undefined) await take({ place, sub, login: user.login })
    }),
  )
}

function sorter({ tempDirectory }: Pick<RoundOptions, 'tempDirectory'>): Sorter {
  return createSorter({ tempDirectory, duplicates: 'keep' })
}

function line(state: RowState): string {
  return JSON.stringify(state)
}

function userOf({ login, attributes }: Row): CsvUser {
  return { login, attributes: new Map(attributes) }
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** The file is the one that the plan was made with: who had a hash then has it now. */
function hashIsGone(): CodedError {
  return new CodedError('INTERNAL', 'a password hash that the plan was made with was not found again', {
    hint: 'this is a defect of cognito-vault: please report it',
  })
}
