import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PlannedOperation } from '../../src/cognito/operation.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { type Lab, openLab } from '../support/lab.js'
import { perform, writes } from '../support/performing.js'

const DONE = { outcome: 'done' }
const DRIFTED = { outcome: 'drifted', reason: 'it was changed since the plan was made' }
const MODIFIED = '2026-01-02T00:00:00.000Z'

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
  lab.simulator.seed.call('CreateGroup', { UserPoolId: pool, GroupName: 'g', Precedence: 1 })
  sub = lab.simulator.seed.users(pool, [{ username: 'ann', modifiedDate: new Date(MODIFIED) }])[0]!
  lab.simulator.ledger.clear()
})

const deleteUser = (expects: JsonObject = {}): PlannedOperation => ({
  operation: 'AdminDeleteUser',
  input: { UserPoolId: { $ref: 'pool' }, Username: 'ann' },
  expects: { sub, UserLastModifiedDate: MODIFIED, ...expects },
})
const deleteGroup = (expects: JsonObject = { Precedence: 1 }): PlannedOperation => ({
  operation: 'DeleteGroup',
  input: { UserPoolId: { $ref: 'pool' }, GroupName: 'g' },
  expects: { GroupName: 'g', ...expects },
})
const users = (): number => lab.simulator.inspect.pool(pool).users.length

describe('a deletion', () => {
  it('is made of what is as the plan saw it', async () => {
    expect(await perform(lab, pool, deleteUser())).toEqual(DONE)
    expect(users()).toBe(0)
    expect(await perform(lab, pool, deleteGroup())).toEqual(DONE)
    expect(lab.simulator.inspect.pool(pool).groups).toEqual([])
  })

  it.each([
    [
      'a user who was changed since',
      (): PlannedOperation => deleteUser({ UserLastModifiedDate: '2026-01-01T00:00:00.000Z' }),
    ],
    ['somebody else of the same name', (): PlannedOperation => deleteUser({ sub: 'other' })],
    ['a resource that is otherwise now', (): PlannedOperation => deleteGroup({ Precedence: 2 })],
    ['a resource that has more now', (): PlannedOperation => deleteGroup({})],
  ])('is not made of %s', async (_, planned) => {
    expect(await perform(lab, pool, planned())).toEqual(DRIFTED)
    expect(writes(lab)).toEqual([])
  })

  it('of what is gone is nobody’s, or after a stop the run’s own', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    expect(await perform(lab, pool, deleteUser())).toEqual({ outcome: 'already' })
    expect(await perform(lab, pool, deleteUser(), { inDoubt: true })).toEqual(DONE)
  })

  it('of what goes between the look and the call is done', async () => {
    lab.simulator.faults.before({ operation: 'AdminDeleteUser' }, () =>
      lab.simulator.seed.deleteUser(pool, 'ann'),
    )
    expect(await perform(lab, pool, deleteUser())).toEqual(DONE)
  })

  it('that is refused is its own failure', async () => {
    lab.simulator.faults.add({ operation: 'DeleteGroup', kind: 'error', code: 'InvalidParameterException' })
    expect(await perform(lab, pool, deleteGroup())).toEqual({
      outcome: 'failed',
      reason: 'DeleteGroup: InvalidParameterException',
    })
  })
})

describe('a deletion whose answer is lost', () => {
  it.each(['drop-before', 'drop-after'] as const)('is settled by looking: %s', async (kind) => {
    lab.simulator.faults.add({ operation: 'AdminDeleteUser', kind, nth: 1 })
    expect(await perform(lab, pool, deleteUser())).toEqual(DONE)
    expect(users()).toBe(0)
  })

  it('is not repeated on whoever has the name by then', async () => {
    lab.simulator.faults.add({ operation: 'AdminDeleteUser', kind: 'drop-after', nth: 1 })
    lab.simulator.faults.after({ operation: 'AdminDeleteUser', nth: 1 }, () => {
      lab.simulator.seed.users(pool, [{ username: 'ann' }])
    })
    expect(await perform(lab, pool, deleteUser())).toEqual(DRIFTED)
    expect(users()).toBe(1)
  })

  it('is a failure when it is lost again and again while others are answered', async () => {
    let calls = 0
    const matching = (): boolean => ++calls > 0
    lab.simulator.faults.add({ operation: 'AdminDeleteUser', kind: 'drop-before', matching })
    expect(await perform(lab, pool, deleteUser())).toEqual({
      outcome: 'failed',
      reason: expect.stringContaining('AdminDeleteUser: ') as string,
      unanswered: true,
    })
    expect(calls).toBe(6)
  })
})
