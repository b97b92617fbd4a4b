import { z } from 'zod'
import { hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { sealJson, unsealJson } from './sealed-json.js'
import { damaged } from './segment.js'

/**
 * Not below the pools: who may only write snapshots must not be able to acknowledge what they have lost, so that permission
 * can be given for one prefix and not for the other.
 */
const PREFIX = 'acknowledged/'
const KEY = /^acknowledged\/([\w.-]+)\/([A-Za-z0-9][A-Za-z0-9._-]*)\.json$/

const schema = z.object({
  format: z.literal(1),
  pool: z.string(),
  snapshot: z.string(),
  at: z.iso.datetime(),
  host: z.string(),
})

/** That somebody took a snapshot that the shrink guard flagged for the normal. */
export interface Acknowledgement {
  readonly poolId: string
  readonly snapshotId: string
  /** ISO 8601. */
  readonly at: string
  readonly host: string
}

/** Writes it down for good. @returns `false` when it was written already */
export async function addAcknowledgement(
  store: ObjectStore,
  { poolId, snapshotId, at, host }: Acknowledgement,
): Promise<boolean> {
  const key = `${PREFIX}${poolId}/${snapshotId}.json`
  const body = { format: 1, pool: poolId, snapshot: snapshotId, at, host }
  return (await store.putIfAbsent(key, sealJson(key, body))) === 'stored'
}

/**
 * The acknowledgements of a pool's snapshots. One that cannot be read acknowledges nothing: `verify` names it.
 */
export async function readAcknowledgements(store: ObjectStore, poolId: string): Promise<Acknowledgement[]> {
  const found: Acknowledgement[] = []
  for await (const { key } of store.list(`${PREFIX}${poolId}/`)) {
    if (!KEY.test(key)) continue
    try {
      found.push(await read(store, key))
    } catch (error) {
      if (!hasCode(error, 'VAULT_DAMAGED')) throw error
    }
  }
  return found
}

/** Every acknowledgement that is not what the format says. */
export async function* damagedAcknowledgements(
  store: ObjectStore,
  onRead: (bytes: number) => void,
): AsyncGenerator<{ readonly key: string; readonly error: unknown }> {
  for await (const { key, size } of store.list(PREFIX)) {
    // No object's name begins with a dot; a file manager's do.
    if (key.slice(key.lastIndexOf('/') + 1).startsWith('.')) continue
    onRead(size)
    try {
      await read(store, key)
    } catch (error) {
      yield { key, error }
    }
  }
}

/** Checks one by its key. @throws CodedError `VAULT_DAMAGED` */
export async function checkAcknowledgement(store: ObjectStore, key: string): Promise<void> {
  await read(store, key)
}

async function read(store: ObjectStore, key: string): Promise<Acknowledgement> {
  const [, poolId, snapshotId] = KEY.exec(key) ?? []
  if (poolId === undefined || snapshotId === undefined)
    throw damaged(key, 'it is nothing that the format knows')
  const bytes = await store.get(key)
  if (bytes === undefined) throw damaged(key, 'it is missing')
  const parsed = schema.safeParse(unsealJson(key, bytes))
  const isOfKey = parsed.success && parsed.data.pool === poolId && parsed.data.snapshot === snapshotId
  if (!isOfKey) throw damaged(key, 'it is not what the format says', parsed.error)
  return { poolId, snapshotId, at: parsed.data.at, host: parsed.data.host }
}
