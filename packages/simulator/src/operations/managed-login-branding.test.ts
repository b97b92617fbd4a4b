import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, errorOf, post } from '../../test/sdk-client.js'
import { startSimulator, type Simulator } from '../simulator.js'

let simulator: Simulator
let client: CognitoIdentityProvider
let named: { UserPoolId: string; ClientId: string }
const Settings = { components: { form: { borderRadius: 0 }, unset: null }, later: [1, { two: false }] }
const logo = {
  Category: 'FORM_LOGO',
  ColorMode: 'DARK',
  Extension: 'PNG',
  Bytes: Uint8Array.of(137, 80, 78, 71, 0, 255),
} as const

beforeAll(async () => {
  simulator = await startSimulator({ quotas: false })
  client = connect(simulator)
})
beforeEach(async () => {
  const UserPoolId = simulator.seed.pool()
  const made = await client.createUserPoolClient({ UserPoolId, ClientName: 'app' })
  named = { UserPoolId, ClientId: made.UserPoolClient?.ClientId ?? '' }
})
afterAll(() => simulator.close())

test('a style is made, found by its client, changed and deleted', async () => {
  const { UserPoolId } = named
  expect(await errorOf(client.describeManagedLoginBrandingByClient(named))).toBe('ResourceNotFoundException')
  const made = await client.createManagedLoginBranding({ ...named, Settings, Assets: [logo] })
  const { ManagedLoginBrandingId } = made.ManagedLoginBranding ?? {}
  const style = { UserPoolId, ManagedLoginBrandingId }
  expect(await errorOf(client.createManagedLoginBranding(named))).toBe('ManagedLoginBrandingExistsException')
  const { ManagedLoginBranding: found } = await client.describeManagedLoginBrandingByClient(named)
  expect(found).toMatchObject({ ...style, Settings, Assets: [logo], UseCognitoProvidedValues: false })
  expect((await client.describeManagedLoginBranding(style)).ManagedLoginBranding).toEqual(found)
  const { ManagedLoginBranding: changed } = await client.updateManagedLoginBranding({
    ...style,
    Settings: { other: true },
  })
  expect(changed?.Settings).toEqual({ other: true })
  expect(changed?.Assets).toEqual([logo])
  await client.deleteManagedLoginBranding(style)
  expect(await errorOf(client.describeManagedLoginBranding(style))).toBe('ResourceNotFoundException')
})

test('the provided values exclude settings and images, and appear only where they are asked for', async () => {
  const UseCognitoProvidedValues = true
  const both = client.createManagedLoginBranding({ ...named, UseCognitoProvidedValues, Settings })
  expect(await errorOf(both)).toBe('InvalidParameterException')
  await client.createManagedLoginBranding({ ...named, UseCognitoProvidedValues })
  const { ManagedLoginBranding: own } = await client.describeManagedLoginBrandingByClient(named)
  expect(own).toMatchObject({ UseCognitoProvidedValues })
  expect(own).not.toHaveProperty('Settings')
  const merged = await client.describeManagedLoginBrandingByClient({ ...named, ReturnMergedResources: true })
  expect(merged.ManagedLoginBranding?.Settings).toHaveProperty('categories')
  expect(merged.ManagedLoginBranding?.Assets).toHaveLength(1)
})

test('an update adds images to those that are there, and takes the place of those for the same purpose', async () => {
  const made = await client.createManagedLoginBranding({ ...named, Settings, Assets: [logo] })
  const { ManagedLoginBrandingId } = made.ManagedLoginBranding ?? {}
  const style = { UserPoolId: named.UserPoolId, ManagedLoginBrandingId }
  const other = { ...logo, Category: 'PAGE_FOOTER_LOGO' as const }
  const newer = { ...logo, Bytes: new Uint8Array([9]) }
  const { ManagedLoginBranding: changed } = await client.updateManagedLoginBranding({
    ...style,
    Assets: [other, newer],
  })
  expect(changed).toMatchObject({ Settings, Assets: [newer, other] })
})

test('merging keeps what the style says', async () => {
  await client.createManagedLoginBranding({ ...named, Settings, Assets: [logo] })
  const merged = await client.describeManagedLoginBrandingByClient({ ...named, ReturnMergedResources: true })
  expect(merged.ManagedLoginBranding).toMatchObject({ Settings, Assets: [logo, {}] })
  expect(merged.ManagedLoginBranding?.Settings).toHaveProperty('categories')
})

test('an image is at most a million bytes, a request 2 MB', async () => {
  const Bytes = new Uint8Array(1_000_000)
  const asset = { ...logo, Bytes: new Uint8Array(1_000_001) }
  const large = client.createManagedLoginBranding({ ...named, Assets: [asset] })
  expect(await errorOf(large)).toBe('InvalidParameterException')
  const Assets = [
    { ...logo, Bytes },
    { ...logo, ColorMode: 'LIGHT' as const, Bytes },
  ]
  expect(await errorOf(client.createManagedLoginBranding({ ...named, Assets }))).toBe(
    'InvalidParameterException',
  )
  await client.createManagedLoginBranding({ ...named, Assets: [{ ...logo, Bytes }] })
})

test('a style goes with its client; fields of later versions are kept until then', async () => {
  await post(simulator, 'CreateManagedLoginBranding', { ...named, Later: { x: 1 } })
  expect(simulator.inspect.pool(named.UserPoolId).brandings).toMatchObject([
    { clientId: named.ClientId, Later: { x: 1 } },
  ])
  await client.deleteUserPoolClient(named)
  expect(simulator.inspect.pool(named.UserPoolId).brandings).toEqual([])
})
