import { z } from 'zod'
import type { JsonValue } from '../model/canonical.js'
import type { Clock } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { sealJson, unsealJson } from '../vault/sealed-json.js'
import { damaged } from '../vault/segment.js'

const noteSchema = z.object({ code: z.string(), detail: z.string().optional() })

const resultSchema = z.object({
  /** The step's place in its chunk. */
  step: z.number().int().nonnegative(),
  /** What became of each operation, in order; those after a creation that failed were not tried, those for the erased left out. */
  outcomes: z.array(
    // `imported`: not called, because an import job has done it.
    z.enum(['done', 'already', 'imported', 'drifted', 'conflict', 'failed', 'not-tried', 'left-out']),
  ),
  /** Why, for those that did not succeed; never a value of a request. */
  reasons: z.array(z.string()),
  /** Ids that the service gave. */
  bound: z.record(z.string(), z.string()),
  notes: z.array(noteSchema),
})

const entrySchema = z.union([
  /** The chunk's calls may be sent from this moment on (the service's clock; null where it is not known). */
  z.object({ intent: z.number().nullable() }),
  /** A creation was answered: what it made is the run's own. */
  z.object({ bound: z.object({ step: z.number(), values: z.record(z.string(), z.string()) }) }),
  z.object({ result: resultSchema }),
])

const entriesSchema = z.array(entrySchema)
/** What else lies there is nobody's entry: a file manager's, say. */
const ENTRIES_NAME = /^(\d{6,})\.json$/
const doneSchema = z.object({ results: z.array(resultSchema) })

export type StepResult = z.infer<typeof resultSchema>
type Entry = z.infer<typeof entrySchema>

/** What is known of a chunk from the journal. */
export interface ChunkHistory {
  /** The chunk's results, once all of it was worked through. */
  readonly done: readonly StepResult[] | undefined
  /** When calls of it may have been sent, by the service's clock; any, where it is not empty. */
  readonly intents: readonly (number | null)[]
  /** Ids that creations gave, by step. */
  readonly bound: ReadonlyMap<number, Readonly<Record<string, string>>>
  readonly results: ReadonlyMap<number, StepResult>
}

/** The journal of one chunk. An entry is stored when its promise resolves. */
export interface ChunkJournal {
  readonly history: ChunkHistory
  append(entry: Entry): Promise<void>
  /** Ends the chunk: from then on its results are all that is read of it. */
  finish(results: readonly StepResult[]): Promise<void>
}

/** Entries that come within this time are stored as one object. */
const GROUP_COMMIT_MS = 250

export async function openJournal(store: ObjectStore, prefix: string, clock: Clock): Promise<ChunkJournal> {
  const doneKey = `${prefix}done.json`
  const done = await readJson(store, doneKey, doneSchema)
  const entries: Entry[] = []
  let sequence = 0
  if (done === undefined) {
    for await (const { key } of store.list(prefix)) {
      const number = ENTRIES_NAME.exec(key.slice(prefix.length))?.[1]
      if (number === undefined) continue
      entries.push(...((await readJson(store, key, entriesSchema)) ?? []))
      sequence = Number(number)
    }
  }
  let pending: Entry[] = []
  let committing: Promise<void> | undefined

  async function commit(): Promise<void> {
    await clock.sleep(GROUP_COMMIT_MS)
    const batch = pending
    pending = []
    committing = undefined
    await put(store, `${prefix}${String(++sequence).padStart(6, '0')}.json`, batch)
  }

  return {
    history: historyOf(done?.results, entries),
    append: (entry) => {
      pending.push(entry)
      committing ??= commit()
      return committing
    },
    finish: (results) => put(store, doneKey, { results }),
  }
}

function historyOf(done: readonly StepResult[] | undefined, entries: readonly Entry[]): ChunkHistory {
  const intents: (number | null)[] = []
  const bound = new Map<number, Record<string, string>>()
  const results = new Map<number, StepResult>()
  for (const entry of entries) {
    if ('intent' in entry) intents.push(entry.intent)
    else if ('bound' in entry)
      bound.set(entry.bound.step, { ...bound.get(entry.bound.step), ...entry.bound.values })
    else results.set(entry.result.step, entry.result)
  }
  return { done, intents, bound, results }
}

async function put(store: ObjectStore, key: string, value: unknown): Promise<void> {
  if ((await store.putIfAbsent(key, sealJson(key, value as JsonValue))) === 'stored') return
  throw new CodedError('LOCK_LOST', `another process is writing the same journal (${key})`, {
    value: key,
    hint: 'let it go on; see what it did with cognito-vault resume when it has ended',
  })
}

async function readJson<T>(store: ObjectStore, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await store.get(key)
  return bytes === undefined ? undefined : decode(key, bytes, schema)
}

/** Checks an object of a journal by itself. @throws CodedError `VAULT_DAMAGED` when it is not as it was written. */
export function checkJournalObject(key: string, bytes: Uint8Array): void {
  if (key.endsWith('/done.json')) decode(key, bytes, doneSchema)
  else decode(key, bytes, entriesSchema)
}

function decode<T>(key: string, bytes: Uint8Array, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(unsealJson(key, bytes))
  if (!parsed.success) throw damaged(key, 'it is not an entry of a journal', parsed.error)
  return parsed.data
}
