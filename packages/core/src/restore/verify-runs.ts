import { type CodedError, hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { damaged, gunzipWhole, unpackSegment } from '../vault/segment.js'
import { cipherOf } from '../vault/keyed-store.js'
import { unsealJson } from '../vault/sealed-json.js'
import { checkImportRecord } from './engines/import-records.js'
import { checkJournalObject } from './journal.js'
import { openRun, type RunStore } from './run-store.js'
import { runIdsOf } from './runs.js'

/** What a verification of the runs read, and every object of theirs that is not what the vault says it is. */
export interface RunVerification {
  readonly runs: number
  readonly bytesRead: number
  readonly damage: readonly { readonly key: string; readonly reason: string }[]
}

/**
 * Reads everything that lies under the runs, and computes every digest again: plans and their steps, journals, reports and
 * what these name. It cannot see that a run is gone as a whole, nor that an entry is missing from the journal of a chunk
 * that was not worked through: a process that died may have left such a gap.
 *
 * @param isRead whether an object is read; of the others it is made sure that they are there
 */
export async function verifyRuns(
  store: ObjectStore,
  signal?: AbortSignal,
  isRead: (key: string) => boolean = () => true,
): Promise<RunVerification> {
  const damage = new Map<string, string>()
  let runs = 0
  let bytesRead = 0

  /** The answer of what can be read; `undefined`, and a note, of what cannot. */
  async function noting<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
      note(error)
      return undefined
    }
  }

  function note({ value, message }: CodedError): void {
    damage.set(value ?? message, message)
  }

  async function checkObject(key: string, name: string, expected: ExpectedObjects): Promise<void> {
    const bytes = await store.get(key)
    if (bytes === undefined) return
    bytesRead += bytes.byteLength
    await checkBytes(key, name, bytes, expected)
  }

  for await (const runId of runIdsOf(store)) {
    const run = openRun(store, runId)
    runs++
    const expected = await expectedOf(run, noting)
    for await (const { key } of store.list(run.prefix)) {
      signal?.throwIfAborted()
      const name = key.slice(run.prefix.length)
      // No object's name begins with a dot; a file manager's do.
      if (name.slice(name.lastIndexOf('/') + 1).startsWith('.')) continue
      if (isRead(key)) await noting(() => checkObject(key, name, expected))
      expected.names.delete(name)
    }
    for (const name of expected.names) note(damaged(`${run.prefix}${name}`, 'it is missing'))
  }
  return { runs, bytesRead, damage: [...damage].map(([key, reason]) => ({ key, reason })) }
}

async function checkBytes(
  key: string,
  name: string,
  bytes: Uint8Array,
  expected: ExpectedObjects,
): Promise<void> {
  const digest = expected.lines.get(name)
  if (digest !== undefined) await unpackSegment(bytes, digest, key)
  else if (LINES.test(name)) await checkUnnamed(key, name, bytes, expected)
  else if (/^(begun|approved|plan|report)\.json$/.test(name)) unsealJson(key, bytes)
  else if (/^import\/((waited-)?\d{6}|end)\.json$/.test(name)) checkImportRecord(key, name, bytes)
  else if (/^journal\/[^/]+\/(\d{6}|done)\.json$/.test(name)) checkJournalObject(key, bytes)
  else throw damaged(key, 'it is nothing that the format knows')
}

/**
 * Proves that bytes are those that belong at this key of a run: by their own digest, or by that which the run's plan or report has of them.
 *
 * @param store what the run lies in, its plan and report too
 * @throws CodedError `VAULT_DAMAGED` when nothing proves it
 */
export async function proveRunObject(store: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  const [, runId = '', name = ''] = /^restores\/([^/]+)\/(.+)$/.exec(key) ?? []
  const expected = await expectedOf(openRun(store, runId), orUnreadable)
  // What is sealed for its place in an encrypted vault is proven by that.
  if (LINES.test(name) && !expected.lines.has(name) && !(await cipherOf(store)).isEncrypted)
    throw damaged(key, 'no plan or report that can be read has its digest')
  await checkBytes(key, name, bytes, expected)
}

async function orUnreadable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) return undefined
    throw error
  }
}

/** Objects of lines, which are checked by a digest that the plan or the report has. */
const LINES = /^(plan|fidelity|identity-map)\//

interface ExpectedObjects {
  /** The names that have to be there. */
  readonly names: Set<string>
  readonly lines: ReadonlyMap<string, string>
  readonly hasPlan: boolean
  readonly hasReport: boolean
}

async function expectedOf(
  run: RunStore,
  noting: <T>(work: () => Promise<T>) => Promise<T | undefined>,
): Promise<ExpectedObjects> {
  const hasPlan = await run.hasPlan()
  const hasReport = await run.isReported()
  const header = hasPlan ? await noting(() => run.getHeader()) : undefined
  const reported = hasReport ? await noting(() => run.getReportedLines()) : undefined
  const chunks = header?.chunks ?? []
  const lines = new Map(chunks.map(({ id, digest }) => [`plan/${id}`, digest]))
  for (const [name, digest] of Object.entries(reported ?? {})) lines.set(name, digest)
  const names = new Set(lines.keys())
  if (hasPlan) names.add('begun.json')
  if (hasReport || (await run.hasApproval())) names.add('plan.json')
  // No run is reported before all of it was approved and worked through.
  if (hasReport) names.add('approved.json')
  if (hasReport) for (const { id } of chunks) names.add(`journal/${id}/done.json`)
  return { names, lines, hasPlan: header !== undefined, hasReport: reported !== undefined }
}

/** Until there is a plan, or a report, that names it, an object of lines can only be whole. */
async function checkUnnamed(
  key: string,
  name: string,
  bytes: Uint8Array,
  { hasPlan, hasReport }: ExpectedObjects,
): Promise<void> {
  const isOfPlan = name.startsWith('plan/')
  if (isOfPlan ? hasPlan : hasReport)
    throw damaged(key, `the run's ${isOfPlan ? 'plan' : 'report'} does not name it`)
  await gunzipWhole(bytes, key)
}
