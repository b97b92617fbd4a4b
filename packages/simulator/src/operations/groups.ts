import type {
  AdminAddUserToGroupRequest,
  AdminListGroupsForUserRequest,
  AdminRemoveUserFromGroupRequest,
  CreateGroupRequest,
  DeleteGroupRequest,
  GetGroupRequest,
  ListGroupsRequest,
  UpdateGroupRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { createOrderedList } from '../ordered-list.js'
import { groupOf, join, leave } from '../pools/groups.js'
import { datesOf, type Group, type Pool } from '../pools/pool.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { userOf } from '../users/find-user.js'
import { compareByOrder } from '../users/user-store.js'
import type { Operation, Operations } from './operation.js'

const GROUPS_LIMIT = 10_000
const GROUPS_OF_A_USER_LIMIT = 100

function describe(pool: Pool, group: Group): JsonObject {
  return { GroupName: group.name, UserPoolId: pool.id, ...copyJson(group.body), ...datesOf(group) }
}

/** What a request says of a group beside its name. */
function bodyOf(request: CreateGroupRequest | UpdateGroupRequest): JsonObject {
  return copyJson(omit(request as unknown as JsonObject, ['UserPoolId', 'GroupName']))
}

const createGroup: Operation<CreateGroupRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const name = request.GroupName ?? ''
  if (pool.groups.has(name))
    throw new ServiceError('GroupExistsException', 'A group with the name already exists.')
  if (pool.groups.size >= GROUPS_LIMIT) {
    throw new ServiceError('LimitExceededException', 'The user pool has the maximum number of groups.')
  }
  const now = account.clock.now()
  const members = createOrderedList(compareByOrder)
  const group: Group = { name, body: bodyOf(request), createdAt: now, modifiedAt: now, members }
  pool.groups.set(name, group)
  return { Group: describe(pool, group) }
}

const getGroup: Operation<GetGroupRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  return { Group: describe(pool, groupOf(pool, request.GroupName)) }
}

const updateGroup: Operation<UpdateGroupRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const group = groupOf(pool, request.GroupName)
  // The document resets nothing here, unlike that of UpdateUserPool: what is left out stays.
  group.body = { ...group.body, ...bodyOf(request) }
  group.modifiedAt = account.clock.now()
  return { Group: describe(pool, group) }
}

const deleteGroup: Operation<DeleteGroupRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const group = groupOf(pool, request.GroupName)
  for (const record of [...group.members]) leave(group, record)
  pool.groups.delete(group.name)
  return undefined
}

const listGroups: Operation<ListGroupsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const names = [...pool.groups.keys()].sort()
  const page = account.pager.page(
    { binding: JSON.stringify(['ListGroups', pool.id]), limit: request.Limit, token: request.NextToken },
    (after) => names.filter((name) => after === undefined || name > after)[Symbol.iterator](),
    (name) => name,
  )
  return { Groups: page.items.map((name) => describe(pool, groupOf(pool, name))), NextToken: page.token }
}

const adminAddUserToGroup: Operation<AdminAddUserToGroupRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const group = groupOf(pool, request.GroupName)
  const record = userOf(pool, request.Username)
  if (!record.groups.includes(group.name) && record.groups.length >= GROUPS_OF_A_USER_LIMIT) {
    throw invalidParameter('The user is a member of the maximum number of groups.')
  }
  join(group, record)
  account.ledger.active(pool.id, record.sub, 'AdminAddUserToGroup')
  return undefined
}

const adminRemoveUserFromGroup: Operation<AdminRemoveUserFromGroupRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const group = groupOf(pool, request.GroupName)
  const record = userOf(pool, request.Username)
  leave(group, record)
  account.ledger.active(pool.id, record.sub, 'AdminRemoveUserFromGroup')
  return undefined
}

const adminListGroupsForUser: Operation<AdminListGroupsForUserRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const record = userOf(pool, request.Username)
  const page = account.pager.page(
    {
      binding: JSON.stringify(['AdminListGroupsForUser', pool.id, record.sub]),
      limit: request.Limit,
      token: request.NextToken,
    },
    (after) => record.groups.filter((name) => after === undefined || name > after)[Symbol.iterator](),
    (name) => name,
  )
  account.ledger.active(pool.id, record.sub, 'AdminListGroupsForUser')
  return { Groups: page.items.map((name) => describe(pool, groupOf(pool, name))), NextToken: page.token }
}

/** Operations on groups and memberships. */
export const groupOperations: Operations = {
  CreateGroup: createGroup,
  GetGroup: getGroup,
  UpdateGroup: updateGroup,
  DeleteGroup: deleteGroup,
  ListGroups: listGroups,
  AdminAddUserToGroup: adminAddUserToGroup,
  AdminRemoveUserFromGroup: adminRemoveUserFromGroup,
  AdminListGroupsForUser: adminListGroupsForUser,
}
