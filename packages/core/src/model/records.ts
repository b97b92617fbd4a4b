import { canonicalJson, type JsonObject, type JsonValue } from './canonical.js'

/** The sorted record streams that every snapshot has. */
export const STREAMS = ['resources', 'users', 'memberships'] as const
/** The stream that a snapshot has only where it was asked for: the second factors of users, by sub. */
export const MFA_STREAM = 'mfa'
/**
 * The value in that stream of who was there when users were listed and could not be asked about any more: gone, or the name is somebody
 * else's by now. Without it they would be taken for somebody who has none.
 */
export const NOT_READ: JsonObject = { NotRead: true }

export type StreamName = (typeof STREAMS)[number] | typeof MFA_STREAM

/**
 * One record of a stream: its key, and its line as it stands in a segment (without the newline).
 * A line is carried as text, so that two captures are compared without parsing either.
 */
export interface StreamRecord {
  readonly key: string
  readonly line: string
}

/** Makes the record whose line is `{"key":KEY,"value":VALUE}` in canonical form. */
export function makeRecord(key: string, value: JsonValue): StreamRecord {
  return { key, line: `{"key":${JSON.stringify(key)},"value":${canonicalJson(value)}}` }
}

/** The value that a record's line carries. */
export function recordValue(record: StreamRecord): JsonObject {
  return (JSON.parse(record.line) as { value: JsonObject }).value
}

/** A configuration record: `key` is `KIND` for what a pool has one of, else `KIND/NAME`. */
export interface ResourceRecord {
  readonly kind: string
  readonly name: string
  readonly body: JsonObject
}

export function resourceKey(kind: string, name: string): string {
  return name === '' ? kind : `${kind}/${name}`
}

export function parseResourceKey(key: string): { kind: string; name: string } {
  const slash = key.indexOf('/')
  return slash < 0 ? { kind: key, name: '' } : { kind: key.slice(0, slash), name: key.slice(slash + 1) }
}

/** The key of a membership: the user's sub, then the group, so that memberships sort with their users. */
export function membershipKey(sub: string, group: string): string {
  return `${sub}/${group}`
}

export function parseMembershipKey(key: string): { sub: string; group: string } {
  const slash = key.indexOf('/')
  return { sub: key.slice(0, slash), group: key.slice(slash + 1) }
}
