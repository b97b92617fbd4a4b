import { z } from 'zod'
import type { JsonObject, JsonValue } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { RESTORES_PREFIX, runPrefix } from '../vault/object-keys.js'
import { sealJson, unsealJson } from '../vault/sealed-json.js'
import {
  damaged,
  gunzipWhole,
  joinLines,
  packSegment,
  segmentId,
  splitLines,
  unpackSegment,
} from '../vault/segment.js'
import { parseHeader, type PlanChunk, type RunHeader } from './run-header.js'
import type { Phase, Step } from './step.js'

/** A run's objects in the vault: all are written once. */
export interface RunStore {
  readonly runId: string
  readonly prefix: string
  /**
   * Marks the moment, by the store's clock, before which the target had not been read for the plan, and names the snapshot that is restored. What is
   * there already is left as it is.
   */
  begin(at: string, snapshot?: string): Promise<void>
  /** The snapshot that is restored, where the run has begun and says so. @throws CodedError `VAULT_DAMAGED` */
  getBegunWith(): Promise<string | undefined>
  /** Whether the plan is whole. */
  hasPlan(): Promise<boolean>
  putHeader(header: RunHeader): Promise<void>
  /** @throws CodedError `PLAN_OUTDATED` where a process that died has left chunks of another plan */
  refuseOtherChunks(chunks: readonly PlanChunk[]): Promise<void>
  /** @throws CodedError `RUN_NOT_FOUND`, `VAULT_DAMAGED`, or `VAULT_TOO_NEW` when a newer version planned it. */
  getHeader(): Promise<RunHeader>
  /** @throws CodedError `PLAN_OUTDATED` where a process that died has left another one in its place */
  putChunk(id: string, phase: Phase, steps: readonly Step[]): Promise<PlanChunk>
  getChunk(chunk: PlanChunk): Promise<Step[]>
  /** Marks the plan as approved: from then on it may be executed. */
  approve(at: string): Promise<void>
  /** Whether there is a mark of approval, be it readable or not. */
  hasApproval(): Promise<boolean>
  /** @throws CodedError `VAULT_DAMAGED` when the mark is not as it was written. */
  isApproved(): Promise<boolean>
  /** Whether the run has come to its end, and its report is written. */
  isReported(): Promise<boolean>
  /** Stores lines as one object, gzip of NDJSON, and answers the digest by which the report is to name it. */
  putLines(name: string, lines: readonly string[]): Promise<string>
  /** @throws CodedError `VAULT_DAMAGED` when they are not those of the digest. */
  getLines(name: string, digest: string): Promise<string[]>
  /** Ends the run: what it has come to, and the objects of lines by name, with their digests. */
  putReport(report: JsonObject, lines: Readonly<Record<string, string>>): Promise<void>
  /** The objects of lines that the report names, with their digests. @throws CodedError `VAULT_DAMAGED` */
  getReportedLines(): Promise<Readonly<Record<string, string>>>
}

const markSchema = z.object({ at: z.string() })
const begunSchema = z.object({ at: z.string(), snapshot: z.string().optional() })
const reportSchema = z.object({ lines: z.record(z.string(), z.string()) })

const RUN_ID = /^run-[A-Za-z0-9._-]+$/

export function openRun(store: ObjectStore, runId: string): RunStore {
  const prefix = runPrefix(runId)

  async function putOnce(name: string, bytes: Uint8Array): Promise<void> {
    await store.putIfAbsent(`${prefix}${name}`, bytes)
  }

  async function has(name: string): Promise<boolean> {
    return (await store.head(`${prefix}${name}`)) !== undefined
  }

  async function getJson(name: string): Promise<JsonValue | undefined> {
    const bytes = await store.get(`${prefix}${name}`)
    return bytes === undefined ? undefined : unsealJson(`${prefix}${name}`, bytes)
  }

  async function parsed<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const found = await getJson(name)
    if (found === undefined) return undefined
    const result = schema.safeParse(found)
    if (!result.success) throw damaged(`${prefix}${name}`, 'it is not what the format says', result.error)
    return result.data
  }

  async function putJson(name: string, value: JsonValue): Promise<void> {
    await putOnce(name, sealJson(`${prefix}${name}`, value))
  }

  async function digestOf(name: string): Promise<string | undefined> {
    const stored = await store.get(`${prefix}${name}`)
    return stored === undefined ? undefined : segmentId(await gunzipWhole(stored, `${prefix}${name}`))
  }

  async function getLines(name: string, digest: string): Promise<string[]> {
    const key = `${prefix}${name}`
    const stored = await store.get(key)
    if (stored === undefined) throw damaged(key, 'it is missing')
    return splitLines(await unpackSegment(stored, digest, key))
  }

  return {
    runId,
    prefix,
    begin: (at, snapshot) => putJson('begun.json', { at, ...(snapshot === undefined ? {} : { snapshot }) }),
    getBegunWith: async () => (await parsed('begun.json', begunSchema))?.snapshot,
    hasPlan: () => has('plan.json'),
    putHeader: (header) => putJson('plan.json', header as unknown as JsonValue),
    refuseOtherChunks: async (chunks) => {
      const named = new Set(chunks.map(({ id }) => `${prefix}plan/${id}`))
      for await (const { key } of store.list(`${prefix}plan/`)) {
        // No object's name begins with a dot; a file manager's do.
        if (!named.has(key) && !key.startsWith(`${prefix}plan/.`)) throw outdated(runId)
      }
    },
    getHeader: async () => {
      // What a person typed may hold what no key may.
      if (!RUN_ID.test(runId)) throw await runNotFound(store, runId)
      const found = await getJson('plan.json')
      if (found === undefined) throw await runNotFound(store, runId)
      return parseHeader(found, `${prefix}plan.json`, runId)
    },
    putChunk: async (id, phase, steps) => {
      const plain = joinLines(steps.map((step) => JSON.stringify(step)))
      const digest = segmentId(plain)
      const isStored = (await store.putIfAbsent(`${prefix}plan/${id}`, await packSegment(plain))) === 'stored'
      if (!isStored && (await digestOf(`plan/${id}`)) !== digest) throw outdated(runId)
      return { id, phase, steps: steps.length, digest }
    },
    getChunk: async ({ id, digest }) =>
      (await getLines(`plan/${id}`, digest)).map((line) => JSON.parse(line) as Step),
    approve: (at) => putJson('approved.json', { at }),
    hasApproval: () => has('approved.json'),
    isApproved: async () => (await parsed('approved.json', markSchema)) !== undefined,
    isReported: () => has('report.json'),
    putLines: async (name, lines) => {
      const plain = joinLines(lines)
      await putOnce(name, await packSegment(plain))
      return segmentId(plain)
    },
    getLines,
    putReport: (report, lines) => putJson('report.json', { ...report, lines }),
    getReportedLines: async () => {
      const report = await parsed('report.json', reportSchema)
      if (report === undefined) throw damaged(`${prefix}report.json`, 'it is missing')
      return report.lines
    },
  }
}

async function runNotFound(store: ObjectStore, runId: string): Promise<CodedError> {
  let newest: string | undefined
  for await (const { key } of store.list(RESTORES_PREFIX)) newest = key.split('/')[1] ?? newest
  return new CodedError(
    'RUN_NOT_FOUND',
    `there is no run ${RUN_ID.test(runId) ? runId : JSON.stringify(runId)} in ${store.url}`,
    {
      value: runId,
      hint:
        newest === undefined ? 'no restore was ever started with this vault' : `the newest run is ${newest}`,
    },
  )
}

/** All objects of a run are put once: a plan that a process has begun to store can only be gone on with where it comes out the same. */
function outdated(runId: string): CodedError {
  return new CodedError(
    'PLAN_OUTDATED',
    `a process died while it stored the plan of ${runId}, and what the plan is made from has changed since`,
    { value: runId, hint: 'begin the restore again; nothing was changed' },
  )
}
