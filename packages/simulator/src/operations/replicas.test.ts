import type {
  CognitoIdentityProvider,
  CreateUserPoolRequest,
  UserPoolReplicaType,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
const RegionName = 'eu-central-1'
const eligible: Partial<CreateUserPoolRequest> = {
  KeyConfiguration: {
    KeyType: 'CUSTOMER_MANAGED_KEY',
    KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd',
  },
  IssuerConfiguration: { Type: 'UPDATED' },
}

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
})
beforeEach(() => {
  UserPoolId = simulator.seed.pool(eligible)
})
afterAll(() => simulator.close())

const list = async (): Promise<UserPoolReplicaType[]> => {
  const replicas: UserPoolReplicaType[] = []
  let NextToken: string | undefined
  do {
    const page = await client.listUserPoolReplicas({ UserPoolId, NextToken })
    replicas.push(...(page.UserPoolReplicas ?? []))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return replicas
}

test('a replica begins inactive, and both pools are listed under one id', async () => {
  expect(await list()).toEqual([])
  const made = await client.createUserPoolReplica({ UserPoolId, RegionName, UserPoolTags: { a: 'b' } })
  expect(made.UserPoolReplica).toMatchObject({ RegionName, Role: 'SECONDARY', Status: 'CREATING' })
  const arn = (region: string): string => `arn:aws:cognito-idp:${region}:123456789012:userpool/${UserPoolId}`
  expect(await list()).toEqual([
    { RegionName, Role: 'SECONDARY', Status: 'INACTIVE', UserPoolArn: arn(RegionName) },
    { RegionName: 'eu-west-1', Role: 'PRIMARY', Status: 'ACTIVE', UserPoolArn: arn('eu-west-1') },
  ])
  expect(simulator.inspect.pool(UserPoolId).replicas).toMatchObject([
    { RegionName, UserPoolTags: { a: 'b' } },
    { RegionName: 'eu-west-1' },
  ])
})

test('there is at most one, and in another Region', async () => {
  const own = client.createUserPoolReplica({ UserPoolId, RegionName: 'eu-west-1' })
  expect(await errorOf(own)).toBe('InvalidParameterException')
  await client.createUserPoolReplica({ UserPoolId, RegionName })
  const second = client.createUserPoolReplica({ UserPoolId, RegionName: 'us-east-1' })
  expect(await errorOf(second)).toBe('LimitExceededException')
})

test('only an inactive replica is deleted, and the primary is not touched', async () => {
  const replica = { UserPoolId, RegionName }
  expect(await errorOf(client.deleteUserPoolReplica(replica))).toBe('ResourceNotFoundException')
  await client.createUserPoolReplica(replica)
  await client.updateUserPoolReplica({ ...replica, Status: 'ACTIVE' })
  expect(await errorOf(client.deleteUserPoolReplica(replica))).toBe('InvalidParameterException')
  const primary = client.updateUserPoolReplica({ UserPoolId, RegionName: 'eu-west-1', Status: 'INACTIVE' })
  expect(await errorOf(primary)).toBe('InvalidParameterException')
  await client.updateUserPoolReplica({ ...replica, Status: 'INACTIVE' })
  const { UserPoolReplica } = await client.deleteUserPoolReplica(replica)
  expect(UserPoolReplica?.Status).toBe('DELETING')
  expect(await list()).toEqual([])
})

test.each<[string, Partial<CreateUserPoolRequest>, string]>([
  ['the LITE tier', { ...eligible, UserPoolTier: 'LITE' }, 'FeatureUnavailableInTierException'],
  ['no key of its own', { ...eligible, KeyConfiguration: undefined }, 'InvalidParameterException'],
  [
    'a key of one Region',
    {
      ...eligible,
      KeyConfiguration: {
        KeyType: 'CUSTOMER_MANAGED_KEY',
        KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd',
      },
    },
    'InvalidParameterException',
  ],
  ['an issuer of one Region', { ...eligible, IssuerConfiguration: undefined }, 'InvalidParameterException'],
])('a pool with %s is not replicated', async (_, request, error) => {
  UserPoolId = simulator.seed.pool(request)
  expect(await errorOf(client.createUserPoolReplica({ UserPoolId, RegionName }))).toBe(error)
})
