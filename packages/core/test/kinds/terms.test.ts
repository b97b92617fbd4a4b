import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/model/canonical.js'
import { type KindLab, openKindLab } from '../support/kind-lab.js'

const KIND = { TermsSource: 'LINK', Enforcement: 'NONE' }
const links = (page: string): JsonObject => ({ 'cognito:default': `https://shop.example.com/${page}` })

let lab: KindLab

beforeEach(async () => {
  lab = await openKindLab()
})

afterEach(() => lab.close())

function make(client: string, TermsName: string, more: JsonObject, UserPoolId = lab.pool): string {
  const ClientId = lab.clientId(client, UserPoolId)
  const made = lab.call('CreateTerms', { UserPoolId, ClientId, TermsName, ...KIND, ...more })
  return (made['Terms'] as JsonObject)['TermsId'] as string
}

const terms = (poolId = lab.pool): readonly unknown[] => lab.simulator.inspect.pool(poolId).terms

describe('terms', () => {
  it('come back in a new pool, each with its client', async () => {
    make('web', 'terms-of-use', { Links: links('terms') })
    make('web', 'privacy-policy', { Links: links('privacy') })
    make('mobile', 'privacy-policy', {})
    const snapshot = await lab.take()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(terms(result.poolId)).toHaveLength(3)
    expect(terms(result.poolId)).toContainEqual(
      expect.objectContaining({
        clientId: lab.clientId('web', result.poolId),
        TermsName: 'terms-of-use',
        Links: links('terms'),
      }),
    )
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
  })

  it('are put back in place: changed, deleted, and with the client that was made again', async () => {
    const changed = make('web', 'terms-of-use', { Links: links('terms') })
    make('web', 'privacy-policy', { Links: links('privacy') })
    make('mobile', 'privacy-policy', { Links: links('privacy') })
    const snapshot = await lab.take()
    lab.call('UpdateTerms', { TermsId: changed, Links: links('thieves') })
    lab.call('DeleteUserPoolClient', { ClientId: lab.clientId('mobile') })
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    expect(terms()).toHaveLength(3)
    expect(terms()).toContainEqual(expect.objectContaining({ clientId: lab.clientId('mobile') }))
    expect((await lab.inPlace(snapshot)).plan).toEqual({})
  })

  it('that somebody changes while the plan waits are not overwritten', async () => {
    const TermsId = make('web', 'terms-of-use', { Links: links('terms') })
    const snapshot = await lab.take()
    lab.call('UpdateTerms', { TermsId, Links: links('thieves') })
    const result = await lab.inPlace(
      snapshot,
      {},
      () => void lab.call('UpdateTerms', { TermsId, Links: links('honest') }),
    )
    expect(result.failed).toMatchObject([{ operation: 'UpdateTerms', outcome: 'drifted' }])
    expect(terms()).toMatchObject([{ Links: links('honest') }])
  })

  it('of an existing pool are left', async () => {
    make('web', 'terms-of-use', { Links: links('terms') })
    const snapshot = await lab.take()
    const target = lab.simulator.seed.pool({ PoolName: 'other' })
    lab.call('CreateUserPoolClient', { UserPoolId: target, ClientName: 'web' })
    make('web', 'terms-of-use', { Links: links('own') }, target)
    const result = await lab.intoPool(snapshot, target)
    expect(terms(target)).toMatchObject([{ Links: links('own') }])
    expect(await lab.notesOn(result, 'terms')).toEqual({
      [`${lab.clientId('web')}/terms-of-use`]: ['left-as-it-is'],
    })
  })
})
