import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson, type JsonValue } from '../model/canonical.js'
import { isoTime } from '../model/ids.js'
import type { ObjectStore } from '../storage/object-store.js'
import { sealJson, unsealJson } from './sealed-json.js'
import { damaged } from './segment.js'

const PREFIX = 'erasures/'
const KEY_KEY = `${PREFIX}key.json`
const ENTRY_KEY = /^erasures\/(\d{12})\.json$/
const KEY_BYTES = 32
const FORMAT = 1

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const keySchema = z.object({ format: z.literal(FORMAT), key: hex })
const entrySchema = z.object({ format: z.literal(FORMAT), at: z.iso.datetime(), hashes: z.array(hex).min(1) })

/** What stands for a person on the list: what it is, such as `email`, and what it says. */
export type Identifier = readonly [kind: string, ...values: string[]]

/** The newest erasure of an identifier: its number on the list, from 1, and its time in milliseconds. */
export interface Erasure {
  readonly number: number
  readonly at: number
}

/** The vault's list of people who are never to be put back: keyed hashes, to which more may be added, and no more. */
export interface Erasures {
  /** Erasures that were read until now. */
  readonly count: number
  /** Reads what was added since. @throws CodedError `VAULT_DAMAGED`: without the whole list nobody can be told to be off it */
  refresh(): Promise<void>
  /** The newest erasure of an identifier, ignoring case; `undefined` where it is not on the list. */
  of(identifier: Identifier): Erasure | undefined
}

/**
 * Reads the list.
 *
 * @throws CodedError `VAULT_DAMAGED`
 */
export async function readErasures(store: ObjectStore): Promise<Erasures> {
  const newest = new Map<string, Erasure>()
  let key: Buffer | undefined
  let count = 0

  let reading: Promise<void> = Promise.resolve()

  /** One after another: each goes on where the one before has come to. */
  function refresh(): Promise<void> {
    reading = reading.then(readMore, readMore)
    return reading
  }

  async function readMore(): Promise<void> {
    for await (const { key: name } of store.list(PREFIX, entryKey(count))) {
      const number = numberOf(name)
      if (number === undefined) continue
      if (number !== count + 1) throw damaged(entryKey(count + 1), 'it is missing')
      const { at, hashes } = await readEntry(store, name)
      for (const hash of hashes) newest.set(hash, { number, at: Date.parse(at) })
      count = number
    }
    if (count > 0 && key === undefined) key = await erasureKey(store)
  }

  await refresh()
  return {
    get count() {
      return count
    },
    refresh,
    of: (identifier) => (key === undefined ? undefined : newest.get(hashOf(key, identifier))),
  }
}

/**
 * Puts identifiers on the list, as one erasure.
 *
 * @param at the time of the erasure, in milliseconds
 * @param newKey 32 random bytes: the list's key, should it have none yet
 * @returns the erasure's number
 */
export async function addErasure(
  store: ObjectStore,
  identifiers: readonly Identifier[],
  at: number,
  newKey: () => Uint8Array,
): Promise<number> {
  const erasures = await readErasures(store)
  if (erasures.count === 0) await putErasureKey(store, newKey())
  const key = await erasureKey(store)
  const hashes = [...new Set(identifiers.map((identifier) => hashOf(key, identifier)))].sort()
  return appendErasure(store, { format: FORMAT, at: isoTime(at), hashes })
}

/** One erasure as the list has it. */
export type ErasureEntry = z.infer<typeof entrySchema>

/** Puts an entry at the end of the list, and answers its number. */
export async function appendErasure(store: ObjectStore, entry: ErasureEntry): Promise<number> {
  const erasures = await readErasures(store)
  for (;;) {
    const name = entryKey(erasures.count + 1)
    if ((await store.putIfAbsent(name, sealJson(name, entry))) === 'stored') return erasures.count + 1
    await erasures.refresh()
  }
}

/**
 * Before an entry is taken out of its place to be put back right: where it is the last, puts what it says behind it too, so that
 * the list is never shorter and yet whole. That nobody is erased twice matters to nobody.
 *
 * @param bytes what belongs in the entry's place
 */
export async function moveErasure(store: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  const number = numberOf(key)
  if (number === undefined) return
  for await (const { key: later } of store.list(PREFIX, key)) if (numberOf(later) !== undefined) return
  const next = entryKey(number + 1)
  await store.putIfAbsent(next, sealJson(next, unsealJson(key, bytes)))
}

/** All entries, oldest first. @throws CodedError `VAULT_DAMAGED` */
export async function erasureEntries(store: ObjectStore): Promise<ErasureEntry[]> {
  const { count } = await readErasures(store)
  const entries: ErasureEntry[] = []
  for (let number = 1; number <= count; number++) entries.push(await readEntry(store, entryKey(number)))
  return entries
}

/** Gives the list its key, unless it has one. */
export async function putErasureKey(store: ObjectStore, key: Uint8Array): Promise<void> {
  await store.putIfAbsent(KEY_KEY, sealJson(KEY_KEY, keyBody(key)))
}

/** Every object of the list that is not what the format says, and every one that is missing. */
export async function* damagedErasures(
  store: ObjectStore,
  onRead: (bytes: number) => void,
): AsyncGenerator<{ readonly key: string; readonly error: unknown }> {
  let expected = 1
  let hasKey = false
  for await (const { key, size } of store.list(PREFIX)) {
    // No object's name begins with a dot; a file manager's do.
    if (key.startsWith(`${PREFIX}.`)) continue
    onRead(size)
    const number = numberOf(key)
    if (key === KEY_KEY) hasKey = true
    for (; number !== undefined && expected < number; expected++)
      yield { key: entryKey(expected), error: damaged(entryKey(expected), 'it is missing') }
    if (number !== undefined) expected = number + 1
    const error = await failureOf(() => checkErasureObject(store, key))
    if (error !== undefined) yield { key, error }
  }
  if (expected > 1 && !hasKey) yield { key: KEY_KEY, error: damaged(KEY_KEY, 'it is missing') }
}

/** Checks an object of the list by its key. @throws CodedError `VAULT_DAMAGED` */
export async function checkErasureObject(store: ObjectStore, key: string): Promise<unknown> {
  if (key === KEY_KEY) return erasureKey(store)
  if (numberOf(key) !== undefined) return readEntry(store, key)
  throw damaged(key, 'it is nothing that the format knows')
}

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error
  }
}

function hashOf(key: Buffer, identifier: Identifier): string {
  const folded = identifier.map((part, place) => (place === 0 ? part : part.toLowerCase()))
  return createHmac('sha256', key).update(canonicalJson(folded)).digest('hex')
}

/** The list's key. @throws CodedError `VAULT_DAMAGED` where it has none */
export async function erasureKey(store: ObjectStore): Promise<Buffer> {
  return Buffer.from((await read(store, KEY_KEY, keySchema)).key, 'hex')
}

function readEntry(store: ObjectStore, key: string): Promise<z.infer<typeof entrySchema>> {
  return read(store, key, entrySchema)
}

async function read<T>(store: ObjectStore, key: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await store.get(key)
  if (bytes === undefined) throw damaged(key, 'it is missing')
  const parsed = schema.safeParse(unsealJson(key, bytes))
  if (!parsed.success) throw damaged(key, 'it is not what the format says', parsed.error)
  return parsed.data
}

function keyBody(bytes: Uint8Array): JsonValue {
  return { format: FORMAT, key: Buffer.from(bytes).subarray(0, KEY_BYTES).toString('hex') }
}

function entryKey(number: number): string {
  return `${PREFIX}${String(number).padStart(12, '0')}.json`
}

function numberOf(key: string): number | undefined {
  const digits = ENTRY_KEY.exec(key)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
