import { hasCode } from '../model/errors.js'
import { parallel } from '../model/parallel.js'
import type { ObjectInfo, ObjectStore } from '../storage/object-store.js'
import { beneathKeys } from './keyed-store.js'
import type { Lease } from './leases.js'

const AT_ONCE = 16
/** What is held in memory at once, so that it can be put back. */
const MOST_OBJECTS = 64
const MOST_BYTES = 32 * 1024 * 1024

/** What a deletion came to. */
export interface Deleted {
  readonly objects: number
  readonly bytes: number
  /** Objects that the store keeps from being deleted for now. */
  readonly retained: number
}

/**
 * Deletes objects under a lease, as if each deletion were made only while the lease is held: no store can promise that of a
 * process that was suspended between looking at its lock and deleting. So the lease is proven before and after each
 * batch, and where it turns out to have been lost in between, what was deleted is put back, byte for byte as it was stored:
 * what is damaged is no harder to delete than what is not. Objects that are put back are as young as new ones.
 *
 * @throws CodedError `LOCK_LOST`
 */
export async function deleteUnderLease(
  store: ObjectStore,
  objects: readonly ObjectInfo[],
  lease: Pick<Lease, 'check'>,
): Promise<Deleted> {
  let total: Deleted = { objects: 0, bytes: 0, retained: 0 }
  const stored = beneathKeys(store)
  for (const batch of batchesOf(objects)) {
    const done = await deleteBatch(stored, batch, lease)
    total = {
      objects: total.objects + done.objects,
      bytes: total.bytes + done.bytes,
      retained: total.retained + done.retained,
    }
  }
  return total
}

function* batchesOf(objects: readonly ObjectInfo[]): Generator<ObjectInfo[]> {
  let batch: ObjectInfo[] = []
  let bytes = 0
  for (const object of objects) {
    if (batch.length > 0 && (batch.length === MOST_OBJECTS || bytes + object.size > MOST_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(object)
    bytes += object.size
  }
  if (batch.length > 0) yield batch
}

async function deleteBatch(
  store: ObjectStore,
  batch: readonly ObjectInfo[],
  lease: Pick<Lease, 'check'>,
): Promise<Deleted> {
  const kept = new Map<string, Uint8Array>()
  await parallel(batch, AT_ONCE, undefined, async ({ key }) => {
    const bytes = await store.get(key)
    if (bytes !== undefined) kept.set(key, bytes)
  })
  await lease.check()
  let objects = 0
  let bytes = 0
  let retained = 0
  let failure: { error: unknown } | undefined
  try {
    await parallel(kept, AT_ONCE, undefined, async ([key, content]) => {
      try {
        if (!(await store.delete(key))) return
        objects++
        bytes += content.byteLength
      } catch (error) {
        if (!hasCode(error, 'RETAINED')) throw error
        retained++
      }
    })
  } catch (error) {
    failure = { error }
  }
  try {
    await lease.check()
  } catch (error) {
    await putBack(store, kept)
    throw error
  }
  if (failure !== undefined) throw failure.error
  return { objects, bytes, retained }
}

/** Puts back all that may have been deleted; what fails does not keep the others from being put. */
async function putBack(store: ObjectStore, kept: ReadonlyMap<string, Uint8Array>): Promise<void> {
  let failure: { error: unknown } | undefined
  await parallel(kept, AT_ONCE, undefined, async ([key, bytes]) => {
    try {
      await store.putIfAbsent(key, bytes)
    } catch (error) {
      failure ??= { error }
      if (!hasCode(error, 'STORAGE_FAILED', 'STORAGE_FULL')) throw error
    }
  })
  if (failure !== undefined) throw failure.error
}
