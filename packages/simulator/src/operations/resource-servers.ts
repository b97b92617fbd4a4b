import type {
  CreateResourceServerRequest,
  DeleteResourceServerRequest,
  DescribeResourceServerRequest,
  ListResourceServersRequest,
  UpdateResourceServerRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import type { Pool, ResourceServer } from '../pools/pool.js'
import { invalidParameter, notFound, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const RESOURCE_SERVERS_LIMIT = 25
const LARGEST_PAGE = 50

function serverOf(pool: Pool, identifier: string | undefined): ResourceServer {
  const server = pool.resourceServers.get(identifier ?? '')
  if (server === undefined) throw notFound(`Resource server ${identifier ?? ''} does not exist.`)
  return server
}

function describe(pool: Pool, server: ResourceServer): JsonObject {
  return { UserPoolId: pool.id, Identifier: server.identifier, ...copyJson(server.body) }
}

function bodyOf(request: CreateResourceServerRequest | UpdateResourceServerRequest): JsonObject {
  const names = (request.Scopes ?? []).map(({ ScopeName: name }) => name)
  if (new Set(names).size < names.length) throw invalidParameter('A scope name is given twice.')
  return { Scopes: [], ...copyJson(omit(request as unknown as JsonObject, ['UserPoolId', 'Identifier'])) }
}

const createResourceServer: Operation<CreateResourceServerRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const identifier = request.Identifier ?? ''
  if (pool.resourceServers.has(identifier)) {
    throw invalidParameter(`${identifier} already exists in user pool ${pool.id}.`)
  }
  if (pool.resourceServers.size >= RESOURCE_SERVERS_LIMIT) {
    throw new ServiceError(
      'LimitExceededException',
      'The user pool has the maximum number of resource servers.',
    )
  }
  const server: ResourceServer = { identifier, body: bodyOf(request) }
  pool.resourceServers.set(identifier, server)
  return { ResourceServer: describe(pool, server) }
}

const describeResourceServer: Operation<DescribeResourceServerRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  return { ResourceServer: describe(pool, serverOf(pool, request.Identifier)) }
}

const updateResourceServer: Operation<UpdateResourceServerRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const server = serverOf(pool, request.Identifier)
  server.body = bodyOf(request)
  return { ResourceServer: describe(pool, server) }
}

const deleteResourceServer: Operation<DeleteResourceServerRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  pool.resourceServers.delete(serverOf(pool, request.Identifier).identifier)
  return undefined
}

const listResourceServers: Operation<ListResourceServersRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const identifiers = [...pool.resourceServers.keys()].sort()
  const page = account.pager.page(
    {
      binding: JSON.stringify(['ListResourceServers', pool.id]),
      limit: request.MaxResults ?? LARGEST_PAGE,
      token: request.NextToken,
    },
    (after) =>
      identifiers.filter((identifier) => after === undefined || identifier > after)[Symbol.iterator](),
    (identifier) => identifier,
  )
  return {
    ResourceServers: page.items.map((identifier) => describe(pool, serverOf(pool, identifier))),
    NextToken: page.token,
  }
}

/** Operations on resource servers. */
export const resourceServerOperations: Operations = {
  CreateResourceServer: createResourceServer,
  DescribeResourceServer: describeResourceServer,
  UpdateResourceServer: updateResourceServer,
  DeleteResourceServer: deleteResourceServer,
  ListResourceServers: listResourceServers,
}
