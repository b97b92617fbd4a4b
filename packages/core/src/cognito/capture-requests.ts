import type { ReadOnce } from './read-once.js'
import { groupKind } from './resources/group.js'
import { SHARDS } from './shards.js'

/** The most items that ListUsers and ListUsersInGroup give at once. */
const PAGE = 60

/**
 * The requests that a capture takes, by operation: of the configuration as it was counted, of users and memberships from how
 * many there are. Pages may be shorter than they could be, and what is throttled is asked again: both come on top.
 *
 * @param memberships how many there are, as far as that is known: each group takes one request in any case
 */
export function captureRequests(
  { clients, listing, kinds }: ReadOnce,
  { users, memberships }: { readonly users: number; readonly memberships: number },
): Map<string, number> {
  // DescribeUserPool comes first of all.
  const requests = new Map([['DescribeUserPool', 1]])
  const add = (operation: string, n: number): void => {
    if (n > 0) requests.set(operation, (requests.get(operation) ?? 0) + n)
  }
  for (const [operation, n] of listing) add(operation, n)
  for (const { ofPool, ofClient, error } of kinds) {
    for (const [operation, n] of ofPool) add(operation, n)
    // What the first client is refused no other is asked for.
    for (const [operation, n] of ofClient) add(operation, error === undefined ? n * clients.length : n)
  }
  add('ListUsers', listUsersRequests(users))
  const groups = kinds.find(({ kind }) => kind === groupKind)?.found.length ?? 0
  add('ListUsersInGroup', groups === 0 ? 0 : groups + Math.floor(memberships / PAGE))
  return requests
}

/** One page tells of a small pool; else two do that it is large, one request proves the filter, and each shard has pages of its own. */
function listUsersRequests(users: number): number {
  if (users <= PAGE) return 1
  return 2 + 1 + SHARDS.length * Math.ceil(users / SHARDS.length / PAGE)
}
