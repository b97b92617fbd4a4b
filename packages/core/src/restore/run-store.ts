import { createHash } from 'node:crypto'
import type { JsonValue } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { RESTORES_PREFIX, runPrefix } from '../vault/object-keys.js'
import { damaged, gunzipWhole, joinLines, packSegment, splitLines, unpackSegment } from '../vault/segment.js'
import { runHeaderSchema, type PlanChunk, type RunHeader } from './run-header.js'
import type { Phase, Step } from './step.js'

/** A run's objects in the vault: all are written once. */
export interface RunStore {
  readonly runId: string
  readonly prefix: string
  /** Marks the moment, by the store's clock, before which the target had not been read for the plan. */
  begin(at: string): Promise<void>
  /** Whether the plan is whole. */
  hasPlan(): Promise<boolean>
  putHeader(header: RunHeader): Promise<void>
  /** @throws CodedError `RUN_NOT_FOUND` or `VAULT_DAMAGED`. */
  getHeader(): Promise<RunHeader>
  putChunk(id: string, phase: Phase, steps: readonly Step[]): Promise<PlanChunk>
  getChunk(chunk: PlanChunk): Promise<Step[]>
  /** Marks the plan as approved: from then on it may be executed. */
  approve(at: string): Promise<void>
  isApproved(): Promise<boolean>
  /** Whether the run has come to its end, and its report is written. */
  isReported(): Promise<boolean>
  /** Lines of a report, as one object: gzip of NDJSON. */
  putLines(name: string, lines: readonly string[]): Promise<void>
  getLines(name: string): Promise<string[]>
  putJson(name: string, value: JsonValue): Promise<void>
}

export function openRun(store: ObjectStore, runId: string): RunStore {
  const prefix = runPrefix(runId)

  async function putOnce(name: string, bytes: Uint8Array): Promise<void> {
    await store.putIfAbsent(`${prefix}${name}`, bytes)
  }

  async function has(name: string): Promise<boolean> {
    return (await store.head(`${prefix}${name}`)) !== undefined
  }

  async function getJson(name: string): Promise<unknown> {
    const bytes = await store.get(`${prefix}${name}`)
    if (bytes === undefined) return undefined
    try {
      return JSON.parse(Buffer.from(bytes).toString('utf8'))
    } catch (cause) {
      throw damaged(`${prefix}${name}`, 'it is not JSON', cause)
    }
  }

  async function putJson(name: string, value: JsonValue): Promise<void> {
    await putOnce(name, Buffer.from(`${JSON.stringify(value)}\n`, 'utf8'))
  }

  return {
    runId,
    prefix,
    begin: (at) => putJson('begun.json', { at }),
    hasPlan: () => has('plan.json'),
    putHeader: (header) => putJson('plan.json', header as unknown as JsonValue),
    getHeader: async () => {
      const found = await getJson('plan.json')
      if (found === undefined) throw await runNotFound(store, runId)
      const parsed = runHeaderSchema.safeParse(found)
      if (!parsed.success) throw damaged(`${prefix}plan.json`, 'it is not what the format says', parsed.error)
      return parsed.data
    },
    putChunk: async (id, phase, steps) => {
      const plain = joinLines(steps.map((step) => JSON.stringify(step)))
      await putOnce(`plan/${id}`, await packSegment(plain))
      return { id, phase, steps: steps.length, digest: createHash('sha256').update(plain).digest('hex') }
    },
    getChunk: async (chunk) => {
      const key = `${prefix}plan/${chunk.id}`
      const stored = await store.get(key)
      if (stored === undefined) throw damaged(key, 'it is missing')
      return splitLines(await unpackSegment(stored, chunk.digest, key)).map(
        (line) => JSON.parse(line) as Step,
      )
    },
    approve: (at) => putJson('approved.json', { at }),
    isApproved: () => has('approved.json'),
    isReported: () => has('report.json'),
    putLines: async (name, lines) => putOnce(name, await packSegment(joinLines(lines))),
    getLines: async (name) => {
      const key = `${prefix}${name}`
      const stored = await store.get(key)
      if (stored === undefined) throw damaged(key, 'it is missing')
      return splitLines(await gunzipWhole(stored, key))
    },
    putJson,
  }
}

async function runNotFound(store: ObjectStore, runId: string): Promise<CodedError> {
  let newest: string | undefined
  for await (const { key } of store.list(RESTORES_PREFIX)) newest = key.split('/')[1] ?? newest
  return new CodedError('RUN_NOT_FOUND', `there is no run ${runId} in ${store.url}`, {
    value: runId,
    hint:
      newest === undefined ? 'no restore was ever started with this vault' : `the newest run is ${newest}`,
  })
}
