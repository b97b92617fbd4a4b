import { identityPoolOf, type Account } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import type { Operation, Operations } from '../operations/operation.js'
import { createSub } from '../random.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import { describeIdentityPool, type IdentityPool } from './identity-pool.js'
import type { IdentityPoolNamed, IdentityPoolRequest, ListIdentityPoolsRequest } from './requests.js'

const NOT_BODY = ['IdentityPoolId', 'IdentityPoolTags']
const POOLS_LIMIT = 1000
const USER_POOLS_LIMIT = 50
const USER_POOL = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[\w-]+_[0-9a-zA-Z]+$/u

function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceededException', message)
}

function bodyOf(request: IdentityPoolRequest): JsonObject {
  const { CognitoIdentityProviders: userPools } = request
  if ((userPools?.length ?? 0) > USER_POOLS_LIMIT) {
    throw limitExceeded(`An identity pool can have at most ${USER_POOLS_LIMIT} user pools.`)
  }
  for (const { ProviderName: name = '', ClientId: client } of userPools ?? []) {
    if (!USER_POOL.test(name) || client === undefined) {
      throw invalidParameter(`Invalid Cognito Identity Provider ${name}.`)
    }
  }
  const body = copyJson(omit(request as unknown as JsonObject, NOT_BODY))
  if (userPools === undefined) return body
  const providers = body.CognitoIdentityProviders as JsonObject[]
  return {
    ...body,
    CognitoIdentityProviders: providers.map((provider) => ({ ServerSideTokenCheck: false, ...provider })),
  }
}

const createIdentityPool: Operation<IdentityPoolRequest> = (request, account) => {
  const body = bodyOf(request)
  if (account.identityPools.size >= POOLS_LIMIT) {
    throw limitExceeded('The account has the maximum number of identity pools.')
  }
  const id = `${account.region}:${createSub(account.random, 'random', account.region)}`
  const pool: IdentityPool = {
    id,
    arn: `arn:aws:cognito-identity:${account.region}:${account.accountId}:identitypool/${id}`,
    body,
    tags: new Map(Object.entries(request.IdentityPoolTags ?? {})),
    roles: {},
    principalTags: new Map(),
  }
  account.identityPools.set(id, pool)
  return describeIdentityPool(pool)
}

const describeIdentityPoolOperation: Operation<IdentityPoolNamed> = (request, account) =>
  describeIdentityPool(identityPoolOf(account, request.IdentityPoolId))

/** Resets what is left out, but a developer provider's name, which is for good, and tags. */
const updateIdentityPool: Operation<IdentityPoolRequest> = (request, account) => {
  const pool = identityPoolOf(account, request.IdentityPoolId)
  const body = bodyOf(request)
  const before = pool.body.DeveloperProviderName
  if (before !== undefined) {
    body.DeveloperProviderName ??= before
    if (body.DeveloperProviderName !== before) {
      throw invalidParameter('The name of the developer provider cannot be changed.')
    }
  }
  pool.body = body
  if (request.IdentityPoolTags !== undefined) pool.tags = new Map(Object.entries(request.IdentityPoolTags))
  return describeIdentityPool(pool)
}

const deleteIdentityPool: Operation<IdentityPoolNamed> = (request, account) => {
  account.identityPools.delete(identityPoolOf(account, request.IdentityPoolId).id)
  return undefined
}

function shortDescription(account: Account, id: string): JsonObject {
  return { IdentityPoolId: id, IdentityPoolName: identityPoolOf(account, id).body.IdentityPoolName }
}

const listIdentityPools: Operation<ListIdentityPoolsRequest> = (request, account) => {
  const ids = [...account.identityPools.keys()].sort()
  const page = account.pager.page(
    { binding: 'ListIdentityPools', limit: request.MaxResults, token: request.NextToken },
    (after) => ids.filter((id) => after === undefined || id > after)[Symbol.iterator](),
    (id) => id,
  )
  return { IdentityPools: page.items.map((id) => shortDescription(account, id)), NextToken: page.token }
}

/** Operations on identity pools themselves. */
export const identityPoolOperations: Operations = {
  CreateIdentityPool: createIdentityPool,
  DescribeIdentityPool: describeIdentityPoolOperation,
  UpdateIdentityPool: updateIdentityPool,
  DeleteIdentityPool: deleteIdentityPool,
  ListIdentityPools: listIdentityPools,
}
