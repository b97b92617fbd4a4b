import type {
  CreateUserPoolClientRequest,
  DeleteUserPoolClientRequest,
  DescribeUserPoolClientRequest,
  ListUserPoolClientsRequest,
  UpdateUserPoolClientRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { checkClient, completeClient } from '../pools/client-configuration.js'
import { clientOf, createSecret, deleteClient, shownSecret } from '../pools/clients.js'
import { datesOf, type Client, type Pool } from '../pools/pool.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const CLIENTS_LIMIT = 1000

/** What is not configuration in a request: names of things, and the secret, which is set once. */
const NOT_CONFIGURATION = ['UserPoolId', 'ClientId', 'ClientSecret', 'GenerateSecret']

function describe(pool: Pool, client: Client): JsonObject {
  return {
    UserPoolId: pool.id,
    ClientId: client.id,
    ...shownSecret(client),
    ...copyJson(client.body),
    ...datesOf(client),
  }
}

const createUserPoolClient: Operation<CreateUserPoolClientRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  if (request.ClientSecret !== undefined && request.GenerateSecret === true) {
    throw invalidParameter('ClientSecret and GenerateSecret cannot be used together.')
  }
  if (pool.clients.size >= CLIENTS_LIMIT) {
    throw new ServiceError('LimitExceededException', 'The user pool has the maximum number of clients.')
  }
  const body = completeClient(omit(request as unknown as JsonObject, NOT_CONFIGURATION))
  checkClient(pool, body)
  const now = account.clock.now()
  const id = account.random.text(26, ID_ALPHABET)
  const secrets =
    request.ClientSecret === undefined && request.GenerateSecret !== true
      ? []
      : [createSecret(account, id, request.ClientSecret)]
  const client: Client = {
    id,
    secrets,
    body,
    createdAt: now,
    modifiedAt: now,
  }
  pool.clients.set(client.id, client)
  return { UserPoolClient: describe(pool, client) }
}

const describeUserPoolClient: Operation<DescribeUserPoolClientRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  return { UserPoolClient: describe(pool, clientOf(pool, request.ClientId)) }
}

const updateUserPoolClient: Operation<UpdateUserPoolClientRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const client = clientOf(pool, request.ClientId)
  const body = completeClient(omit(request as unknown as JsonObject, NOT_CONFIGURATION))
  // The name is the one member without a default to fall back to.
  body.ClientName ??= client.body.ClientName
  checkClient(pool, body)
  client.body = body
  client.modifiedAt = account.clock.now()
  return { UserPoolClient: describe(pool, client) }
}

const deleteUserPoolClient: Operation<DeleteUserPoolClientRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  deleteClient(pool, clientOf(pool, request.ClientId))
  return undefined
}

const listUserPoolClients: Operation<ListUserPoolClientsRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const ids = [...pool.clients.keys()].sort()
  const page = account.pager.page(
    {
      binding: JSON.stringify(['ListUserPoolClients', pool.id]),
      limit: request.MaxResults,
      token: request.NextToken,
    },
    (after) => ids.filter((id) => after === undefined || id > after)[Symbol.iterator](),
    (id) => id,
  )
  return {
    UserPoolClients: page.items.map((id) => ({
      ClientId: id,
      UserPoolId: pool.id,
      ClientName: clientOf(pool, id).body.ClientName,
    })),
    NextToken: page.token,
  }
}

/** Operations on app clients. */
export const clientOperations: Operations = {
  CreateUserPoolClient: createUserPoolClient,
  DescribeUserPoolClient: describeUserPoolClient,
  UpdateUserPoolClient: updateUserPoolClient,
  DeleteUserPoolClient: deleteUserPoolClient,
  ListUserPoolClients: listUserPoolClients,
}
