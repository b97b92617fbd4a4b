import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/model/canonical.js'
import { PROTECTED } from '../support/small-pool.js'
import { type KindLab, openKindLab } from '../support/kind-lab.js'

const blocking = (address: string): JsonObject => ({
  CompromisedCredentialsRiskConfiguration: { EventFilter: ['SIGN_UP'], Actions: { EventAction: 'BLOCK' } },
  RiskExceptionConfiguration: { BlockedIPRangeList: ['10.0.0.0/8', address] },
})
const TAKEOVER = {
  AccountTakeoverRiskConfiguration: {
    NotifyConfiguration: { SourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/shop.example.com' },
    Actions: { HighAction: { Notify: true, EventAction: 'BLOCK' } },
  },
}

let lab: KindLab

beforeEach(async () => {
  lab = await openKindLab(PROTECTED)
})

afterEach(() => lab.close())

function set(settings: JsonObject, client?: string, UserPoolId = lab.pool): void {
  const ClientId = client === undefined ? {} : { ClientId: lab.clientId(client, UserPoolId) }
  lab.call('SetRiskConfiguration', { UserPoolId, ...ClientId, ...settings })
}

function shown(client?: string, UserPoolId = lab.pool): JsonObject {
  const ClientId = client === undefined ? {} : { ClientId: lab.clientId(client, UserPoolId) }
  return lab.call('DescribeRiskConfiguration', { UserPoolId, ...ClientId })['RiskConfiguration'] as JsonObject
}

describe('risk settings', () => {
  it('come back in a new pool, the pool’s and those that a client has of its own', async () => {
    set(blocking('192.0.2.0/24'))
    set(TAKEOVER, 'web')
    const snapshot = await lab.take()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(result.done['SetRiskConfiguration']).toBe(2)
    expect(shown(undefined, result.poolId)).toMatchObject(blocking('192.0.2.0/24'))
    expect(shown('web', result.poolId)).toMatchObject(TAKEOVER)
    expect(shown('mobile', result.poolId)).not.toHaveProperty('RiskExceptionConfiguration')
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
  })

  it('are put back in place: changed, removed, and given to a client that had none', async () => {
    set(blocking('192.0.2.0/24'))
    set(TAKEOVER, 'web')
    const snapshot = await lab.take()
    set(blocking('198.51.100.0/24'))
    set({}, 'web')
    set(TAKEOVER, 'mobile')
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    expect(await lab.differences(snapshot, lab.pool)).toEqual([])
    expect(shown('web')).toMatchObject(TAKEOVER)
    expect(shown('mobile')).not.toHaveProperty('AccountTakeoverRiskConfiguration')
  })

  it('come back with the threat protection that was turned off', async () => {
    set(blocking('192.0.2.0/24'))
    const snapshot = await lab.take()
    set({})
    lab.call('UpdateUserPool', { ...PROTECTED, UserPoolAddOns: { AdvancedSecurityMode: 'OFF' } })
    const result = await lab.inPlace(snapshot)
    expect(result.failed).toEqual([])
    expect(shown()).toMatchObject(blocking('192.0.2.0/24'))
  })

  it('that somebody changes while the plan waits are not overwritten', async () => {
    set(blocking('192.0.2.0/24'))
    const snapshot = await lab.take()
    set(blocking('198.51.100.0/24'))
    const result = await lab.inPlace(snapshot, {}, () => set(blocking('203.0.113.0/24')))
    expect(result.failed).toMatchObject([{ operation: 'SetRiskConfiguration', outcome: 'drifted' }])
    expect(shown()).toMatchObject(blocking('203.0.113.0/24'))
  })

  it('of an existing pool are left; one without threat protection is not asked, and the report says so', async () => {
    set(blocking('192.0.2.0/24'))
    const snapshot = await lab.take()
    const own = lab.simulator.seed.pool({ PoolName: 'own', ...PROTECTED })
    set(TAKEOVER, undefined, own)
    const left = await lab.intoPool(snapshot, own)
    expect(left.failed).toEqual([])
    expect(shown(undefined, own)).toMatchObject(TAKEOVER)
    expect(await lab.notesOn(left, 'risk')).toMatchObject({ ALL: ['left-as-it-is'] })
    const bare = lab.simulator.seed.pool({ PoolName: 'bare' })
    const lost = await lab.intoPool(snapshot, bare)
    expect(lost.failed).toEqual([])
    expect(await lab.notesOn(lost, 'risk')).toMatchObject({ ALL: ['not-available'] })
  })

  it('of a pool without threat protection cost one call, and do not apply', async () => {
    const bare = lab.simulator.seed.pool({ PoolName: 'bare' })
    lab.simulator.ledger.clear()
    await lab.take(bare)
    expect(lab.simulator.ledger.requests.count('DescribeRiskConfiguration')).toBe(1)
  })
})
