import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlannedOperation } from '../../src/cognito/operation.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { type Lab, openLab } from '../support/lab.js'
import { perform, writes } from '../support/performing.js'

const ROLE = 'arn:aws:iam::123456789012:role/a'
const DONE = { outcome: 'done' }
const DRIFTED = { outcome: 'drifted', reason: 'it was changed since the plan was made' }

let lab: Lab
let pool: string

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})
afterAll(() => lab.close())

beforeEach(() => {
  const { seed } = lab.simulator
  lab.simulator.faults.clear()
  pool = seed.pool({ PoolName: 'shop', UserPoolTags: { team: 'now', kept: 'yes' } })
  seed.call('CreateGroup', {
    UserPoolId: pool,
    GroupName: 'g',
    Description: 'now',
    Precedence: 5,
    RoleArn: ROLE,
  })
  lab.simulator.ledger.clear()
})

function change(patch: JsonObject, expects?: JsonObject): PlannedOperation {
  const input = { UserPoolId: { $ref: 'pool' }, GroupName: 'g' }
  return { operation: 'UpdateGroup', input, patch, ...(expects === undefined ? {} : { expects }) }
}
const group = (): JsonObject => lab.simulator.inspect.pool(pool).groups[0] as JsonObject
const then = { Description: 'then' }
const now = { Description: 'now' }

describe('a change of what lives', () => {
  it('writes the rest as it is at the time', async () => {
    expect(await perform(lab, pool, change(then, now))).toEqual(DONE)
    expect(group()).toMatchObject({ ...then, Precedence: 5, RoleArn: ROLE })
  })

  it('is not sent where it is in effect, and counts as the run’s own after a stop', async () => {
    const inEffect = change(now, { Description: 'whatever it was' })
    expect(await perform(lab, pool, inEffect)).toEqual({ outcome: 'already' })
    expect(await perform(lab, pool, inEffect, { inDoubt: true })).toEqual(DONE)
    expect(writes(lab)).toEqual([])
  })

  it('goes on where part of it is in effect', async () => {
    expect(await perform(lab, pool, change({ ...now, Precedence: 1 }, { ...then, Precedence: 5 }))).toEqual(
      DONE,
    )
    expect(group()).toMatchObject({ ...now, Precedence: 1 })
  })

  it.each([
    ['another value', change(then, { Description: 'before' })],
    ['a value where there was none', change(then, { Description: null })],
    ['another value of one member', change({ ...then, Precedence: 1 }, { ...now, Precedence: 4 })],
    ['a value of which the plan says nothing', change(then, {})],
  ])('is not made over %s', async (_, planned) => {
    expect(await perform(lab, pool, planned)).toEqual(DRIFTED)
    expect(group()).toMatchObject({ ...now, Precedence: 5 })
    expect(writes(lab)).toEqual([])
  })

  it('of which the plan expects nothing is made whatever there is', async () => {
    expect(await perform(lab, pool, change(then))).toEqual(DONE)
    expect(group()).toMatchObject(then)
  })

  it('of what is gone is none', async () => {
    lab.simulator.seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'g' })
    expect(await perform(lab, pool, change(then, now))).toEqual({
      outcome: 'drifted',
      reason: 'it is not there any more',
    })
  })

  it('that takes away what the service keeps says so, and only that', async () => {
    const away = { RoleArn: null, ...then }
    expect(await perform(lab, pool, change(away, { RoleArn: ROLE, ...now }))).toEqual({
      outcome: 'done',
      note: { code: 'setting-kept', detail: 'RoleArn' },
    })
    expect(group()).toMatchObject({ RoleArn: ROLE, ...then })
  })

  describe('whose update resets what it omits', () => {
    let ClientId: string
    const client = (patch: JsonObject, expects: JsonObject): PlannedOperation => ({
      operation: 'UpdateUserPoolClient',
      input: { UserPoolId: { $ref: 'pool' }, ClientId },
      patch,
      expects,
    })
    const settings = (): JsonObject => lab.simulator.inspect.pool(pool).clients[0] as JsonObject

    beforeEach(() => {
      const made = lab.simulator.seed.call('CreateUserPoolClient', {
        UserPoolId: pool,
        ClientName: 'web',
        ReadAttributes: ['email'],
        WriteAttributes: ['email'],
      }) as { UserPoolClient: { ClientId: string } }
      ClientId = made.UserPoolClient.ClientId
    })

    it('is sent with all that stays', async () => {
      const planned = client(
        { IdTokenValidity: 5 },
        { IdTokenValidity: settings()['IdTokenValidity'] ?? null },
      )
      expect(await perform(lab, pool, planned)).toEqual(DONE)
      expect(settings()).toMatchObject({
        IdTokenValidity: 5,
        ReadAttributes: ['email'],
        WriteAttributes: ['email'],
      })
    })

    it('is sent without what goes', async () => {
      let sent: object = {}
      lab.simulator.faults.before({ operation: 'UpdateUserPoolClient' }, ({ body }) => void (sent = body))
      expect(
        await perform(lab, pool, client({ ReadAttributes: null }, { ReadAttributes: ['email'] })),
      ).toEqual(DONE)
      expect(sent).not.toHaveProperty('ReadAttributes')
      expect(settings()['ReadAttributes']).toBeUndefined()
      expect(settings()).toMatchObject({ ClientName: 'web', WriteAttributes: ['email'] })
    })
  })
})

describe('a refusal', () => {
  const fail = (code: string): unknown =>
    lab.simulator.faults.add({ operation: 'UpdateGroup', kind: 'error', code })

  it('of one change is that change’s own', async () => {
    fail('InvalidParameterException')
    expect(await perform(lab, pool, change(then, now))).toEqual({
      outcome: 'failed',
      reason: 'UpdateGroup: InvalidParameterException',
    })
  })

  it.each(['AccessDeniedException', 'ExpiredTokenException'])(
    'that would strike every call ends the run: %s',
    async (code) => {
      fail(code)
      await expect(perform(lab, pool, change(then, now))).rejects.toMatchObject({ exception: code })
    },
  )
})

describe('tags', () => {
  const tag = (Tags: JsonObject, expects?: JsonObject): PlannedOperation => {
    const input = { ResourceArn: { $ref: 'poolArn' }, Tags }
    return { operation: 'TagResource', input, ...(expects === undefined ? {} : { expects }) }
  }
  const tags = (): unknown => lab.simulator.inspect.pool(pool).pool['UserPoolTags']

  it('are set where they are as the plan saw, and others stay', async () => {
    expect(await perform(lab, pool, tag({ team: 'then', more: 'x' }, { team: 'now', more: null }))).toEqual(
      DONE,
    )
    expect(tags()).toEqual({ team: 'then', kept: 'yes', more: 'x' })
  })

  it('that are set already are not set again', async () => {
    expect(await perform(lab, pool, tag({ team: 'now' }, { team: 'before' }))).toEqual({ outcome: 'already' })
    expect(await perform(lab, pool, tag({ team: 'now' }), { inDoubt: true })).toEqual(DONE)
    expect(writes(lab)).toEqual([])
  })

  it('go on where some are set', async () => {
    expect(await perform(lab, pool, tag({ team: 'now', more: 'x' }, { team: 'before', more: null }))).toEqual(
      DONE,
    )
    expect(tags()).toMatchObject({ more: 'x' })
  })

  it.each([
    ['another value', tag({ team: 'then' }, { team: 'before' })],
    ['a value where there was none', tag({ team: 'then' })],
  ])('are not set over %s', async (_, planned) => {
    expect(await perform(lab, pool, planned)).toEqual(DRIFTED)
    expect(tags()).toEqual({ team: 'now', kept: 'yes' })
  })
})
