import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/model/canonical.js'
import { type KindLab, openKindLab } from '../support/kind-lab.js'

const SETTINGS = { categories: { global: { colorSchemeMode: 'DARK' } }, Scopes: ['b', 'a'] }
const image = (Category: string, bytes: number | string): JsonObject => ({
  Category,
  ColorMode: 'LIGHT',
  Extension: 'PNG',
  Bytes: (typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.alloc(bytes, 7)).toString('base64'),
})

let lab: KindLab

beforeEach(async () => {
  lab = await openKindLab()
})

afterEach(() => lab.close())

function make(client: string, style: JsonObject, UserPoolId = lab.pool): string {
  const ClientId = lab.clientId(client, UserPoolId)
  const made = lab.call('CreateManagedLoginBranding', { UserPoolId, ClientId, ...style })
  return (made['ManagedLoginBranding'] as JsonObject)['ManagedLoginBrandingId'] as string
}

const update = (ManagedLoginBrandingId: string, style: JsonObject): unknown =>
  lab.call('UpdateManagedLoginBranding', { ManagedLoginBrandingId, ...style })
const styles = (poolId = lab.pool): readonly unknown[] => lab.simulator.inspect.pool(poolId).brandings

describe('managed login’s branding', () => {
  it('comes back in a new pool, settings, images and the choice of the service’s own values', async () => {
    make('web', { Settings: SETTINGS, Assets: [image('FORM_LOGO', 'a logo')] })
    make('mobile', { UseCognitoProvidedValues: true })
    const snapshot = await lab.take()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(styles(result.poolId)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          clientId: lab.clientId('web', result.poolId),
          Settings: SETTINGS,
          Assets: [image('FORM_LOGO', 'a logo')],
        }),
        expect.objectContaining({
          clientId: lab.clientId('mobile', result.poolId),
          UseCognitoProvidedValues: true,
        }),
      ]),
    )
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
  })

  it('larger than a request is written by several', async () => {
    const images = ['FORM_LOGO', 'PAGE_BACKGROUND', 'PAGE_HEADER_LOGO'].map((category) =>
      image(category, 900_000),
    )
    const id = make('web', { Settings: SETTINGS, Assets: images.slice(0, 1) })
    for (const one of images.slice(1)) update(id, { Assets: [one] })
    const snapshot = await lab.take()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(result.done['UpdateManagedLoginBranding']).toBe(2)
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
  })

  it('is put back in place, and made again for a client that lost it', async () => {
    const id = make('web', { Settings: SETTINGS, Assets: [image('FORM_LOGO', 'a logo')] })
    const other = make('mobile', { Settings: SETTINGS })
    const snapshot = await lab.take()
    update(id, { Settings: {}, Assets: [image('FORM_LOGO', 'of thieves')] })
    lab.call('DeleteManagedLoginBranding', { ManagedLoginBrandingId: other })
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    expect(result.done).toEqual({ UpdateManagedLoginBranding: 1, CreateManagedLoginBranding: 1 })
    expect(await lab.differences(snapshot, lab.pool)).toEqual([])
  })

  it('keeps an image that came since, and the report says so', async () => {
    const id = make('web', { Settings: SETTINGS, Assets: [image('FORM_LOGO', 'a logo')] })
    const snapshot = await lab.take()
    update(id, { Assets: [image('PAGE_BACKGROUND', 'more')] })
    const result = await lab.inPlace(snapshot)
    expect(await lab.notesOn(result, 'branding')).toEqual({ [lab.clientId('web')]: ['setting-kept'] })
  })

  it('that somebody changes while the plan waits is not overwritten', async () => {
    const id = make('web', { Settings: SETTINGS })
    const snapshot = await lab.take()
    update(id, { Settings: {} })
    const result = await lab.inPlace(snapshot, {}, () => void update(id, { Settings: { honest: true } }))
    expect(result.failed).toMatchObject([{ operation: 'UpdateManagedLoginBranding', outcome: 'drifted' }])
    expect(styles()).toMatchObject([{ Settings: { honest: true } }])
  })

  it('of an existing pool is left, and added where a client of the same name has none', async () => {
    for (const name of ['web', 'mobile']) make(name, { Settings: SETTINGS })
    const snapshot = await lab.take()
    const target = lab.simulator.seed.pool({ PoolName: 'other' })
    for (const ClientName of ['web', 'mobile'])
      lab.call('CreateUserPoolClient', { UserPoolId: target, ClientName })
    make('web', { Settings: {} }, target)
    const result = await lab.intoPool(snapshot, target)
    expect(result.done['CreateManagedLoginBranding']).toBe(1)
    expect(await lab.notesOn(result, 'branding')).toMatchObject({ [lab.clientId('web')]: ['left-as-it-is'] })
  })

  it('that came since is deleted only when that is asked for', async () => {
    const snapshot = await lab.take()
    make('web', { Settings: SETTINGS })
    await lab.inPlace(snapshot, { deleteExtra: true })
    expect(styles()).toHaveLength(1)
    await lab.inPlace(snapshot, { deleteExtra: true, deleteNewer: true })
    expect(styles()).toEqual([])
  })
})
