import { z } from 'zod'
import { canonicalJson } from '../model/canonical.js'
import type { Clock, Random } from '../model/clock.js'
import { CodedError, hasCode } from '../model/errors.js'
import type { ObjectInfo, ObjectStore } from '../storage/object-store.js'
import { LEASES_PREFIX } from './object-keys.js'
import { damaged } from './segment.js'

/**
 * The log of leases: immutable entries under ascending numbers. Each goes to the number after the newest, and a number
 * can be taken once, so that who has put an entry knows that all before it are there to be read.
 *
 * Old entries may be deleted, oldest first, once they are older than {@link LARGEST_TTL_MS} by far (a day, say). Nothing
 * needs them to be: finding the newest takes requests by the logarithm of the log's length.
 */
export interface LeaseLog {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
}

/** No lease outlasts its last entry by more: older entries need not be read. */
export const LARGEST_TTL_MS = 3_600_000

const lease = z.string().min(1)
const claim = {
  lease,
  scope: z.string().min(1),
  holder: z.object({ host: z.string(), pid: z.number().int(), purpose: z.string() }),
  ttlMs: z.number().int().positive().max(LARGEST_TTL_MS),
}
const entrySchema = z.discriminatedUnion('action', [
  z.object({ ...claim, action: z.literal('acquire') }),
  // Says all that the acquisition said, which by then may be too old to be read; `since` is its `lastModified`.
  z.object({ ...claim, action: z.literal('renew'), since: z.number().int() }),
  z.object({ lease, action: z.literal('release') }),
])
const newerSchema = z.object({ lease, action: z.string() })

export type LeaseEntry = z.infer<typeof entrySchema>
export type LeaseHolder = z.infer<typeof claim.holder>

/** An entry's place in the log, and its time by the store's clock. */
export interface Slot {
  readonly number: number
  readonly lastModified: number
}

export interface StampedEntry {
  /** Its number in the log. */
  readonly number: number
  readonly time: number
  readonly entry: LeaseEntry
}

const ENTRY_KEY = /^leases\/(\d{12})\.json$/
const DIGITS = 12
const STEP = 1000
const PARALLEL_READS = 16
const ATTEMPTS = 50
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 500

function keyOf(number: number): string {
  return `${LEASES_PREFIX}${String(number).padStart(DIGITS, '0')}.json`
}

function slotOf(info: ObjectInfo): Slot | undefined {
  const digits = ENTRY_KEY.exec(info.key)?.[1]
  return digits === undefined ? undefined : { number: Number(digits), lastModified: info.lastModified }
}

/** The number in an entry's key; `undefined` for what is no entry's key. */
export function slotOfKey(key: string): number | undefined {
  return slotOf({ key, size: 0, lastModified: 0 })?.number
}

/** The slots with a number greater than `number`, ascending. */
export async function slotsAfter(store: ObjectStore, number: number): Promise<Slot[]> {
  const slots: Slot[] = []
  for await (const info of store.list(LEASES_PREFIX, keyOf(number))) {
    const slot = slotOf(info)
    if (slot !== undefined) slots.push(slot)
  }
  return slots
}

async function isAnyAfter(store: ObjectStore, number: number): Promise<boolean> {
  for await (const info of store.list(LEASES_PREFIX, keyOf(number)))
    if (slotOf(info) !== undefined) return true
  return false
}

/** The last slots of the log, up to {@link STEP}, found by doubling and halving steps; none of an empty log. */
export async function lastSlots(store: ObjectStore): Promise<Slot[]> {
  let low = 0
  let step = STEP
  for (; await isAnyAfter(store, low + step); step *= 2) low += step
  for (step /= 2; step >= STEP; step /= 2) if (await isAnyAfter(store, low + step)) low += step
  return slotsAfter(store, low)
}

/** The slots before one that are not older, by that one's time, than so long: than a lease can last, where nothing is said. */
export async function recentSlots(
  store: ObjectStore,
  own: Slot,
  reachMs: number = LARGEST_TTL_MS,
): Promise<Slot[]> {
  const horizon = own.lastModified - reachMs
  for (let span = STEP; ; span *= 2) {
    const from = Math.max(0, own.number - 1 - span)
    const slots = (await slotsAfter(store, from)).filter((slot) => slot.number < own.number)
    const oldest = slots[0]
    // Either all the log that there is, or far enough back.
    if (from === 0 || oldest?.number !== from + 1 || oldest.lastModified <= horizon) {
      return slots.filter((slot) => slot.lastModified > horizon)
    }
  }
}

/**
 * Puts an entry at the end of the log. `read` answers the end as it is now, and is asked again whenever another
 * writer has taken the number. Answers the entry's slot, and what was read just before it.
 *
 * @throws CodedError `LOCKED` when others are always faster
 */
export async function append(
  { store, clock, random }: LeaseLog,
  entry: LeaseEntry,
  read: () => Promise<Slot[]>,
): Promise<{ own: Slot; before: Slot[] }> {
  const bytes = Buffer.from(canonicalJson(entry), 'utf8')
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await read()
    const number = (before.at(-1)?.number ?? 0) + 1
    if ((await store.putIfAbsent(keyOf(number), bytes)) === 'stored') {
      const own = await slotAt(store, number)
      // A writer that slept for days since it read may have put its entry where old ones had been deleted.
      if (own !== undefined && (number === 1 || (await slotAt(store, number - 1)) !== undefined)) {
        return { own, before }
      }
    }
    await clock.sleep(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt))
  }
  throw new CodedError('LOCKED', `too many processes are taking locks in the vault at ${store.url}`, {
    value: store.url,
    hint: 'wait until fewer are at work',
  })
}

async function slotAt(store: ObjectStore, number: number): Promise<Slot | undefined> {
  const info = await store.head(keyOf(number))
  return info && slotOf(info)
}

/**
 * Deletes the entries that are older than `time`, oldest first; the newest of all is kept, from which numbers go on.
 *
 * @param time at least a day ago, by the store's clock
 * @returns how many were deleted
 */
export async function trimLog(store: ObjectStore, time: number, signal?: AbortSignal): Promise<number> {
  const slots = await slotsAfter(store, 0)
  const young = slots.findIndex(({ lastModified }) => lastModified >= time)
  const old = slots.slice(0, young < 0 ? -1 : young)
  for (let start = 0; start < old.length; start += PARALLEL_READS) {
    signal?.throwIfAborted()
    await Promise.all(
      old.slice(start, start + PARALLEL_READS).map(({ number }) => store.delete(keyOf(number))),
    )
  }
  return old.length
}

/** Takes entries out of the log: who reads it passes over the gap. */
export async function removeSlots(store: ObjectStore, slots: readonly Slot[]): Promise<void> {
  for (const { number } of slots) await store.delete(keyOf(number))
}

/**
 * The entries in these slots, in their order.
 *
 * @throws CodedError `VAULT_DAMAGED` or `VAULT_TOO_NEW`, naming the object
 */
export async function readEntries(store: ObjectStore, slots: readonly Slot[]): Promise<StampedEntry[]> {
  const entries: StampedEntry[] = []
  for (let start = 0; start < slots.length; start += PARALLEL_READS) {
    const batch = slots.slice(start, start + PARALLEL_READS)
    const found = await Promise.all(batch.map((slot) => readEntry(store, slot)))
    entries.push(...found.filter((entry) => entry !== undefined))
  }
  return entries
}

/**
 * Reads all that lies in the log, and yields why what cannot be read cannot. Entries have no digest of their own: what
 * was altered into another entry is not seen. What is gone was deleted because it was old.
 */
export async function* unreadableEntries(
  store: ObjectStore,
  onRead: (bytes: number) => void,
): AsyncGenerator<CodedError> {
  for await (const { key } of store.list(LEASES_PREFIX)) {
    // No entry's name begins with a dot; a file manager's do.
    if (key.slice(LEASES_PREFIX.length).startsWith('.')) continue
    try {
      if (!ENTRY_KEY.test(key)) throw damaged(key, 'it is nothing that the format knows')
      const bytes = await store.get(key)
      if (bytes === undefined) continue
      onRead(bytes.byteLength)
      decodeEntry(bytes, key)
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED', 'VAULT_TOO_NEW')) throw error
      yield error
    }
  }
}

async function readEntry(store: ObjectStore, slot: Slot): Promise<StampedEntry | undefined> {
  const key = keyOf(slot.number)
  const bytes = await store.get(key)
  // Somebody freed a dead process's lock by hand.
  if (bytes === undefined) return undefined
  return { number: slot.number, time: slot.lastModified, entry: decodeEntry(bytes, key) }
}

function decodeEntry(bytes: Uint8Array, key: string): LeaseEntry {
  let found: unknown
  try {
    found = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw damaged(key, 'it is not JSON', cause)
  }
  const entry = entrySchema.safeParse(found)
  if (entry.success) return entry.data
  const newer = newerSchema.safeParse(found)
  if (newer.success && !['acquire', 'renew', 'release'].includes(newer.data.action)) {
    throw new CodedError(
      'VAULT_TOO_NEW',
      `${key} holds an action on a lock that this version does not know`,
      {
        value: key,
        hint: 'upgrade cognito-vault; nothing was changed',
      },
    )
  }
  throw damaged(key, 'it is not an entry of the log of leases', entry.error)
}
