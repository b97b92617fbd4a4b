import * as identityPools from '@aws-sdk/client-cognito-identity'
import * as userPools from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, it } from 'vitest'
import { permissionFor, serviceOf } from './services.js'

const has = (sdk: object, operation: string): boolean => `${operation}Command` in sdk

describe('services', () => {
  it.each(['DescribeIdentityPool', 'SetIdentityPoolRoles', 'ListUsers', 'ListTagsForResource'])(
    'has %s where the SDK has it',
    (operation) => {
      const sdk = serviceOf(operation) === 'cognito-idp' ? userPools : identityPools
      expect(has(sdk, operation)).toBe(true)
    },
  )

  it('names the permission by the service', () => {
    expect(permissionFor('ListIdentityPools')).toBe('cognito-identity:ListIdentityPools')
    expect(permissionFor('ListIdentityProviders')).toBe('cognito-idp:ListIdentityProviders')
  })
})
