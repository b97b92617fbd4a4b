import type { UserRecord } from '../users/user-record.js'
import { notFound } from '../service-error.js'
import type { Group, Pool } from './pool.js'

/** The group of a name; ResourceNotFoundException without one. */
export function groupOf(pool: Pool, name: string | undefined): Group {
  const group = pool.groups.get(name ?? '')
  if (group === undefined) throw notFound('Group not found.')
  return group
}

/** Makes a user a member; nothing changes if it is one. */
export function join(group: Group, record: UserRecord): void {
  if (group.members.insert(record)) record.groups = [...record.groups, group.name].sort()
}

/** Ends a membership; nothing changes if there is none. */
export function leave(group: Group, record: UserRecord): void {
  if (group.members.remove(record)) record.groups = record.groups.filter((name) => name !== group.name)
}
