import { z } from 'zod'
import { ALGORITHMS } from './hashes/hash-line.js'
import type { JsonValue } from '../../model/canonical.js'
import { CodedError } from '../../model/errors.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { sealJson, unsealJson } from '../../vault/sealed-json.js'
import { damaged } from '../../vault/segment.js'

/**
 * A job that a run is about to make: whom it sends. They are those of the plan from one place to another who were not
 * accounted for when this was stored, which was before there was a job.
 */
const recordSchema = z.object({
  /** Counts the jobs of the run from 1; in the job's name. */
  ordinal: z.number().int().positive(),
  /** The places of the first and the last user, as {@link placeOf} writes them. */
  from: z.string(),
  to: z.string(),
  rows: z.number().int().positive(),
  /** Of the hashes, where they have some: the job sends those of this algorithm alone, else those without a hash. */
  algorithm: z.enum(ALGORITHMS).optional(),
})

/** The end of all imports of a run: whoever is not accounted for by then is made by API calls. */
const endSchema = z.object({
  /** Why there will be no further job, where some users are left. */
  why: z.string().optional(),
})

/** For how long other jobs of the account were waited for, in a process that was stopped meanwhile. */
const waitedSchema = z.object({
  /** The last job of the run that had run by then; 0 before the first. */
  after: z.number().int().nonnegative(),
  ms: z.number().nonnegative(),
})

export type JobRecord = z.infer<typeof recordSchema>
export type ImportEnd = z.infer<typeof endSchema>

/** What the vault has of the imports of a run. All of it is written once. */
export interface ImportRecords {
  /** The jobs that the run has made, or was about to, in order. */
  all(): Promise<JobRecord[]>
  put(record: JobRecord): Promise<void>
  end(): Promise<ImportEnd | undefined>
  putEnd(end: ImportEnd): Promise<void>
  /** For how long others were waited for since a job had run, in milliseconds, in the processes that have said so. */
  waited(after: number): Promise<number>
  putWaited(after: number, ms: number): Promise<void>
}

/** @param prefix of the run */
export function openImportRecords(store: ObjectStore, prefix: string): ImportRecords {
  const folder = `${prefix}import/`

  async function read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const bytes = await store.get(key)
    return bytes === undefined ? undefined : decode(key, bytes, schema)
  }

  async function put(key: string, value: unknown): Promise<void> {
    if ((await store.putIfAbsent(key, sealJson(key, value as JsonValue))) === 'stored') return
    throw new CodedError('LOCK_LOST', `another process is making the same imports (${key})`, {
      value: key,
      hint: 'let it go on; see what it did with cognito-vault resume when it has ended',
    })
  }

  async function waits(): Promise<z.infer<typeof waitedSchema>[]> {
    const found = []
    for await (const { key } of store.list(`${folder}${WAITED}`)) {
      const wait = await read(key, waitedSchema)
      if (wait !== undefined) found.push(wait)
    }
    return found
  }

  return {
    all: async () => {
      const records: JobRecord[] = []
      for await (const { key } of store.list(folder)) {
        if (!RECORD.test(key.slice(folder.length))) continue
        const record = await read(key, recordSchema)
        if (record !== undefined) records.push(record)
      }
      return records
    },
    put: (record) => put(`${folder}${String(record.ordinal).padStart(6, '0')}.json`, record),
    end: () => read(`${folder}end.json`, endSchema),
    putEnd: (end) => put(`${folder}end.json`, end),
    waited: async (after) =>
      (await waits()).filter((one) => one.after === after).reduce((sum, { ms }) => sum + ms, 0),
    putWaited: async (after, ms) => {
      const ordinal = (await waits()).length + 1
      await put(`${folder}${WAITED}${String(ordinal).padStart(6, '0')}.json`, { after, ms })
    },
  }
}

const RECORD = /^\d{6}\.json$/
const WAITED = 'waited-'

/** Checks an object of these by itself. @throws CodedError `VAULT_DAMAGED` when it is not as it was written. */
export function checkImportRecord(key: string, name: string, bytes: Uint8Array): void {
  if (name.endsWith('/end.json')) decode(key, bytes, endSchema)
  else if (name.includes(`/${WAITED}`)) decode(key, bytes, waitedSchema)
  else decode(key, bytes, recordSchema)
}

function decode<T>(key: string, bytes: Uint8Array, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(unsealJson(key, bytes))
  if (!parsed.success) throw damaged(key, 'it is no record of an import', parsed.error)
  return parsed.data
}

/** A place in the plan as text that sorts as the plan goes. */
export function placeOf(chunkId: string, step: number): string {
  return `${chunkId}/${String(step).padStart(3, '0')}`
}

/** What {@link placeOf} has written. */
export function placeIn(place: string): { readonly chunkId: string; readonly step: number } {
  const slash = place.lastIndexOf('/')
  return { chunkId: place.slice(0, slash), step: Number(place.slice(slash + 1)) }
}
