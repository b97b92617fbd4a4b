import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KindLab, openKindLab } from '../support/kind-lab.js'

const TRACKED = { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 3 } }
const BRIEF = { SSOSession: { MaxValidityMinutes: 5 } }
const LONG = { SSOSession: { MaxValidityMinutes: 900 } }

let lab: KindLab

beforeEach(async () => {
  lab = await openKindLab()
})

afterEach(() => lab.close())

function track(settings = TRACKED): void {
  lab.call('SetUserPoolSessionConfiguration', settings)
}

function setClient(client: string, settings = BRIEF, UserPoolId = lab.pool): void {
  const ClientId = lab.clientId(client, UserPoolId)
  lab.call('SetUserPoolClientSessionConfiguration', { UserPoolId, ClientId, ...settings })
}

const ofPool = (UserPoolId = lab.pool): unknown => lab.call('GetUserPoolSessionConfiguration', { UserPoolId })
const ofClient = (client: string, UserPoolId = lab.pool): unknown =>
  lab.call('GetUserPoolClientSessionConfiguration', {
    UserPoolId,
    ClientId: lab.clientId(client, UserPoolId),
  })

describe('session settings', () => {
  it('come back in a new pool, those of each client too', async () => {
    track()
    setClient('web')
    const snapshot = await lab.take()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(ofPool(result.poolId)).toMatchObject(TRACKED)
    expect(ofClient('web', result.poolId)).toMatchObject(BRIEF)
    expect(result.done['SetUserPoolClientSessionConfiguration']).toBe(1)
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
  })

  it('are not written where a pool was never configured', async () => {
    const result = await lab.intoNewPool(await lab.take())
    expect(result.done['SetUserPoolSessionConfiguration']).toBeUndefined()
    expect(result.done['SetUserPoolClientSessionConfiguration']).toBeUndefined()
    expect(result.failed).toEqual([])
  })

  it('are put back in place, the pool’s before those that depend on them', async () => {
    track()
    setClient('web')
    const snapshot = await lab.take()
    setClient('web', LONG)
    lab.call('SetUserPoolSessionConfiguration', {
      UserSessionTracking: 'DISABLED',
      TokenSession: { MaxPerUser: 20 },
    })
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    expect(ofPool()).toMatchObject(TRACKED)
    expect(ofClient('web')).toMatchObject(BRIEF)
  })

  it('that somebody changes while the plan waits are not overwritten', async () => {
    track()
    const snapshot = await lab.take()
    track({ ...TRACKED, TokenSession: { MaxPerUser: 50 } })
    setClient('mobile', LONG)
    const result = await lab.inPlace(snapshot, {}, () => {
      track({ ...TRACKED, TokenSession: { MaxPerUser: 7 } })
      setClient('mobile', { SSOSession: { MaxValidityMinutes: 1 } })
    })
    expect(result.failed).toMatchObject([
      { operation: 'SetUserPoolSessionConfiguration', outcome: 'drifted' },
      { operation: 'SetUserPoolClientSessionConfiguration', outcome: 'drifted' },
    ])
    expect(ofPool()).toMatchObject({ TokenSession: { MaxPerUser: 7 } })
  })

  it('of an existing pool are left, and those of a client that it lacks come with the client', async () => {
    track()
    setClient('web')
    setClient('mobile', LONG)
    const snapshot = await lab.take()
    const target = lab.simulator.seed.pool({ PoolName: 'other' })
    const own = { ...TRACKED, TokenSession: { MaxPerUser: 9 } }
    lab.call('SetUserPoolSessionConfiguration', { UserPoolId: target, ...own })
    lab.call('CreateUserPoolClient', { UserPoolId: target, ClientName: 'web' })
    const result = await lab.intoPool(snapshot, target)
    expect(result.failed).toEqual([])
    expect(ofPool(target)).toMatchObject(own)
    expect(ofClient('web', target)).toMatchObject({ SSOSession: { MaxValidityMinutes: 60 } })
    expect(ofClient('mobile', target)).toMatchObject(LONG)
    expect(await lab.notesOn(result, 'session')).toEqual({ '': ['left-as-it-is'] })
  })

  it('of a client are lost, and said to be, where the pool does not track sessions', async () => {
    track()
    setClient('web')
    track({ ...TRACKED, UserSessionTracking: 'DISABLED' })
    const result = await lab.intoNewPool(await lab.take())
    expect(result.failed).toEqual([])
    expect(await lab.notesOn(result, 'client-session')).toMatchObject({
      [lab.clientId('web')]: ['sessions-not-tracked'],
    })
  })

  it('cost one call where the tier lacks them, and are recorded as not applicable', async () => {
    for (const operation of ['GetUserPoolSessionConfiguration', 'GetUserPoolClientSessionConfiguration'])
      lab.simulator.faults.add({ operation, kind: 'error', code: 'FeatureUnavailableInTierException' })
    await lab.take()
    expect(lab.simulator.ledger.requests.all()).toMatchObject({
      GetUserPoolSessionConfiguration: 1,
      GetUserPoolClientSessionConfiguration: 1,
    })
  })

  it('that the target’s tier lacks are not asked for in an existing pool', async () => {
    track()
    const snapshot = await lab.take()
    const target = lab.simulator.seed.pool({ PoolName: 'other', UserPoolTier: 'LITE' })
    lab.simulator.faults.add({
      operation: 'GetUserPoolSessionConfiguration',
      kind: 'error',
      code: 'FeatureUnavailableInTierException',
    })
    const result = await lab.intoPool(snapshot, target)
    expect(result.failed).toEqual([])
    expect(await lab.notesOn(result, 'session')).toEqual({ '': ['not-available'] })
  })
})

describe('what belongs to a client', () => {
  beforeEach(() => {
    track()
    setClient('web')
  })

  it('goes to the client that a repair made again, and is found there by the next one', async () => {
    const snapshot = await lab.take()
    lab.call('DeleteUserPoolClient', { ClientId: lab.clientId('web') })
    expect((await lab.inPlace(snapshot)).failed).toEqual([])
    expect(ofClient('web')).toMatchObject(BRIEF)
    setClient('web', LONG)
    const again = await lab.inPlace(snapshot)
    expect(again.plan).toEqual({ SetUserPoolClientSessionConfiguration: 1 })
    expect(ofClient('web')).toMatchObject(BRIEF)
  })

  it('is not asked for when the client could not be made, and the report says why', async () => {
    const snapshot = await lab.take()
    lab.simulator.faults.add({
      operation: 'CreateUserPoolClient',
      kind: 'error',
      code: 'InvalidParameterException',
      matching: ({ ClientName }) => String(ClientName).endsWith(lab.clientId('web')),
    })
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toMatchObject([
      { operation: 'CreateUserPoolClient', outcome: 'failed' },
      { operation: 'UpdateUserPoolClient', outcome: 'not-tried' },
      {
        operation: 'SetUserPoolClientSessionConfiguration',
        outcome: 'not-tried',
        reason: 'the client that it belongs to was not made',
      },
    ])
    expect(await lab.notesOn(result, 'client-session')).toMatchObject({
      [lab.clientId('web')]: ['client-not-made'],
    })
  })

  it('is lost, and said to be, when the clients could not be read', async () => {
    lab.simulator.faults.add({
      operation: 'DescribeUserPoolClient',
      kind: 'error',
      code: 'AccessDeniedException',
    })
    const snapshot = await lab.take()
    lab.simulator.faults.clear()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(await lab.notesOn(result, 'client-session')).toMatchObject({
      [lab.clientId('web')]: ['client-not-made'],
    })
  })
})
