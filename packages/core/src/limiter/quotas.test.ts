import { describe, expect, it } from 'vitest'
import { categoryOf, DEFAULT_QUOTAS } from './quotas.js'

describe('quotas', () => {
  it.each([
    ['ListUsers', 'UserList'],
    ['ListUsersInGroup', 'UserList'],
    ['AdminGetUser', 'UserRead'],
    ['AdminListGroupsForUser', 'UserResourceRead'],
    ['AdminCreateUser', 'UserCreation'],
    ['AdminSetUserPassword', 'UserAccountRecovery'],
    ['AdminAddUserToGroup', 'UserUpdate'],
    ['AdminSetUserMFAPreference', 'UserResourceUpdate'],
    ['ListUserPools', 'UserPoolRead'],
    ['UpdateUserPool', 'UserPoolUpdate'],
    ['ListGroups', 'UserPoolResourceRead'],
    ['CreateGroup', 'UserPoolResourceUpdate'],
    ['DescribeUserPoolClient', 'UserPoolClientRead'],
    ['CreateUserPoolClient', 'UserPoolClientUpdate'],
    ['ListIdentityPools', 'IdentityPoolRead'],
    ['SetIdentityPoolRoles', 'IdentityPoolUpdate'],
    ['GetProvisionedLimit', 'LimitManagement'],
  ])('%s draws from %s', (operation, category) => {
    expect(categoryOf(operation)).toBe(category)
  })

  it('puts an operation that it does not know apart, below most other categories', () => {
    expect(categoryOf('DescribeSomethingNew')).toBe('Other')
    expect(categoryOf('toString')).toBe('Other')
    expect(DEFAULT_QUOTAS.Other.requestsPerSecond).toBeLessThan(DEFAULT_QUOTAS.UserPoolRead.requestsPerSecond)
  })
})
