import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlannedOperation } from '../../src/cognito/operation.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { placeholderOf } from '../../src/restore/addresses/placeholder.js'
import { type Lab, openLab } from '../support/lab.js'
import { perform, writes } from '../support/performing.js'

const DONE = { outcome: 'done' }
const GONE = { outcome: 'drifted', reason: 'it is not there any more' }
const DRIFTED = { outcome: 'drifted', reason: 'it was changed since the plan was made' }
const CONFLICT = { outcome: 'conflict', reason: 'somebody else has the username now' }

let lab: Lab
let pool: string
let sub: string

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})
afterAll(() => lab.close())

beforeEach(() => {
  lab.simulator.faults.clear()
  pool = lab.simulator.seed.pool({ PoolName: 'shop' })
  lab.simulator.seed.groups(pool, ['g'])
  const attributes = { email: 'now@x.example', email_verified: 'true', nickname: 'now' }
  sub = lab.simulator.seed.users(pool, [{ username: 'ann', attributes }])[0]!
  lab.simulator.ledger.clear()
})

const found = (): ReturnType<Lab['simulator']['inspect']['user']> => lab.simulator.inspect.user(pool, 'ann')

const call = (operation: string, input: JsonObject, expects?: JsonObject): PlannedOperation => ({
  operation,
  input: { UserPoolId: { $ref: 'pool' }, Username: 'ann', ...input },
  ...(expects === undefined ? {} : { expects }),
})
const set = (values: Record<string, string>, expects: JsonObject): PlannedOperation => {
  const UserAttributes = Object.entries(values).map(([Name, Value]) => ({ Name, Value }))
  return call('AdminUpdateUserAttributes', { UserAttributes }, expects)
}

describe('an address that is to be settled', () => {
  const settle = (): PlannedOperation =>
    set({ email: 'own@x.example', email_verified: 'false' }, { email: placeholderOf('email', sub), sub })
  const has = (attributes: Record<string, string>): void => {
    lab.simulator.seed.attributes(pool, 'ann', attributes)
  }

  it('is given where the placeholder is still there, verified as it was', async () => {
    has({ email: placeholderOf('email', sub), email_verified: 'true' })
    expect(await perform(lab, pool, settle())).toEqual(DONE)
    expect(found().attributes).toMatchObject({ email: 'own@x.example', email_verified: 'false' })
    expect(lab.simulator.ledger.messages.all()).toEqual([])
  })

  it('is left where there is any other', async () => {
    expect(await perform(lab, pool, settle())).toEqual({ outcome: 'already' })
    expect(writes(lab)).toEqual([])
  })

  it('is not left verified by a run that was cut off before it said that it is not', async () => {
    has({ email: 'own@x.example', email_verified: 'true' })
    expect(await perform(lab, pool, settle())).toEqual({ outcome: 'already' })
    expect(await perform(lab, pool, settle(), { inDoubt: true })).toEqual(DONE)
    expect(found().attributes).toMatchObject({ email: 'own@x.example', email_verified: 'false' })
  })
})

describe('an update of attributes', () => {
  it('is made where they are as the plan saw', async () => {
    expect(
      await perform(lab, pool, set({ nickname: 'then', name: 'A' }, { nickname: 'now', name: null })),
    ).toEqual(DONE)
    expect(found().attributes).toMatchObject({ nickname: 'then', name: 'A' })
  })

  it('is not sent where it is in effect, and counts as the run’s own after a stop', async () => {
    const inEffect = set({ nickname: 'now' }, { nickname: 'before' })
    expect(await perform(lab, pool, inEffect)).toEqual({ outcome: 'already' })
    expect(await perform(lab, pool, inEffect, { inDoubt: true })).toEqual(DONE)
    expect(writes(lab)).toEqual([])
  })

  it('goes on where part of it is in effect', async () => {
    const planned = set({ nickname: 'now', name: 'A' }, { nickname: 'before', name: null })
    expect(await perform(lab, pool, planned)).toEqual(DONE)
  })

  it.each([
    ['one is otherwise', { nickname: 'then' }, { nickname: 'before' }],
    ['one came', { nickname: 'then' }, { nickname: null }],
    ['one went', { nickname: 'then', name: 'A' }, { nickname: 'now', name: 'B' }],
  ])('is not made where %s', async (_, values, expects) => {
    expect(await perform(lab, pool, set(values, expects))).toEqual(DRIFTED)
    expect(found().attributes['nickname']).toBe('now')
    expect(writes(lab)).toEqual([])
  })

  it('goes by the flag of an address but after a stop, which may have come between the two calls', async () => {
    const planned = set(
      { email: 'then@x.example', email_verified: 'true' },
      { email: 'now@x.example', email_verified: 'true' },
    )
    lab.simulator.seed.attributes(pool, 'ann', { email_verified: 'false' })
    const other = set({ email_verified: 'true' }, { email_verified: null })
    expect(await perform(lab, pool, other)).toEqual(DRIFTED)
    expect(await perform(lab, pool, other, { inDoubt: true })).toEqual(DONE)
    lab.simulator.seed.attributes(pool, 'ann', { email: 'other@x.example' })
    expect(await perform(lab, pool, planned, { inDoubt: true })).toEqual(DRIFTED)
  })

  it('takes attributes away, if they are as the plan saw', async () => {
    const away = (expects: JsonObject): PlannedOperation =>
      call('AdminDeleteUserAttributes', { UserAttributeNames: ['nickname'] }, expects)
    expect(await perform(lab, pool, away({ nickname: 'before' }))).toEqual(DRIFTED)
    expect(await perform(lab, pool, away({ nickname: 'now' }))).toEqual(DONE)
    expect(found().attributes['nickname']).toBeUndefined()
    expect(await perform(lab, pool, away({ nickname: 'now' }))).toEqual({ outcome: 'already' })
  })

  it('that is refused is the user’s own failure', async () => {
    lab.simulator.faults.add({
      operation: 'AdminUpdateUserAttributes',
      kind: 'error',
      code: 'AliasExistsException',
    })
    expect(await perform(lab, pool, set({ nickname: 'then' }, { nickname: 'now' }))).toEqual({
      outcome: 'failed',
      reason: 'AdminUpdateUserAttributes: AliasExistsException',
    })
  })
})

describe('whether a user may sign in', () => {
  const disable = call('AdminDisableUser', {}, { Enabled: true })
  const enable = call('AdminEnableUser', {}, { Enabled: false })

  it('is changed where it is as the plan saw, and else it is in effect', async () => {
    expect(await perform(lab, pool, enable)).toEqual({ outcome: 'already' })
    expect(await perform(lab, pool, disable)).toEqual(DONE)
    expect(found().enabled).toBe(false)
    expect(await perform(lab, pool, disable)).toEqual({ outcome: 'already' })
    expect(await perform(lab, pool, enable)).toEqual(DONE)
    expect(found().enabled).toBe(true)
  })
})

describe.each([
  ['AdminAddUserToGroup', { GroupName: 'g' }, {}],
  ['AdminEnableUser', {}, { Enabled: false }],
  [
    'AdminUpdateUserAttributes',
    { UserAttributes: [{ Name: 'nickname', Value: 'then' }] },
    { nickname: 'now' },
  ],
])('%s', (operation, input, expects) => {
  const planned = (): PlannedOperation => call(operation, input, { ...expects, sub })

  beforeEach(() => {
    lab.simulator.seed.change(pool, 'ann', { enabled: false })
  })

  it('is for the user who is meant', async () => {
    expect(await perform(lab, pool, planned())).toEqual(DONE)
  })

  it('is not for whoever has the name now', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    lab.simulator.seed.users(pool, [{ username: 'ann', enabled: false, attributes: { nickname: 'now' } }])
    expect(await perform(lab, pool, planned())).toEqual(CONFLICT)
    expect(writes(lab)).toEqual([])
  })

  it('follows one look at who has the name and what they have: between two the name could change hands', async () => {
    await perform(lab, pool, planned())
    expect(lab.simulator.ledger.requests.count('ListUsers')).toBe(1)
  })

  it('is for nobody where the user is gone', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    expect(await perform(lab, pool, planned())).toEqual(GONE)
    expect(await perform(lab, pool, call(operation, input, { ...expects, name: null }))).toEqual(GONE)
  })
})

describe('what is done to a user whom the run has made', () => {
  const joining = call('AdminAddUserToGroup', { GroupName: 'g' })
  const password = call('AdminSetUserPassword', { Password: { $ref: 'random-password' }, Permanent: true })
  const ours = 'A-password-of-the-run-1'

  it('needs no look in the process that has made the user', async () => {
    expect(await perform(lab, pool, joining, { made: { newSub: sub } })).toEqual(DONE)
    expect(Object.keys(lab.simulator.ledger.requests.all())).toEqual(['AdminAddUserToGroup'])
  })

  it('is for nobody where the user is gone a moment after', async () => {
    lab.simulator.faults.before({ operation: 'AdminAddUserToGroup' }, () =>
      lab.simulator.seed.deleteUser(pool, 'ann'),
    )
    expect(await perform(lab, pool, joining)).toEqual(GONE)
    const renaming = set({ nickname: 'then' }, { nickname: 'now' })
    lab.simulator.seed.users(pool, [{ username: 'ann', attributes: { nickname: 'now' } }])
    lab.simulator.faults.before({ operation: 'AdminUpdateUserAttributes' }, () =>
      lab.simulator.seed.deleteUser(pool, 'ann'),
    )
    expect(await perform(lab, pool, renaming)).toEqual(GONE)
  })

  it('is for nobody else after a stop', async () => {
    expect(await perform(lab, pool, joining, { made: { newSub: 'other' }, inDoubt: true })).toEqual(CONFLICT)
    expect(await perform(lab, pool, joining, { made: { newSub: sub }, inDoubt: true })).toEqual(DONE)
  })

  it('is a password, after a stop only while the user waits for one', async () => {
    const again = { made: { newSub: sub }, inDoubt: true }
    expect(await perform(lab, pool, password, again)).toEqual(DONE)
    expect(writes(lab)).toEqual([])
    lab.simulator.seed.change(pool, 'ann', { status: 'FORCE_CHANGE_PASSWORD' })
    expect(await perform(lab, pool, password, again)).toEqual(DONE)
    expect(lab.simulator.inspect.passwordIs(pool, 'ann', ours)).toBe(true)
  })

  it('is a password whatever state the user is in, where nothing is in doubt', async () => {
    expect(await perform(lab, pool, password, { made: { newSub: sub } })).toEqual(DONE)
    expect(lab.simulator.inspect.passwordIs(pool, 'ann', ours)).toBe(true)
  })
})
