import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { createManualClock } from '../clock.js'
import { startSimulator, type Simulator } from '../simulator.js'

const clock = createManualClock()
let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
const Username = 'ann'

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false, clock })
  client = connect(simulator)
})
beforeEach(() => {
  UserPoolId = simulator.seed.pool({ AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] })
  simulator.seed.users(UserPoolId, [
    { username: Username, attributes: { email: 'ann@example.com', email_verified: 'true' } },
    { username: 'bob', attributes: { email: 'bob@example.com', email_verified: 'true' } },
  ])
  simulator.ledger.clear()
})
afterAll(() => simulator.close())

const ann = (): ReturnType<Simulator['inspect']['user']> => simulator.inspect.user(UserPoolId, Username)

test('AdminGetUser answers with everything, and puts the user on the bill', async () => {
  const answer = await client.adminGetUser({ UserPoolId, Username: 'ann@example.com' })
  expect(answer).toMatchObject({ Username, Enabled: true, UserStatus: 'CONFIRMED' })
  expect(answer.UserAttributes).toContainEqual({ Name: 'email', Value: 'ann@example.com' })
  expect(answer.UserCreateDate?.getTime()).toBe(clock.now())
  expect([...simulator.ledger.mau.subs(UserPoolId)]).toEqual([ann().sub])
})

test('a permanent password confirms, a temporary one asks for another; federated profiles are no exception', async () => {
  simulator.seed.change(UserPoolId, Username, { status: 'EXTERNAL_PROVIDER' })
  await client.adminSetUserPassword({ UserPoolId, Username, Password: 'G00d!pass', Permanent: true })
  expect(ann()).toMatchObject({ status: 'CONFIRMED', hasPassword: true })
  expect(simulator.inspect.passwordIs(UserPoolId, Username, 'G00d!pass')).toBe(true)
  await client.adminSetUserPassword({ UserPoolId, Username, Password: 'G00d!pass' })
  expect(ann().status).toBe('FORCE_CHANGE_PASSWORD')
  const weak = client.adminSetUserPassword({ UserPoolId, Username, Password: 'weak' })
  expect(await errorOf(weak)).toBe('InvalidPasswordException')
  expect(simulator.ledger.mau.byOperation()).toEqual({ AdminSetUserPassword: 1 })
  expect(simulator.ledger.messages.all()).toEqual([])
})

test('a reset sends a message and needs somewhere to send it', async () => {
  await client.adminResetUserPassword({ UserPoolId, Username })
  expect(ann().status).toBe('RESET_REQUIRED')
  expect(simulator.ledger.messages.all()).toMatchObject([{ medium: 'EMAIL', reason: 'ResetPassword' }])
  simulator.seed.attributes(UserPoolId, 'bob', { email_verified: 'false' })
  const unreachable = client.adminResetUserPassword({ UserPoolId, Username: 'bob' })
  expect(await errorOf(unreachable)).toBe('InvalidParameterException')
  simulator.seed.change(UserPoolId, 'bob', { status: 'FORCE_CHANGE_PASSWORD' })
  const wrongState = client.adminResetUserPassword({ UserPoolId, Username: 'bob' })
  expect(await errorOf(wrongState)).toBe('NotAuthorizedException')
})

test('disabling, enabling and deleting', async () => {
  clock.advance(5000)
  await client.adminDisableUser({ UserPoolId, Username })
  expect(ann()).toMatchObject({ enabled: false, modifiedDate: new Date(clock.now()).toISOString() })
  await client.adminEnableUser({ UserPoolId, Username })
  expect(ann().enabled).toBe(true)
  await client.adminDeleteUser({ UserPoolId, Username })
  expect(await errorOf(client.adminDeleteUser({ UserPoolId, Username }))).toBe('UserNotFoundException')
  expect(simulator.ledger.mau.count()).toBe(0)
})

test('a new address counts as unverified and gets a code, unless it is verified in the same call', async () => {
  const changed = [{ Name: 'email', Value: 'new@example.com' }]
  await client.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes: changed })
  expect(ann().attributes).toMatchObject({ email: 'new@example.com', email_verified: 'false' })
  expect(simulator.ledger.messages.all()).toMatchObject([
    { reason: 'VerifyUserAttribute', destination: 'new@example.com' },
  ])
  simulator.ledger.clear()
  const verified = [...changed, { Name: 'email_verified', Value: 'true' }]
  await client.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes: verified })
  expect(ann().attributes.email_verified).toBe('true')
  expect(simulator.ledger.messages.all()).toEqual([])
  expect(simulator.ledger.mau.byOperation()).toEqual({ AdminUpdateUserAttributes: 1 })
})

test('where attributes are verified before an update, the old address stays until then', async () => {
  await client.updateUserPool({
    UserPoolId,
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  })
  const UserAttributes = [
    { Name: 'email', Value: 'new@example.com' },
    { Name: 'name', Value: 'Ann' },
  ]
  await client.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes })
  expect(ann().attributes).toMatchObject({ email: 'ann@example.com', email_verified: 'true', name: 'Ann' })
  expect(ann().pending).toEqual({ email: 'new@example.com' })
  expect(simulator.ledger.messages.all()).toMatchObject([{ destination: 'new@example.com' }])
  const verified = [...UserAttributes, { Name: 'email_verified', Value: 'true' }]
  await client.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes: verified })
  expect(ann()).toMatchObject({ attributes: { email: 'new@example.com' } })
  expect(ann().pending).toEqual({})
})

test('an alias of another user cannot be taken; once released it can', async () => {
  const UserAttributes = [
    { Name: 'email', Value: 'bob@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ]
  const update = (): Promise<unknown> =>
    client.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes })
  expect(await errorOf(update())).toBe('AliasExistsException')
  expect(ann().attributes.email).toBe('ann@example.com')
  await client.adminDeleteUserAttributes({ UserPoolId, Username: 'bob', UserAttributeNames: ['email'] })
  expect(simulator.inspect.user(UserPoolId, 'bob').attributes).not.toHaveProperty('email_verified')
  await update()
  expect(simulator.inspect.user(UserPoolId, 'bob@example.com').username).toBe('ann')
})

test('what is fixed, required or undeclared cannot be changed or deleted; an empty value deletes', async () => {
  UserPoolId = simulator.seed.pool({
    Schema: [
      { Name: 'name', Required: true },
      { Name: 'fixed', AttributeDataType: 'String', Mutable: false },
    ],
  })
  simulator.seed.users(UserPoolId, [
    { username: Username, attributes: { name: 'Ann', nickname: 'A', 'custom:fixed': 'x' } },
  ])
  const update = (Name: string, Value: string): Promise<unknown> =>
    client.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes: [{ Name, Value }] })
  for (const [name, value] of [
    ['custom:fixed', 'y'],
    ['name', ''],
    ['sub', 'x'],
    ['custom:none', 'x'],
  ] as const) {
    expect(await errorOf(update(name, value)), name).toBe('InvalidParameterException')
    const deletion = client.adminDeleteUserAttributes({ UserPoolId, Username, UserAttributeNames: [name] })
    expect(await errorOf(deletion), name).toBe('InvalidParameterException')
  }
  await update('nickname', '')
  expect(ann().attributes).not.toHaveProperty('nickname')
})

test('links a provider identity to a user, at most five, and takes it back', async () => {
  await client.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: { client_id: 'a', client_secret: 'b', authorize_scopes: 'openid' },
  })
  const DestinationUser = { ProviderName: 'Cognito', ProviderAttributeValue: Username }
  const link = (value: string, ProviderName = 'Google'): Promise<unknown> =>
    client.adminLinkProviderForUser({
      UserPoolId,
      DestinationUser,
      SourceUser: { ProviderName, ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: value },
    })
  await link('1')
  expect(JSON.parse(ann().attributes.identities ?? '')).toMatchObject([
    { userId: '1', providerName: 'Google', primary: 'false' },
  ])
  expect(await errorOf(link('1'))).toBe('InvalidParameterException')
  expect(await errorOf(link('1', 'Facebook'))).toBe('ResourceNotFoundException')
  const identities = [{ userId: '9', providerName: 'Google', providerType: 'Google', primary: 'true' }]
  simulator.seed.users(UserPoolId, [{ username: 'Google_9', status: 'EXTERNAL_PROVIDER', identities }])
  expect(await errorOf(link('9'))).toBe('InvalidParameterException')
  for (const value of ['2', '3', '4', '5']) await link(value)
  expect(await errorOf(link('6'))).toBe('LimitExceededException')
  const User = {
    ProviderName: 'Google',
    ProviderAttributeName: 'Cognito_Subject',
    ProviderAttributeValue: '1',
  }
  await client.adminDisableProviderForUser({ UserPoolId, User })
  expect(JSON.parse(ann().attributes.identities ?? '')).toHaveLength(4)
})
