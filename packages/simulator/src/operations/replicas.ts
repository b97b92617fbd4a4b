import type {
  CreateUserPoolReplicaRequest,
  DeleteUserPoolReplicaRequest,
  ListUserPoolReplicasRequest,
  UpdateUserPoolReplicaRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf, type Account } from '../account.js'
import type { JsonObject } from '../json.js'
import { unavailableInTier } from '../pools/pool-configuration.js'
import { configured, type Pool, type Replica } from '../pools/pool.js'
import { describeReplica, describeReplicas, type ShownReplica } from '../pools/replicas.js'
import { invalidParameter, notFound, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/u

/** A replica shares the key and the issuer of its pool, so both must be good in more than one Region. */
function checkEligible(pool: Pool): void {
  const tier = pool.configuration.UserPoolTier
  if (tier === 'LITE') throw unavailableInTier('Multi-Region replication', tier)
  const { KeyType, KmsKeyArn } = configured(pool, 'KeyConfiguration')
  const multiRegion = typeof KmsKeyArn === 'string' && KmsKeyArn.includes(':key/mrk-')
  if (KeyType !== 'CUSTOMER_MANAGED_KEY' || !multiRegion) {
    throw invalidParameter('Replication needs a multi-Region key that the customer manages.')
  }
  if (configured(pool, 'IssuerConfiguration').Type !== 'UPDATED') {
    throw invalidParameter('Replication needs an IssuerConfiguration of the type UPDATED.')
  }
}

function replicaOf(account: Account, pool: Pool, region: string | undefined): Replica {
  if (region === account.region) throw invalidParameter('The primary user pool cannot be changed so.')
  if (pool.replica === undefined || pool.replica.region !== region) {
    throw notFound(`User pool ${pool.id} has no replica in ${region ?? ''}.`)
  }
  return pool.replica
}

function answer(account: Account, pool: Pool, replica: Replica, status: string): JsonObject {
  return { UserPoolReplica: { ...describeReplica(account, pool, replica), Status: status } }
}

/** It answers CREATING; the replica is there at once, INACTIVE. */
const createUserPoolReplica: Operation<CreateUserPoolReplicaRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const region = request.RegionName ?? ''
  checkEligible(pool)
  if (!REGION.test(region) || region === account.region) {
    throw invalidParameter(`A replica cannot be made in ${region}.`)
  }
  if (pool.replica !== undefined) {
    throw new ServiceError('LimitExceededException', 'A user pool can have at most one replica.')
  }
  const replica: Replica = { region, tags: { ...request.UserPoolTags }, status: 'INACTIVE' }
  pool.replica = replica
  return answer(account, pool, replica, 'CREATING')
}

const updateUserPoolReplica: Operation<UpdateUserPoolReplicaRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const replica = replicaOf(account, pool, request.RegionName)
  if (request.Status !== undefined) replica.status = request.Status
  return answer(account, pool, replica, replica.status)
}

const deleteUserPoolReplica: Operation<DeleteUserPoolReplicaRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const replica = replicaOf(account, pool, request.RegionName)
  if (replica.status !== 'INACTIVE') throw invalidParameter('Only an INACTIVE replica can be deleted.')
  pool.replica = undefined
  return answer(account, pool, replica, 'DELETING')
}

const listUserPoolReplicas: Operation<ListUserPoolReplicasRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const replicas = describeReplicas(account, pool)
  const regionOf = ({ RegionName }: ShownReplica): string => RegionName
  const page = account.pager.page(
    {
      binding: JSON.stringify(['ListUserPoolReplicas', pool.id]),
      limit: undefined,
      token: request.NextToken,
    },
    (after) =>
      replicas.filter((replica) => after === undefined || regionOf(replica) > after)[Symbol.iterator](),
    regionOf,
  )
  return { UserPoolReplicas: page.items, NextToken: page.token }
}

/** Operations on the copy of a pool in another Region. */
export const replicaOperations: Operations = {
  CreateUserPoolReplica: createUserPoolReplica,
  UpdateUserPoolReplica: updateUserPoolReplica,
  DeleteUserPoolReplica: deleteUserPoolReplica,
  ListUserPoolReplicas: listUserPoolReplicas,
}
