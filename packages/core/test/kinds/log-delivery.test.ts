import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/model/canonical.js'
import { type KindLab, openKindLab } from '../support/kind-lab.js'

const errorsTo = (group: string): JsonObject => ({
  LogLevel: 'ERROR',
  EventSource: 'userNotification',
  CloudWatchLogsConfiguration: { LogGroupArn: `arn:aws:logs:eu-west-1:123456789012:log-group:${group}` },
})
const EVENTS = {
  LogLevel: 'INFO',
  EventSource: 'userAuthEvents',
  S3Configuration: { BucketArn: 'arn:aws:s3:::shop-events' },
}

let lab: KindLab

beforeEach(async () => {
  lab = await openKindLab({ UserPoolTier: 'PLUS' })
})

afterEach(() => lab.close())

const set = (...LogConfigurations: JsonObject[]): unknown =>
  lab.call('SetLogDeliveryConfiguration', { LogConfigurations })
const shown = (UserPoolId = lab.pool): unknown =>
  (lab.call('GetLogDeliveryConfiguration', { UserPoolId })['LogDeliveryConfiguration'] as JsonObject)[
    'LogConfigurations'
  ]

describe('log delivery', () => {
  it('comes back in a new pool', async () => {
    set(errorsTo('shop'), EVENTS)
    const snapshot = await lab.take()
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(shown(result.poolId)).toEqual(expect.arrayContaining([errorsTo('shop'), EVENTS]))
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
  })

  it('is not written where there is none', async () => {
    const result = await lab.intoNewPool(await lab.take())
    expect(result.done['SetLogDeliveryConfiguration']).toBeUndefined()
  })

  it('is put back in place, and taken away where there was none', async () => {
    const none = await lab.take()
    set(errorsTo('shop'))
    const snapshot = await lab.take()
    set(errorsTo('thieves'), EVENTS)
    expect((await lab.inPlace(snapshot)).failed).toEqual([])
    expect(shown()).toEqual([errorsTo('shop')])
    expect((await lab.inPlace(none)).failed).toEqual([])
    expect(shown()).toEqual([])
  })

  it('that somebody changes while the plan waits is not overwritten', async () => {
    set(errorsTo('shop'))
    const snapshot = await lab.take()
    set(errorsTo('thieves'))
    const result = await lab.inPlace(snapshot, {}, () => void set(errorsTo('honest')))
    expect(result.failed).toMatchObject([{ operation: 'SetLogDeliveryConfiguration', outcome: 'drifted' }])
    expect(shown()).toEqual([errorsTo('honest')])
  })

  it('of an existing pool is left', async () => {
    set(errorsTo('shop'))
    const snapshot = await lab.take()
    const target = lab.simulator.seed.pool({ PoolName: 'other' })
    const result = await lab.intoPool(snapshot, target)
    expect(shown(target)).toEqual([])
    expect(await lab.notesOn(result, 'log-delivery')).toEqual({ '': ['left-as-it-is'] })
  })
})
