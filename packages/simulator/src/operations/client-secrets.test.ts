import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { createManualClock } from '../clock.js'
import { startSimulator, type Simulator } from '../simulator.js'

const clock = createManualClock()
let simulator: Simulator
let client: CognitoIdentityProvider
let named: { UserPoolId: string; ClientId: string }

const createClient = async (ClientSecret?: string): Promise<{ UserPoolId: string; ClientId: string }> => {
  const UserPoolId = simulator.seed.pool()
  const made = await client.createUserPoolClient({ UserPoolId, ClientName: 'app', ClientSecret })
  return { UserPoolId, ClientId: made.UserPoolClient?.ClientId ?? '' }
}

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false, clock })
  client = connect(simulator)
})
beforeEach(async () => {
  named = await createClient('a'.repeat(24))
})
afterAll(() => simulator.close())

test('a client has at most two secrets, listed without their values', async () => {
  await client.addUserPoolClientSecret({ ...named, ClientSecret: 'b'.repeat(24) })
  expect(await errorOf(client.addUserPoolClientSecret(named))).toBe('LimitExceededException')
  const { ClientSecrets = [] } = await client.listUserPoolClientSecrets(named)
  expect(ClientSecrets).toHaveLength(2)
  expect(new Set(ClientSecrets.map((secret) => secret.ClientSecretId)).size).toBe(2)
  for (const secret of ClientSecrets) {
    expect(secret.ClientSecretId).toMatch(new RegExp(`^${named.ClientId}--[0-9]+$`))
    expect(secret).not.toHaveProperty('ClientSecretValue')
  }
  expect(simulator.inspect.pool(named.UserPoolId).clients).toMatchObject([
    { secrets: ['a'.repeat(24), 'b'.repeat(24)] },
  ])
})

test('a value is told once, and only if the service made it', async () => {
  const given = await client.addUserPoolClientSecret({ ...named, ClientSecret: 'b'.repeat(24) })
  expect(given.ClientSecretDescriptor).not.toHaveProperty('ClientSecretValue')
  const { ClientSecretId } = given.ClientSecretDescriptor ?? {}
  await client.deleteUserPoolClientSecret({ ...named, ClientSecretId })
  const made = await client.addUserPoolClientSecret(named)
  expect(made.ClientSecretDescriptor?.ClientSecretValue).toMatch(/^[a-z0-9]{51}$/)
})

test('the only secret stays; of two, the older one is described', async () => {
  await client.addUserPoolClientSecret({ ...named, ClientSecret: 'b'.repeat(24) })
  const { ClientSecrets = [] } = await client.listUserPoolClientSecrets(named)
  const remove = (index: number): Promise<unknown> =>
    client.deleteUserPoolClientSecret({ ...named, ClientSecretId: ClientSecrets[index]?.ClientSecretId })
  expect((await client.describeUserPoolClient(named)).UserPoolClient?.ClientSecret).toBe('a'.repeat(24))
  await remove(0)
  expect(await errorOf(remove(0))).toBe('ResourceNotFoundException')
  expect((await client.describeUserPoolClient(named)).UserPoolClient?.ClientSecret).toBe('b'.repeat(24))
  expect(await errorOf(remove(1))).toBe('InvalidParameterException')
})

test('a public client gets no secret', async () => {
  const call = client.addUserPoolClientSecret(await createClient())
  expect(await errorOf(call)).toBe('InvalidParameterException')
})
