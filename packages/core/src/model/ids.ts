import type { Random } from './clock.js'

/** A millisecond time as ISO 8601 in UTC with milliseconds: `2026-11-23T08:42:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

function stamp(ms: number): string {
  return isoTime(ms).replaceAll(/[-:]/g, '')
}

function randomHex(random: Random, digits: number): string {
  let text = ''
  for (let i = 0; i < digits; i++) text += Math.floor(random() * 16).toString(16)
  return text
}

/** A snapshot's id: sorts by time, and is unique: `20261123T084200.000Z-1f3a5c7e`. */
export function newSnapshotId(now: number, random: Random): string {
  return `${stamp(now)}-${randomHex(random, 8)}`
}

/** The time that a snapshot's id says; `undefined` where it is not such an id. */
export function timeOfSnapshotId(id: string): number | undefined {
  const [, date, hour, minute, rest] = /^(\d{8})T(\d\d)(\d\d)(\d\d\.\d{3}Z)-[0-9a-f]{8}$/.exec(id) ?? []
  if (date === undefined) return undefined
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`
  const time = Date.parse(`${day}T${hour ?? ''}:${minute ?? ''}:${rest ?? ''}`)
  return Number.isNaN(time) ? undefined : time
}

/** A run's id: `run-20261123T084200.000Z-1f3a5c7e`. */
export function newRunId(now: number, random: Random): string {
  return `run-${newSnapshotId(now, random)}`
}

/** A vault's id: 32 hexadecimal digits. */
export function newVaultId(random: Random): string {
  return randomHex(random, 32)
}

/** A key slot's id: 16 hexadecimal digits. */
export function newSlotId(random: Random): string {
  return randomHex(random, 16)
}
