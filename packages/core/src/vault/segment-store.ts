import { hasCode } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { cipherOf } from './keyed-store.js'
import { segmentKey } from './object-keys.js'
import { damaged, joinLines, packSegment, splitLines, unpackSegment } from './segment.js'

/** A pool's segments: content-addressed, so that what is stored already costs nothing to store again. */
export interface SegmentStore {
  /**
   * Stores the lines and answers their segment's id. What is there already is relied on only once it was read; where
   * it is damaged it is replaced, which mends every snapshot that uses it.
   */
  put(lines: readonly string[]): Promise<string>
  /**
   * The lines of a segment.
   * @throws CodedError `VAULT_DAMAGED` when the object is missing or altered.
   */
  get(id: string): Promise<string[]>
  /** Says that the snapshot being written uses a segment that was stored before. */
  use(id: string): void
  /** Where a segment lies, for messages. */
  keyOf(id: string): string
  /** Bytes that `put` added to the store, compressed, before they were encrypted. */
  readonly bytesStored: number
  /** Bytes that were read from the store, compressed, after they were decrypted. */
  readonly bytesRead: number
  /** Ids given to `use` or answered by `put`: what a manifest about to be committed may refer to. */
  readonly touched: ReadonlySet<string>
  /** Ids whose content was read, and is what they promise. */
  readonly sound: ReadonlySet<string>
}

export function openSegments(store: ObjectStore, poolId: string): SegmentStore {
  let bytesStored = 0
  let bytesRead = 0
  const touched = new Set<string>()
  const sound = new Set<string>()

  const keyOf = (id: string): string => segmentKey(poolId, id)

  async function put(lines: readonly string[]): Promise<string> {
    const plain = joinLines(lines)
    const id = (await cipherOf(store)).segmentId(plain)
    if (!sound.has(id) && !touched.has(id)) await storeSound(id, plain)
    touched.add(id)
    return id
  }

  async function storeSound(id: string, plain: Uint8Array): Promise<void> {
    const key = keyOf(id)
    const packed = await packSegment(plain)
    if ((await store.putIfAbsent(key, packed)) === 'exists') {
      if (await isSound(id)) return
      await store.delete(key)
      if ((await store.putIfAbsent(key, packed)) === 'exists') {
        // Another process was faster to mend it.
        await get(id)
        return
      }
    }
    bytesStored += packed.byteLength
  }

  async function isSound(id: string): Promise<boolean> {
    try {
      await get(id)
      return true
    } catch (error) {
      if (hasCode(error, 'VAULT_DAMAGED')) return false
      throw error
    }
  }

  async function get(id: string): Promise<string[]> {
    const key = keyOf(id)
    const stored = await store.get(key)
    if (stored === undefined) throw damaged(key, 'it is missing')
    bytesRead += stored.byteLength
    const cipher = await cipherOf(store)
    const idOf = (plain: Uint8Array): string => cipher.segmentId(plain)
    const lines = splitLines(await unpackSegment(stored, id, key, idOf))
    sound.add(id)
    return lines
  }

  return {
    put,
    get,
    use: (id) => void touched.add(id),
    keyOf,
    get bytesStored() {
      return bytesStored
    },
    get bytesRead() {
      return bytesRead
    },
    touched,
    sound,
  }
}
