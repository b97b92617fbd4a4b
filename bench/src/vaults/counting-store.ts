import type { ObjectStore } from 'cognito-vault'

/** What was read of a store. */
export interface Reads {
  /** Objects that were read, each once however often. */
  readonly objects: number
  readonly requests: number
  readonly bytes: number
}

/** The store, and what is read through it from now on. */
export function countingReads(store: ObjectStore): { store: ObjectStore; reads(): Reads } {
  const keys = new Set<string>()
  let requests = 0
  let bytes = 0

  async function get(key: string): Promise<Uint8Array | undefined> {
    const found = await store.get(key)
    requests++
    if (found === undefined) return undefined
    keys.add(key)
    bytes += found.byteLength
    return found
  }

  return { store: { ...store, get }, reads: () => ({ objects: keys.size, requests, bytes }) }
}

/** All that a store holds. */
export async function bytesHeld(store: ObjectStore): Promise<number> {
  let bytes = 0
  for await (const { size } of store.list('')) bytes += size
  return bytes
}
