import type {
  AddCustomAttributesRequest,
  CreateUserPoolRequest,
  DeleteUserPoolRequest,
  DescribeUserPoolRequest,
  ListUserPoolsRequest,
  UpdateUserPoolRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import { refuseDuringImport } from '../imports/run-import.js'
import { copyJson, type JsonObject } from '../json.js'
import { createOrderedList } from '../ordered-list.js'
import { checkConfiguration, completeConfiguration } from '../pools/pool-configuration.js'
import { mfaAfterUpdate } from '../pools/mfa.js'
import { configured, datesOf, type Pool } from '../pools/pool.js'
import { invalidParameter } from '../service-error.js'
import { createSchema, extendSchema } from '../users/attribute-schema.js'
import { createUserStore } from '../users/user-store.js'
import type { Operation, Operations } from './operation.js'

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** How long a count of users stands before a description counts again. */
const ESTIMATE_LIFETIME = 15 * 60_000

const createUserPool: Operation<CreateUserPoolRequest> = (request, account) => {
  const body = request as unknown as JsonObject
  const configuration = completeConfiguration(body)
  checkConfiguration(configuration)
  const { AliasAttributes: aliases, UsernameAttributes: usernames, UsernameConfiguration: username } = request
  if (aliases !== undefined && usernames !== undefined) {
    throw invalidParameter('Only one of the aliasAttributes or usernameAttributes can be set in a user pool.')
  }
  const fixed: JsonObject = {
    ...(aliases === undefined ? {} : { AliasAttributes: [...aliases] }),
    ...(usernames === undefined ? {} : { UsernameAttributes: [...usernames] }),
    ...(username === undefined
      ? {}
      : {
          UsernameConfiguration: {
            ...copyJson(username as unknown as JsonObject),
            CaseSensitive: username.CaseSensitive === true,
          },
        }),
  }
  const id = `${account.region}_${account.random.text(9, ID_ALPHABET)}`
  const now = account.clock.now()
  const pool: Pool = {
    id,
    arn: `arn:aws:cognito-idp:${account.region}:${account.accountId}:userpool/${id}`,
    name: request.PoolName ?? '',
    createdAt: now,
    modifiedAt: now,
    fixed,
    configuration,
    mfa: mfaAfterUpdate(configuration, {}),
    tags: new Map(Object.entries(request.UserPoolTags ?? {})),
    schema: createSchema((request.Schema ?? []) as unknown as JsonObject[]),
    users: createUserStore(
      {
        usernameAttributes: usernames ?? [],
        aliasAttributes: aliases ?? [],
        // Without a UsernameConfiguration usernames are case-sensitive.
        caseSensitive: username?.CaseSensitive ?? true,
      },
      account.random.nextInt32(),
    ),
    groups: new Map(),
    clients: new Map(),
    identityProviders: new Map(),
    resourceServers: new Map(),
    settings: new Map(),
    brandings: new Map(),
    terms: new Map(),
    importJobs: new Map(),
    replica: undefined,
    domain: undefined,
    customDomain: undefined,
    estimate: { users: 0, at: now },
  }
  account.pools.set(id, pool)
  return { UserPool: describe(pool, account) }
}

/** A pool as DescribeUserPool shows it. */
export function describe(pool: Pool, account: Account): JsonObject {
  const now = account.clock.now()
  const { estimate } = pool
  if (account.options.userEstimate === 'exact' || now - estimate.at >= ESTIMATE_LIFETIME) {
    pool.estimate = { users: pool.users.size, at: now }
  }
  return {
    Id: pool.id,
    Name: pool.name,
    ...copyJson(pool.configuration),
    ...copyJson(pool.fixed),
    SchemaAttributes: [...pool.schema.values()].map((attribute) => ({ ...attribute })),
    ...datesOf(pool),
    EstimatedNumberOfUsers: pool.estimate.users,
    UserPoolTags: Object.fromEntries(pool.tags),
    ...(pool.domain === undefined ? {} : { Domain: pool.domain }),
    ...(pool.customDomain === undefined ? {} : { CustomDomain: pool.customDomain }),
    Arn: pool.arn,
  }
}

const describeUserPool: Operation<DescribeUserPoolRequest> = (request, account) => ({
  UserPool: describe(poolOf(account, request.UserPoolId), account),
})

const updateUserPool: Operation<UpdateUserPoolRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  refuseDuringImport(account, pool)
  const configuration = completeConfiguration(request as unknown as JsonObject, pool.configuration)
  checkConfiguration(configuration)
  pool.mfa = mfaAfterUpdate(configuration, pool.mfa)
  pool.configuration = configuration
  if (request.PoolName !== undefined) pool.name = request.PoolName
  if (request.UserPoolTags !== undefined) pool.tags = new Map(Object.entries(request.UserPoolTags))
  pool.modifiedAt = account.clock.now()
  return {}
}

const deleteUserPool: Operation<DeleteUserPoolRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  refuseDuringImport(account, pool)
  if (pool.configuration.DeletionProtection === 'ACTIVE') {
    throw invalidParameter(
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    )
  }
  if (pool.domain !== undefined || pool.customDomain !== undefined) {
    throw invalidParameter(
      'User pool cannot be deleted. It has a domain configured that should be deleted first.',
    )
  }
  account.pools.delete(pool.id)
  return undefined
}

const listUserPools: Operation<ListUserPoolsRequest> = (request, account) => {
  const sorted = createOrderedList<Pool>(
    (left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0),
    account.pools.values(),
  )
  const page = account.pager.page(
    { binding: 'ListUserPools', limit: request.MaxResults, token: request.NextToken },
    (after) => sorted.from(({ id }) => after !== undefined && id <= after),
    ({ id }) => id,
  )
  return {
    UserPools: page.items.map((pool) => ({
      Id: pool.id,
      Name: pool.name,
      LambdaConfig: copyJson(configured(pool, 'LambdaConfig')),
      ...datesOf(pool),
    })),
    NextToken: page.token,
  }
}

const addCustomAttributes: Operation<AddCustomAttributesRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  refuseDuringImport(account, pool)
  pool.schema = extendSchema(pool.schema, (request.CustomAttributes ?? []) as unknown as JsonObject[])
  pool.modifiedAt = account.clock.now()
  return {}
}

/** Operations on pools themselves. */
export const userPoolOperations: Operations = {
  CreateUserPool: createUserPool,
  DescribeUserPool: describeUserPool,
  UpdateUserPool: updateUserPool,
  DeleteUserPool: deleteUserPool,
  ListUserPools: listUserPools,
  AddCustomAttributes: addCustomAttributes,
}
