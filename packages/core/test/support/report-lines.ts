import { gunzipSync } from 'node:zlib'
import type { ObjectStore } from '../../src/storage/object-store.js'

/** The lines of a fidelity report or an identity map, from its key prefix. */
export async function linesUnder(store: ObjectStore, prefix: string): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = []
  for await (const { key } of store.list(prefix)) {
    const text = gunzipSync((await store.get(key))!).toString('utf8')
    lines.push(
      ...text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    )
  }
  return lines
}
