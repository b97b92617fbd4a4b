import type {
  CognitoIdentityProvider,
  CreateUserPoolClientCommandOutput,
  CreateUserPoolClientRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, errorOf, post } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
const ClientName = 'app'

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
  UserPoolId = simulator.seed.pool({ Schema: [{ Name: 'email', Required: true }] })
})
afterAll(() => simulator.close())

const create = (request: Partial<CreateUserPoolClientRequest>): Promise<CreateUserPoolClientCommandOutput> =>
  client.createUserPoolClient({ UserPoolId, ClientName, ...request })

test("a secret is given, generated or absent; the id is always the service's", async () => {
  const ClientSecret = 'restored_secret_of_24_chars+'
  const given = (await create({ ClientSecret })).UserPoolClient
  expect(given?.ClientSecret).toBe(ClientSecret)
  expect(given?.ClientId).toMatch(/^[a-z0-9]{26}$/)
  expect((await create({ GenerateSecret: true })).UserPoolClient?.ClientSecret).toMatch(/^[a-z0-9]{51}$/)
  expect((await create({})).UserPoolClient).not.toHaveProperty('ClientSecret')
  for (const request of [
    { ClientSecret, GenerateSecret: true },
    { ClientSecret: 'short' },
    { ClientSecret: '-'.repeat(30) },
  ]) {
    expect(await errorOf(create(request))).toBe('InvalidParameterException')
  }
})

test('attribute lists that are left out stay absent', async () => {
  const { UserPoolClient } = await create({})
  expect(UserPoolClient).toMatchObject({
    RefreshTokenValidity: 30,
    AuthSessionValidity: 3,
    EnableTokenRevocation: true,
  })
  expect(UserPoolClient).not.toHaveProperty('ReadAttributes')
  expect(UserPoolClient).not.toHaveProperty('WriteAttributes')
})

test('what a client names must exist', async () => {
  const bad: [Partial<CreateUserPoolClientRequest>, string][] = [
    [{ SupportedIdentityProviders: ['Google'] }, 'InvalidParameterException'],
    [{ ReadAttributes: ['custom:none'] }, 'InvalidParameterException'],
    [{ WriteAttributes: ['name'] }, 'InvalidParameterException'],
    [{ AllowedOAuthScopes: ['api/read'] }, 'ScopeDoesNotExistException'],
    [{ CallbackURLs: ['http://example.com'] }, 'InvalidParameterException'],
    [
      { CallbackURLs: ['https://example.com'], DefaultRedirectURI: 'https://other.example.com' },
      'InvalidParameterException',
    ],
    [{ AllowedOAuthFlows: ['code', 'client_credentials'] }, 'InvalidOAuthFlowException'],
  ]
  for (const [request, error] of bad)
    expect(await errorOf(create(request)), JSON.stringify(request)).toBe(error)
  await client.createResourceServer({
    UserPoolId,
    Identifier: 'api',
    Name: 'API',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'reads' }],
  })
  await create({
    AllowedOAuthScopes: ['api/read', 'openid'],
    CallbackURLs: ['myapp://x', 'http://localhost:3000/'],
    SupportedIdentityProviders: ['COGNITO'],
  })
})

test('an update resets what it leaves out, and never the secret', async () => {
  const ClientId =
    (await create({ GenerateSecret: true, RefreshTokenValidity: 5, CallbackURLs: ['https://example.com'] }))
      .UserPoolClient?.ClientId ?? ''
  const before = (await client.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient
  await client.updateUserPoolClient({ UserPoolId, ClientId })
  const after = (await client.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient
  expect(after).toMatchObject({ ClientName, RefreshTokenValidity: 30, ClientSecret: before?.ClientSecret })
  expect(after).not.toHaveProperty('CallbackURLs')
})

test('fields newer than the model are kept; names need not be unique; a deleted client is gone', async () => {
  const made = await post(simulator, 'CreateUserPoolClient', { UserPoolId, ClientName, NewField: ['x'] })
  const { ClientId } = made.body.UserPoolClient as { ClientId: string }
  const read = await post(simulator, 'DescribeUserPoolClient', { UserPoolId, ClientId })
  expect(read.body.UserPoolClient).toMatchObject({ NewField: ['x'] })
  await client.deleteUserPoolClient({ UserPoolId, ClientId })
  expect(await errorOf(client.describeUserPoolClient({ UserPoolId, ClientId }))).toBe(
    'ResourceNotFoundException',
  )
})

test('resource servers reset their scopes when an update leaves them out', async () => {
  const named = { UserPoolId, Identifier: 'https://api.example.com', Name: 'API' }
  await client.createResourceServer({ ...named, Scopes: [{ ScopeName: 'a', ScopeDescription: 'b' }] })
  expect(await errorOf(client.createResourceServer(named))).toBe('InvalidParameterException')
  const { ResourceServer } = await client.updateResourceServer({ ...named, Name: 'renamed' })
  expect(ResourceServer).toMatchObject({ Name: 'renamed', Scopes: [] })
  expect(await errorOf(client.listResourceServers({ UserPoolId, MaxResults: 51 }))).toBe(
    'InvalidParameterException',
  )
  await client.deleteResourceServer(named)
  expect(await errorOf(client.describeResourceServer(named))).toBe('ResourceNotFoundException')
})

test('identity providers show what the service derives, and hide a private key', async () => {
  const google = { client_id: 'a', client_secret: 'b', authorize_scopes: 'openid' }
  const named = { UserPoolId, ProviderName: 'Google', ProviderType: 'Google' } as const
  const missing = client.createIdentityProvider({ ...named, ProviderDetails: { client_id: 'a' } })
  expect(await errorOf(missing)).toBe('InvalidParameterException')
  await client.createIdentityProvider({
    ...named,
    ProviderDetails: google,
    AttributeMapping: { email: 'email' },
  })
  expect(await errorOf(client.createIdentityProvider({ ...named, ProviderDetails: google }))).toBe(
    'DuplicateProviderException',
  )
  const shown = (await client.describeIdentityProvider(named)).IdentityProvider
  expect(shown?.ProviderDetails).toMatchObject({
    ...google,
    attributes_url_add_attributes: 'true',
    token_request_method: 'POST',
  })
  await client.updateIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    AttributeMapping: { name: 'name' },
  })
  expect(simulator.inspect.pool(UserPoolId).identityProviders[0]).toMatchObject({
    ProviderDetails: google,
    AttributeMapping: { name: 'name' },
  })
  const apple = {
    client_id: 'a',
    team_id: 't',
    key_id: 'k',
    private_key: 'secret',
    authorize_scopes: 'email',
  }
  const { IdentityProvider } = await client.createIdentityProvider({
    UserPoolId,
    ProviderName: 'SignInWithApple',
    ProviderType: 'SignInWithApple',
    ProviderDetails: apple,
  })
  expect(IdentityProvider?.ProviderDetails).not.toHaveProperty('private_key')
  const mapped = client.updateIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    AttributeMapping: { 'custom:none': 'x' },
  })
  expect(await errorOf(mapped)).toBe('InvalidParameterException')
  await client.deleteIdentityProvider(named)
  expect(await errorOf(client.describeIdentityProvider(named))).toBe('ResourceNotFoundException')
})
