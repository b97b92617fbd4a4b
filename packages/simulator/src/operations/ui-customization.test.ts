import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf } from '../../test/sdk-client.js'
import { createManualClock } from '../clock.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
let ClientId: string
const clock = createManualClock(Date.UTC(2026, 0, 2, 3, 4, 5))
const CSS = '.label-customizable { color: #fff; }\n.submitButton-customizable:hover { width: 1.5em }'
const ImageFile = Uint8Array.from({ length: 1000 }, (_, index) => index % 256)

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false, clock })
  client = connect(simulator)
})
beforeEach(async () => {
  UserPoolId = simulator.seed.pool()
  const made = await client.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  ClientId = made.UserPoolClient?.ClientId ?? ''
  const Domain = `ui-${UserPoolId.slice(-9).toLowerCase()}`
  await client.createUserPoolDomain({ UserPoolId, Domain })
})
afterEach(() => {
  simulator.faults.clear()
})
afterAll(() => simulator.close())

const imageUrl = async (clientId?: string): Promise<string> => {
  const answer = await client.getUICustomization({ UserPoolId, ClientId: clientId })
  return answer.UICustomization?.ImageUrl ?? ''
}

test('a style needs a domain', async () => {
  const bare = simulator.seed.pool()
  expect(await errorOf(client.setUICustomization({ UserPoolId: bare, CSS }))).toBe(
    'InvalidParameterException',
  )
})

test("a client without a style shows the pool's; a pool without one shows nothing", async () => {
  expect((await client.getUICustomization({ UserPoolId })).UICustomization).toEqual({})
  const { UICustomization: set } = await client.setUICustomization({ UserPoolId, ClientId: 'ALL', CSS })
  expect(set).toMatchObject({ UserPoolId, ClientId: 'ALL', CSS, CSSVersion: '20260102030405' })
  expect((await client.getUICustomization({ UserPoolId, ClientId })).UICustomization).toEqual(set)
  await client.setUICustomization({ UserPoolId, ClientId, CSS: '' })
  const { UICustomization: own } = await client.getUICustomization({ UserPoolId, ClientId })
  expect(own).toMatchObject({ ClientId, CSS: '' })
  expect((await client.getUICustomization({ UserPoolId })).UICustomization).toEqual(set)
})

test('the image goes in as bytes and comes out at a URL', async () => {
  await client.setUICustomization({ UserPoolId, ImageFile })
  await client.setUICustomization({ UserPoolId, ClientId, ImageFile: ImageFile.slice(1) })
  const pool = await fetch(await imageUrl())
  expect(new Uint8Array(await pool.arrayBuffer())).toEqual(ImageFile)
  const own = await fetch(await imageUrl(ClientId))
  expect(new Uint8Array(await own.arrayBuffer())).toEqual(ImageFile.slice(1))
  expect(simulator.ledger.requests.count('GET image')).toBe(2)
  expect(simulator.inspect.pool(UserPoolId).settings[0]).toMatchObject({
    kind: 'ui',
    ImageFile: Buffer.from(ImageFile).toString('base64'),
  })
})

test('setting replaces: an image left out is gone, with its URL', async () => {
  await client.setUICustomization({ UserPoolId, ImageFile })
  const before = await imageUrl()
  await client.setUICustomization({ UserPoolId, ImageFile })
  expect(await imageUrl()).not.toBe(before)
  expect((await fetch(before)).status).toBe(404)
  await client.setUICustomization({ UserPoolId, CSS })
  expect(await imageUrl()).toBe('')
})

test("a client's image goes with the client", async () => {
  await client.setUICustomization({ UserPoolId, ClientId, ImageFile })
  const url = await imageUrl(ClientId)
  await client.deleteUserPoolClient({ UserPoolId, ClientId })
  expect((await fetch(url)).status).toBe(404)
})

test('an image can be made to fail like any call', async () => {
  await client.setUICustomization({ UserPoolId, ImageFile })
  simulator.faults.add({ operation: 'GET image', kind: 'error', code: 'ServiceUnavailable', status: 503 })
  expect((await fetch(await imageUrl())).status).toBe(503)
})

test.each([
  '@import url(x);',
  '.label-customizable { background: url(javascript:x) }',
  '.other { color: red }',
])('refuses the CSS %s', async (css) => {
  expect(await errorOf(client.setUICustomization({ UserPoolId, CSS: css }))).toBe('InvalidParameterException')
})

test('an image is at most 128 KiB', async () => {
  await client.setUICustomization({ UserPoolId, ImageFile: new Uint8Array(131_072) })
  const call = client.setUICustomization({ UserPoolId, ImageFile: new Uint8Array(131_073) })
  expect(await errorOf(call)).toBe('InvalidParameterException')
})
