import type { ListUsersInGroupRequest, ListUsersRequest } from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { groupOf } from '../pools/groups.js'
import { invalidParameter } from '../service-error.js'
import { userJson, userPageJson } from '../users/user-answer.js'
import { parseFilter, type UserFilter } from '../users/user-filter.js'
import { attributesOf, writeAttributes, type UserRecord } from '../users/user-record.js'
import type { UserStore } from '../users/user-store.js'
import type { SubPrefixFilter } from '../options.js'
import type { Operation, Operations } from './operation.js'

const listUsers: Operation<ListUsersRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const filter = parseFilter(request.Filter)
  const wanted = request.AttributesToGet
  for (const name of wanted ?? []) {
    if (!pool.schema.has(name)) throw invalidParameter(`One or more requested attributes do not exist.`)
  }
  const search = searchOf(pool.users, filter, account.options.subPrefixFilter ?? 'supported')
  const page = account.pager.page(
    {
      binding: JSON.stringify(['ListUsers', pool.id, request.Filter ?? '', wanted ?? []]),
      limit: request.Limit,
      token: request.PaginationToken,
    },
    search.resume,
    search.keyOf,
  )
  const users = page.items.map((record) =>
    userJson(record, wanted === undefined ? undefined : selectAttributes(record, wanted)),
  )
  return userPageJson(users, 'PaginationToken', page.token)
}

interface Search {
  readonly resume: (after: string | undefined) => Iterator<UserRecord>
  readonly keyOf: (record: UserRecord) => string
}

function searchOf(users: UserStore, filter: UserFilter | undefined, subPrefix: SubPrefixFilter): Search {
  const unfiltered: Search = {
    resume: (after) => users.listing(after),
    keyOf: (record) => users.keyOf(record, undefined),
  }
  if (filter === undefined) return unfiltered
  if (filter.attribute === 'sub' && filter.match === 'prefix') {
    if (subPrefix === 'refused') throw invalidParameter('Prefix match is not supported for sub.')
    if (subPrefix === 'ignored') return unfiltered
    if (subPrefix === 'nobody') return { ...unfiltered, resume: () => [][Symbol.iterator]() }
  }
  return {
    resume: (after) => users.search(filter, after),
    keyOf: (record) => users.keyOf(record, filter),
  }
}

/** The service fails the whole page when one user lacks one of the attributes asked for. */
function selectAttributes(record: UserRecord, names: readonly string[]): string {
  const attributes = attributesOf(record)
  return writeAttributes(
    names.map((name) => {
      const value = attributes.get(name)
      if (value === undefined) throw invalidParameter('One or more requested attributes do not exist.')
      return [name, value] as const
    }),
  )
}

const listUsersInGroup: Operation<ListUsersInGroupRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const group = groupOf(pool, request.GroupName)
  const page = account.pager.page(
    {
      binding: JSON.stringify(['ListUsersInGroup', pool.id, group.name]),
      limit: request.Limit,
      token: request.NextToken,
    },
    (after) => group.members.from(({ order }) => after !== undefined && order <= Number(after)),
    ({ order }) => String(order),
  )
  return userPageJson(
    page.items.map((record) => userJson(record)),
    'NextToken',
    page.token,
  )
}

/** Operations that list users: the two of the category UserList. They make nobody a monthly active user. */
export const userListingOperations: Operations = { ListUsers: listUsers, ListUsersInGroup: listUsersInGroup }
