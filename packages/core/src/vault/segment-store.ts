import { CodedError } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { segmentKey } from './object-keys.js'
import { damaged, joinLines, packSegment, segmentId, splitLines, unpackSegment } from './segment.js'

/** A pool's segments: content-addressed, so that what is stored already costs nothing to store again. */
export interface SegmentStore {
  /** Stores the lines and answers their segment's id. */
  put(lines: readonly string[]): Promise<string>
  /**
   * The lines of a segment.
   * @throws CodedError `VAULT_DAMAGED` when the object is missing or altered.
   */
  get(id: string): Promise<string[]>
  /** Where a segment lies, for messages. */
  keyOf(id: string): string
  /** Bytes that `put` added to the store, compressed. */
  readonly bytesStored: number
  /** Bytes that `get` read from the store, compressed. */
  readonly bytesRead: number
  /** Ids that `put` stored or found stored: what a manifest about to be committed may refer to. */
  readonly touched: ReadonlySet<string>
}

export function openSegments(store: ObjectStore, poolId: string): SegmentStore {
  let bytesStored = 0
  let bytesRead = 0
  const touched = new Set<string>()
  const seenDamaged = new Set<string>()

  const keyOf = (id: string): string => segmentKey(poolId, id)

  async function put(lines: readonly string[]): Promise<string> {
    const plain = joinLines(lines)
    const id = segmentId(plain)
    if (touched.has(id)) return id
    const key = keyOf(id)
    // What was found damaged a moment ago has the id of what is being stored: replacing it mends the vault.
    if (seenDamaged.has(id)) await store.delete(key)
    const packed = await packSegment(plain)
    if ((await store.putIfAbsent(key, packed)) === 'stored') bytesStored += packed.byteLength
    touched.add(id)
    return id
  }

  async function get(id: string): Promise<string[]> {
    const key = keyOf(id)
    const stored = await store.get(key)
    if (stored === undefined) throw damaged(key, 'it is missing')
    bytesRead += stored.byteLength
    try {
      return splitLines(await unpackSegment(stored, id, key))
    } catch (error) {
      if (error instanceof CodedError) seenDamaged.add(id)
      throw error
    }
  }

  return {
    put,
    get,
    keyOf,
    get bytesStored() {
      return bytesStored
    },
    get bytesRead() {
      return bytesRead
    },
    touched,
  }
}
