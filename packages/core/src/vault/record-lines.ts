import { compareKeys } from '../model/canonical.js'
import type { StreamRecord } from '../model/records.js'
import { damaged } from './segment.js'

const UPSERT = '{"key":'
const TOMBSTONE = '{"deleted":true,"key":'

/** The line of a delta that says: this record is gone. */
export function tombstoneLine(key: string): string {
  return `${TOMBSTONE}${JSON.stringify(key)}}`
}

/** A line of a base or delta segment; `deleted` for a tombstone. Reads the key only, never the value. */
export function parseLine(line: string, segment: string): StreamRecord & { deleted: boolean } {
  const deleted = line.startsWith(TOMBSTONE)
  const start = deleted ? TOMBSTONE.length : UPSERT.length
  if (!deleted && !line.startsWith(UPSERT)) throw damaged(segment, 'it has a line that is no record')
  return { key: readKey(line, start, segment), line, deleted }
}

function readKey(line: string, start: number, segment: string): string {
  let end = start + 1
  while (end < line.length && line.charCodeAt(end) !== 0x22) end += line.charCodeAt(end) === 0x5c ? 2 : 1
  try {
    return JSON.parse(line.slice(start, end + 1)) as string
  } catch (cause) {
    throw damaged(segment, 'it has a line whose key cannot be read', cause)
  }
}

/** The records of a base with a delta applied, both ascending by key. */
export function applyDelta(
  base: readonly StreamRecord[],
  delta: readonly (StreamRecord & { deleted: boolean })[],
): StreamRecord[] {
  const merged: StreamRecord[] = []
  let i = 0
  for (const change of delta) {
    for (let old = base[i]; old !== undefined && compareKeys(old.key, change.key) < 0; old = base[++i])
      merged.push(old)
    if (base[i]?.key === change.key) i++
    if (!change.deleted) merged.push({ key: change.key, line: change.line })
  }
  for (; i < base.length; i++) merged.push(base[i] as StreamRecord)
  return merged
}

/** The lines of the delta that turns `before` into `after`, both ascending by key. */
export function makeDelta(before: readonly StreamRecord[], after: readonly StreamRecord[]): string[] {
  const lines: string[] = []
  let i = 0
  for (const record of after) {
    for (let old = before[i]; old !== undefined && compareKeys(old.key, record.key) < 0; old = before[++i]) {
      lines.push(tombstoneLine(old.key))
    }
    const old = before[i]
    if (old?.key === record.key) i++
    if (old?.line !== record.line || old.key !== record.key) lines.push(record.line)
  }
  for (; i < before.length; i++) lines.push(tombstoneLine((before[i] as StreamRecord).key))
  return lines
}
