import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { type KindLab, openKindLab } from '../support/kind-lab.js'

const CSS = '.banner-customizable { background: #123456; }'
const IMAGE = Buffer.from('an image').toString('base64')

let lab: KindLab

beforeEach(async () => {
  lab = await openKindLab()
  lab.call('CreateUserPoolDomain', { Domain: 'shop-login' })
})

afterEach(() => lab.close())

function set(style: JsonObject, ClientId = 'ALL', UserPoolId = lab.pool): void {
  lab.call('SetUICustomization', { UserPoolId, ClientId, ...style })
}

const freeDomain = (): unknown => lab.call('DeleteUserPoolDomain', { Domain: 'shop-login' })
const styles = (poolId = lab.pool): unknown[] =>
  lab.simulator.inspect.pool(poolId).settings.filter(({ kind }) => JSON.stringify(kind).startsWith('"ui'))

describe('the classic UI', () => {
  it('comes back in a new pool with its image, and only a client with a style of its own has one', async () => {
    set({ CSS, ImageFile: IMAGE })
    set({ CSS: '' }, lab.clientId('web'))
    const snapshot = await lab.take()
    expect(Object.keys(await lab.recorded(snapshot, 'ui')).sort()).toEqual(
      ['ALL', lab.clientId('web')].sort(),
    )
    freeDomain()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    const web = lab.clientId('web', result.poolId)
    expect(styles(result.poolId)).toHaveLength(2)
    expect(styles(result.poolId)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ClientId: 'ALL', CSS, ImageFile: IMAGE }),
        expect.objectContaining({ ClientId: web, CSS: '' }),
      ]),
    )
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
  })

  it('is lost, and said to be, in a pool that will have no domain', async () => {
    set({ CSS })
    const result = await lab.intoNewPool(await lab.take())
    expect(result.failed).toEqual([])
    expect(await lab.notesOn(result, 'ui')).toEqual({ ALL: ['style-needs-domain'] })
  })

  it('is put back in place, image and all', async () => {
    set({ CSS, ImageFile: IMAGE })
    const snapshot = await lab.take()
    set({ ImageFile: Buffer.from('another').toString('base64') })
    const result = await lab.inPlace(snapshot)
    expect(result.done).toEqual({ SetUICustomization: 1 })
    expect(styles()).toMatchObject([{ CSS, ImageFile: IMAGE }])
  })

  it('keeps its image when only the style is put back', async () => {
    set({ CSS, ImageFile: IMAGE })
    const snapshot = await lab.take()
    set({ ImageFile: IMAGE })
    expect((await lab.inPlace(snapshot)).failed).toEqual([])
    expect(styles()).toMatchObject([{ CSS, ImageFile: IMAGE }])
  })

  it('that somebody changes while the plan waits is not overwritten', async () => {
    set({ CSS })
    const snapshot = await lab.take()
    set({ CSS: '' })
    const honest = { CSS: '.logo-customizable { height: 1px; }' }
    const result = await lab.inPlace(snapshot, {}, () => set(honest))
    expect(result.failed).toMatchObject([{ operation: 'SetUICustomization', outcome: 'drifted' }])
    expect(styles()).toMatchObject([honest])
  })

  it('that a client has since stays, and is named', async () => {
    const snapshot = await lab.take()
    set({ CSS }, lab.clientId('web'))
    const result = await lab.inPlace(snapshot)
    expect(await lab.notesOn(result, 'ui')).toEqual({ [lab.clientId('web')]: ['extra-stays'] })
  })

  it('of an existing pool is left', async () => {
    set({ CSS })
    const snapshot = await lab.take()
    const target = lab.simulator.seed.pool({ PoolName: 'other' })
    lab.call('CreateUserPoolDomain', { UserPoolId: target, Domain: 'other-login' })
    set({ CSS: '' }, 'ALL', target)
    const result = await lab.intoPool(snapshot, target)
    expect(await lab.notesOn(result, 'ui')).toEqual({ ALL: ['left-as-it-is'] })
    expect(styles(target)).toMatchObject([{ CSS: '' }])
  })

  it('whose image cannot be had is a gap, and the others are stored', async () => {
    set({ CSS, ImageFile: IMAGE })
    set({ CSS: '' }, lab.clientId('web'))
    const fetchImage = lab.context.fetchImage
    const blind = lab.again({ fetchImage: (url) => fetchImage(`${url}/gone`) })
    const { snapshots } = await backup(blind, [lab.pool])
    const [snapshot] = snapshots
    expect(snapshot).toMatchObject({
      complete: false,
      missing: [
        { resource: 'uiCustomizations', operation: 'GET ImageUrl', reason: 'ImageUnavailable: HTTP 404' },
      ],
    })
    expect(Object.keys(await lab.recorded(snapshot!.id, 'ui'))).toEqual([lab.clientId('web')])
  })
})
