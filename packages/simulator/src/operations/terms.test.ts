import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf, post } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
let ClientId: string
const Links = { 'cognito:default': 'https://example.com/terms', 'cognito:dutch': 'https://example.com/nl' }
const body = { TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE', Links } as const

const createClient = async (): Promise<string> => {
  const made = await client.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  return made.UserPoolClient?.ClientId ?? ''
}

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
})
beforeEach(async () => {
  UserPoolId = simulator.seed.pool()
  ClientId = await createClient()
})
afterAll(() => simulator.close())

test('a document is made, found by id and by client, changed in part and deleted', async () => {
  const { Terms } = await client.createTerms({ UserPoolId, ClientId, ...body })
  expect(Terms).toMatchObject({ UserPoolId, ClientId, ...body })
  const TermsId = Terms?.TermsId
  const named = { UserPoolId, ClientId, TermsName: 'terms-of-use' }
  expect((await client.describeTerms({ UserPoolId, TermsId })).Terms).toEqual(Terms)
  expect((await client.describeTermsByClient(named)).Terms).toEqual(Terms)
  const updated = await client.updateTerms({
    UserPoolId,
    TermsId,
    Links: { 'cognito:default': 'https://example.com/new' },
  })
  expect(updated.Terms).toMatchObject({
    TermsName: 'terms-of-use',
    Links: { 'cognito:default': 'https://example.com/new' },
  })
  expect(updated.Terms?.Links).not.toHaveProperty('cognito:dutch')
  await client.deleteTerms({ UserPoolId, TermsId })
  expect(await errorOf(client.describeTermsByClient(named))).toBe('ResourceNotFoundException')
})

test('a client has one document of a name, also after renaming', async () => {
  await client.createTerms({ UserPoolId, ClientId, ...body })
  expect(await errorOf(client.createTerms({ UserPoolId, ClientId, ...body }))).toBe('TermsExistsException')
  const TermsName = 'privacy-policy'
  const { Terms } = await client.createTerms({ UserPoolId, ClientId, ...body, TermsName })
  const rename = client.updateTerms({ UserPoolId, TermsId: Terms?.TermsId, TermsName: 'terms-of-use' })
  expect(await errorOf(rename)).toBe('TermsExistsException')
  await client.createTerms({ UserPoolId, ClientId: await createClient(), ...body })
})

test('all of a pool are listed, without client and links', async () => {
  const ids = new Set<string | undefined>()
  for (let index = 0; index < 25; index++) {
    const { Terms } = await client.createTerms({ UserPoolId, ClientId: await createClient(), ...body })
    ids.add(Terms?.TermsId)
  }
  const listed = new Set<string | undefined>()
  let NextToken: string | undefined
  do {
    const page = await client.listTerms({ UserPoolId, MaxResults: 10, NextToken })
    for (const terms of page.Terms ?? []) {
      listed.add(terms.TermsId)
      expect(terms).not.toHaveProperty('Links')
      expect(terms).not.toHaveProperty('ClientId')
    }
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(listed).toEqual(ids)
})

test('a document goes with its client; fields of later versions are kept until then', async () => {
  await post(simulator, 'CreateTerms', { UserPoolId, ClientId, ...body, Later: 1 })
  expect(simulator.inspect.pool(UserPoolId).terms).toMatchObject([{ clientId: ClientId, ...body, Later: 1 }])
  await client.deleteUserPoolClient({ UserPoolId, ClientId })
  expect(simulator.inspect.pool(UserPoolId).terms).toEqual([])
})
