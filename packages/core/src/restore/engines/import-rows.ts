import { userRef } from '../../cognito/operation.js'
import type { Clock } from '../../model/clock.js'
import { parallel } from '../../model/parallel.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { type ChunkJournal, openJournal, type StepResult } from '../journal.js'
import type { PlanChunk } from '../run-header.js'
import type { RunStore } from '../run-store.js'
import type { Step } from '../step.js'
import { csvUserOf } from './csv-row.js'
import { placeOf } from './import-records.js'
import type { PlannedRow } from './import-verdict.js'
import { IMPORT, IMPORT_ROUND, type ImportState } from './imported-step.js'

/** A user whom the plan imports, as the journal has it by now. */
export interface JournaledRow extends PlannedRow {
  /** The user's old sub. */
  readonly sub: string
  /** The last job that there was when the user was accounted for; `undefined` while that is to come. */
  readonly settledBy: number | undefined
  /** Whether the user was imported, by job `settledBy`. */
  readonly isImported: boolean
  /** Whether nobody may make the user any more; a job may have all the same, before. */
  readonly isErased: boolean
}

/** What has become of a row. */
export interface Settlement {
  readonly chunkId: string
  readonly step: number
  /** The last job that there is. */
  readonly round: number
  readonly state: ImportState | 'conflict'
  /** Whom it is now, for those imported. */
  readonly username?: string
  readonly sub?: string
}

export interface RowsContext {
  readonly run: RunStore
  readonly store: ObjectStore
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Whether nobody may make the user of a step any more: who was erased is in no job. */
  readonly isErased?: ((step: Step) => boolean) | undefined
}

const CHUNKS_AT_ONCE = 8

/** Tells of all rows of a plan, in no order. */
export async function eachRow(
  context: RowsContext,
  chunks: readonly PlanChunk[],
  take: (row: JournaledRow) => Promise<void>,
): Promise<void> {
  await parallel(chunks, CHUNKS_AT_ONCE, context.signal, async (chunk) => {
    const { history } = await journalOf(context, chunk.id)
    const bound = new Map(history.bound)
    for (const result of [...history.results.values(), ...(history.done ?? [])])
      bound.set(result.step, result.bound)
    for (const [at, step] of (await context.run.getChunk(chunk)).entries()) {
      const { engine, operations } = step
      if (engine?.kind !== 'import') continue
      const known = bound.get(at)
      const round = known?.[IMPORT_ROUND]
      await take({
        place: placeOf(chunk.id, at),
        user: csvUserOf(operations[0]?.input ?? {}),
        algorithm: engine.algorithm,
        sub: step.subject.id,
        status: engine.status,
        settledBy: round === undefined ? undefined : Number(round),
        isImported: known?.[IMPORT] === 'imported',
        isErased: context.isErased?.(step) === true,
      })
    }
  })
}

/** Stores what has become of rows of one chunk, in its journal: from there its steps go on. */
export async function storeSettlements(
  context: RowsContext,
  chunk: PlanChunk,
  settlements: readonly Settlement[],
): Promise<void> {
  const journal = await journalOf(context, chunk.id)
  const steps = await context.run.getChunk(chunk)
  await Promise.all(
    settlements.map(async (settlement) => {
      const step = steps[settlement.step]
      if (step === undefined) return
      const values = valuesOf(step, settlement)
      if (settlement.state === 'conflict')
        await journal.append({ result: conflictOf(step, settlement.step, values) })
      else await journal.append({ bound: { step: settlement.step, values } })
    }),
  )
}

function journalOf({ run, store, clock }: RowsContext, chunkId: string): Promise<ChunkJournal> {
  return openJournal(store, `${run.prefix}journal/${chunkId}/`, clock)
}

function valuesOf(step: Step, { round, state, username, sub }: Settlement): Record<string, string> {
  const settled = { [IMPORT_ROUND]: String(round), ...(state === 'conflict' ? {} : { [IMPORT]: state }) }
  if (username === undefined || sub === undefined) return settled
  return { ...settled, [userRef(step.subject.id)]: username, newSub: sub }
}

function conflictOf(step: Step, at: number, bound: Record<string, string>): StepResult {
  return {
    step: at,
    outcomes: step.operations.map((_, place) => (place === 0 ? 'conflict' : 'not-tried')),
    reasons: ['somebody whom this run did not make has the name'],
    bound,
    notes: [],
  }
}
