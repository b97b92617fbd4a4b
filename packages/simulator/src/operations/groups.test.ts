import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
const GroupName = 'staff'

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
})
beforeEach(() => {
  UserPoolId = simulator.seed.pool()
  simulator.seed.groups(UserPoolId, [GroupName])
  simulator.seed.users(UserPoolId, 150)
  simulator.ledger.clear()
})
afterAll(() => simulator.close())

test('a group is made once, changed in parts and deleted with its memberships', async () => {
  expect(await errorOf(client.createGroup({ UserPoolId, GroupName }))).toBe('GroupExistsException')
  const RoleArn = 'arn:aws:iam::123456789012:role/staff'
  await client.updateGroup({ UserPoolId, GroupName, Description: 'people', Precedence: 0 })
  const { Group } = await client.updateGroup({ UserPoolId, GroupName, RoleArn })
  expect(Group).toMatchObject({ Description: 'people', Precedence: 0, RoleArn, UserPoolId })
  await client.adminAddUserToGroup({ UserPoolId, GroupName, Username: 'user1' })
  await client.deleteGroup({ UserPoolId, GroupName })
  expect(simulator.inspect.user(UserPoolId, 'user1').groups).toEqual([])
  expect(await errorOf(client.getGroup({ UserPoolId, GroupName }))).toBe('ResourceNotFoundException')
})

test('joining twice is joining once; leaving is likewise', async () => {
  const membership = { UserPoolId, GroupName, Username: 'user1' }
  await client.adminAddUserToGroup(membership)
  await client.adminAddUserToGroup(membership)
  expect(simulator.inspect.pool(UserPoolId).memberships).toEqual({ staff: ['user1'] })
  await client.adminRemoveUserFromGroup(membership)
  await client.adminRemoveUserFromGroup(membership)
  expect(simulator.inspect.pool(UserPoolId).memberships).toEqual({ staff: [] })
  expect(simulator.ledger.mau.count(UserPoolId)).toBe(1)
  expect(await errorOf(client.adminAddUserToGroup({ ...membership, GroupName: 'none' }))).toBe(
    'ResourceNotFoundException',
  )
  expect(await errorOf(client.adminAddUserToGroup({ ...membership, Username: 'none' }))).toBe(
    'UserNotFoundException',
  )
})

test('members are listed in pages that may be empty, without deleted users', async () => {
  for (let index = 0; index < 150; index++) {
    simulator.seed.call('AdminAddUserToGroup', { UserPoolId, GroupName, Username: `user${index}` })
  }
  simulator.seed.deleteUser(UserPoolId, 'user7')
  const members = new Set<string>()
  let NextToken: string | undefined
  do {
    const page = await client.listUsersInGroup({ UserPoolId, GroupName, Limit: 20, NextToken })
    for (const { Username = '' } of page.Users ?? []) members.add(Username)
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(members.size).toBe(149)
  expect(simulator.ledger.mau.count()).toBe(0)
})

test('a user is in at most 100 groups', async () => {
  const names = Array.from({ length: 101 }, (_, index) => `group${index}`)
  simulator.seed.groups(UserPoolId, names)
  for (const name of names.slice(0, 100)) {
    simulator.seed.call('AdminAddUserToGroup', { UserPoolId, GroupName: name, Username: 'user1' })
  }
  const one = client.adminAddUserToGroup({ UserPoolId, GroupName: 'group100', Username: 'user1' })
  expect(await errorOf(one)).toBe('InvalidParameterException')
  const { Groups } = await client.adminListGroupsForUser({ UserPoolId, Username: 'user1', Limit: 60 })
  expect(Groups?.length).toBeLessThanOrEqual(60)
})
