import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isObject, type JsonObject } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import type { StreamRecord } from '../model/records.js'
import type { ObjectStore } from '../storage/object-store.js'
import { capturesPrefix } from './object-keys.js'
import { parseLine } from './record-lines.js'
import { sealJson, unsealJson } from './sealed-json.js'
import { damaged, gunzipWhole, joinLines, packSegment, splitLines } from './segment.js'

/** Records that were read in one go, and of what. */
export interface PartBatch {
  readonly stream: 'resources' | 'users' | 'memberships'
  /** What is read again from its beginning where it has to be. */
  readonly section: string
  /** How often that was begun again before: what was read of it earlier counts no more. */
  readonly generation: number
  readonly records: readonly StreamRecord[]
}

/** What was read since the part before, and where the reading has come to with it. */
export interface Part {
  readonly progress: JsonObject
  readonly batches: readonly PartBatch[]
}

/** How a run ended, where somebody has said so. */
export type CaptureEnd = 'finished' | 'abandoned'

/** The objects of a backup that is taken in slices: all are written once, none is replaced or deleted. */
export interface CaptureRun {
  readonly runId: string
  /** What the run is about. @returns whether it was there already, and is left as it is */
  begin(facts: JsonObject): Promise<boolean>
  /** @throws CodedError `VAULT_DAMAGED`, or `VAULT_TOO_NEW` for a run of a newer version */
  getFacts(): Promise<JsonObject | undefined>
  /** The number of the last part; 0 where there is none. */
  lastPart(): Promise<number>
  /** @throws CodedError `VAULT_DAMAGED` */
  getPart(number: number): Promise<Part>
  /** @returns whether it is this that is stored: another process may have put another part of the number */
  putPart(number: number, part: Part): Promise<boolean>
  end(how: CaptureEnd, at: string): Promise<void>
  hasEnded(): Promise<boolean>
}

const FORMAT = 1
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
const DIGITS = 6

const factsSchema = z.object({ format: z.number().int(), facts: z.custom<JsonObject>(isObject) })
const headSchema = z.object({ progress: z.custom<JsonObject>(isObject) })
const batchSchema = z.object({
  stream: z.enum(['resources', 'users', 'memberships']),
  section: z.string(),
  generation: z.number().int().nonnegative(),
  records: z.number().int().nonnegative(),
})

/** @throws CodedError `USAGE` where the id of the run cannot be part of a key */
export function openCaptureRun(store: ObjectStore, poolId: string, runId: string): CaptureRun {
  if (!RUN_ID.test(runId)) {
    throw new CodedError('USAGE', `${JSON.stringify(runId)} cannot be the id of a run`, {
      value: runId,
      hint: 'use at most 128 letters, digits, dots, underscores and hyphens',
    })
  }
  const prefix = `${capturesPrefix(poolId)}${runId}/`
  const partsPrefix = `${prefix}parts/`
  const factsKey = `${prefix}begun.json`
  const endKey = `${prefix}ended.json`
  const partKey = (number: number): string => `${partsPrefix}${String(number).padStart(DIGITS, '0')}`

  async function getFacts(): Promise<JsonObject | undefined> {
    const bytes = await store.get(factsKey)
    if (bytes === undefined) return undefined
    const found = factsSchema.safeParse(unsealJson(factsKey, bytes))
    if (!found.success) throw damaged(factsKey, 'it is not what the format says', found.error)
    if (found.data.format > FORMAT) {
      throw new CodedError('VAULT_TOO_NEW', `${factsKey} is of a newer version`, {
        value: factsKey,
        hint: 'upgrade cognito-vault; nothing was changed',
      })
    }
    return found.data.facts
  }

  async function lastPart(): Promise<number> {
    let last = 0
    for await (const { key } of store.list(partsPrefix)) {
      const number = Number(key.slice(partsPrefix.length))
      if (key === partKey(number)) last = number
    }
    return last
  }

  async function getPart(number: number): Promise<Part> {
    const key = partKey(number)
    const stored = await store.get(key)
    if (stored === undefined) throw damaged(key, 'it is missing')
    return decodePart(key, await gunzipWhole(stored, key))
  }

  return {
    runId,
    begin: async (facts) => {
      const body = { format: FORMAT, facts }
      return (await store.putIfAbsent(factsKey, sealJson(factsKey, body))) === 'exists'
    },
    getFacts,
    lastPart,
    getPart,
    putPart: async (number, part) => {
      const key = partKey(number)
      return (await store.putIfAbsent(key, await packSegment(encodePart(key, part)))) === 'stored'
    },
    end: async (how, at) => {
      await store.putIfAbsent(endKey, sealJson(endKey, { how, at }))
    },
    hasEnded: async () => (await store.head(endKey)) !== undefined,
  }
}

/** The first line is the digest of the key and of the others, so that neither another content nor another place passes for it. */
function encodePart(key: string, { progress, batches }: Part): Buffer {
  const lines = [JSON.stringify({ progress })]
  for (const { records, ...batch } of batches) {
    lines.push(JSON.stringify({ ...batch, records: records.length }))
    for (const { line } of records) lines.push(line)
  }
  return joinLines([digestOf(key, lines), ...lines])
}

function digestOf(key: string, lines: readonly string[]): string {
  const hash = createHash('sha256').update(key).update('\n')
  for (const line of lines) hash.update(line).update('\n')
  return hash.digest('hex')
}

function decodePart(key: string, plain: Uint8Array): Part {
  const [digest, ...lines] = splitLines(plain)
  if (digest !== digestOf(key, lines)) throw damaged(key, 'its content and its place do not match its digest')
  try {
    const { progress } = headSchema.parse(JSON.parse(lines[0] ?? ''))
    const batches: PartBatch[] = []
    for (let at = 1; at < lines.length;) {
      const { records: count, ...batch } = batchSchema.parse(JSON.parse(lines[at] ?? ''))
      const records = lines.slice(at + 1, at + 1 + count).map((line) => parseLine(line, key))
      batches.push({ ...batch, records })
      at += 1 + count
    }
    return { progress, batches }
  } catch (cause) {
    throw damaged(key, 'it is not what the format says', cause)
  }
}
