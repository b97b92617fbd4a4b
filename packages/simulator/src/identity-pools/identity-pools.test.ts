import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { callIdentityPools, connect, errorOf } from '../../test/sdk-client.js'
import type { JsonObject } from '../json.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let IdentityPoolId: string
const ProviderName = 'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abcdefghi'
const ClientId = '1example23456789'
const SamlProviderARNs = ['arn:aws:iam::123456789012:saml-provider/company']
const settings = {
  IdentityPoolName: 'people',
  AllowUnauthenticatedIdentities: false,
  AllowClassicFlow: true,
  CognitoIdentityProviders: [{ ProviderName, ClientId, ServerSideTokenCheck: true }],
  SamlProviderARNs,
}

const call = (operation: string, body: JsonObject = { IdentityPoolId }): Promise<JsonObject> =>
  callIdentityPools(simulator, operation, body)

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
})
beforeEach(async () => {
  const made = await call('CreateIdentityPool', { ...settings, IdentityPoolTags: { team: 'a' } })
  IdentityPoolId = made.IdentityPoolId as string
})
afterAll(() => simulator.close())

test('a pool is made under an id of the Region, described and deleted', async () => {
  expect(IdentityPoolId).toMatch(/^eu-west-1:[0-9a-f-]{36}$/u)
  expect(await call('DescribeIdentityPool')).toEqual({
    IdentityPoolId,
    ...settings,
    IdentityPoolTags: { team: 'a' },
  })
  expect(simulator.inspect.identityPoolIds()).toContain(IdentityPoolId)
  await call('DeleteIdentityPool')
  expect(await errorOf(call('DescribeIdentityPool'))).toBe('ResourceNotFoundException')
})

test('an update resets what it leaves out, but tags and the developer provider', async () => {
  const required = { IdentityPoolId, IdentityPoolName: 'people', AllowUnauthenticatedIdentities: true }
  await call('UpdateIdentityPool', { ...required, DeveloperProviderName: 'login.company' })
  const updated = await call('UpdateIdentityPool', { ...required, Later: { x: 1 } })
  expect(updated).toEqual({
    ...required,
    DeveloperProviderName: 'login.company',
    IdentityPoolTags: { team: 'a' },
    Later: { x: 1 },
  })
  const renamed = call('UpdateIdentityPool', { ...required, DeveloperProviderName: 'other' })
  expect(await errorOf(renamed)).toBe('InvalidParameterException')
  expect(await errorOf(call('UpdateIdentityPool'))).toBe('InvalidParameterException')
})

test.each([
  [{ ProviderName: 'eu-west-1_abcdefghi', ClientId }],
  [{ ProviderName, ClientId: 'not a client' }],
  [{ ProviderName }],
])('refuses the user pool %j', async (provider) => {
  const body = { ...settings, CognitoIdentityProviders: [provider] }
  expect(await errorOf(call('CreateIdentityPool', body))).toBe('InvalidParameterException')
})

test('roles are set as a whole, for providers that the pool has', async () => {
  expect(await call('GetIdentityPoolRoles')).toEqual({ IdentityPoolId })
  const Roles = { authenticated: 'arn:aws:iam::123456789012:role/user' }
  const mapping = { Type: 'Token', AmbiguousRoleResolution: 'Deny' }
  const RoleMappings = { [`${ProviderName}:${ClientId}`]: mapping }
  await call('SetIdentityPoolRoles', { IdentityPoolId, Roles, RoleMappings })
  expect(await call('GetIdentityPoolRoles')).toEqual({ IdentityPoolId, Roles, RoleMappings })
  expect(simulator.inspect.identityPool(IdentityPoolId).roles).toEqual({ Roles, RoleMappings })
  await call('SetIdentityPoolRoles', { IdentityPoolId, Roles: {} })
  expect(await call('GetIdentityPoolRoles')).toEqual({ IdentityPoolId, Roles: {} })
  const rule = { Claim: 'a', MatchType: 'Equals', Value: 'b', RoleARN: Roles.authenticated }
  const Rules = Array.from({ length: 26 }, () => rule)
  for (const bad of [
    { [`${ProviderName}:other`]: mapping },
    { [`${ProviderName}:${ClientId}`]: { Type: 'Token' } },
    { [`${ProviderName}:${ClientId}`]: { ...mapping, Type: 'Rules' } },
    { [`${ProviderName}:${ClientId}`]: { ...mapping, Type: 'Rules', RulesConfiguration: { Rules } } },
  ]) {
    const refused = call('SetIdentityPoolRoles', { IdentityPoolId, Roles, RoleMappings: bad })
    expect(await errorOf(refused)).toBe('InvalidParameterException')
  }
  const unknown = call('SetIdentityPoolRoles', { IdentityPoolId, Roles: { admin: Roles.authenticated } })
  expect(await errorOf(unknown)).toBe('InvalidParameterException')
})

test('attributes become tags by provider: none, chosen or the defaults', async () => {
  const [saml = ''] = SamlProviderARNs
  const named = (IdentityProviderName: string): JsonObject => ({ IdentityPoolId, IdentityProviderName })
  expect(await call('GetPrincipalTagAttributeMap', named(saml))).toEqual({
    ...named(saml),
    UseDefaults: false,
    PrincipalTags: {},
  })
  const PrincipalTags = { department: 'custom:department' }
  await call('SetPrincipalTagAttributeMap', { ...named(ProviderName), PrincipalTags })
  await call('SetPrincipalTagAttributeMap', { ...named(saml), UseDefaults: true })
  expect(await call('GetPrincipalTagAttributeMap', named(ProviderName))).toMatchObject({ PrincipalTags })
  expect(simulator.inspect.identityPool(IdentityPoolId).principalTags).toEqual({
    [ProviderName]: { UseDefaults: false, PrincipalTags },
    [saml]: { UseDefaults: true, PrincipalTags: { client: 'aud', username: 'sub' } },
  })
  const other = named('graph.facebook.com')
  expect(await errorOf(call('GetPrincipalTagAttributeMap', other))).toBe('ResourceNotFoundException')
  expect(await errorOf(call('SetPrincipalTagAttributeMap', other))).toBe('InvalidParameterException')
})

test('its tags are its own, though the operations are called as those of user pools', async () => {
  const ResourceArn = `arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/${IdentityPoolId}`
  await call('TagResource', { ResourceArn, Tags: { stage: 'b' } })
  await call('UntagResource', { ResourceArn, TagKeys: ['team'] })
  expect(await call('ListTagsForResource', { ResourceArn })).toEqual({ Tags: { stage: 'b' } })
  expect(await errorOf(connect(simulator).listTagsForResource({ ResourceArn }))).toBe(
    'ResourceNotFoundException',
  )
  expect(simulator.ledger.requests.count('cognito-identity:TagResource')).toBe(1)
  expect(simulator.ledger.requests.count('TagResource')).toBe(0)
})

test('pools are listed by id and name, in pages that may be empty', async () => {
  for (let index = 0; index < 12; index++) {
    simulator.seed.call('cognito-identity:CreateIdentityPool', { ...settings, IdentityPoolName: 'more' })
  }
  const listed: unknown[] = []
  let NextToken: JsonObject['NextToken']
  do {
    const page = await call('ListIdentityPools', { MaxResults: 5, NextToken })
    for (const pool of page.IdentityPools as JsonObject[]) {
      expect(Object.keys(pool)).toEqual(['IdentityPoolId', 'IdentityPoolName'])
      listed.push(pool.IdentityPoolId)
    }
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(listed).toEqual(simulator.inspect.identityPoolIds())
  expect(await errorOf(call('ListIdentityPools', {}))).toBe('InvalidParameterException')
})

test('an operation on identities says that it is not simulated', async () => {
  const failure = call('ListIdentities', { IdentityPoolId, MaxResults: 1 })
  await expect(failure).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: 'cognito-identity:ListIdentities is not simulated.',
  })
})
