import { afterEach, beforeEach, expect, it } from 'vitest'
import { drill } from '../../core/src/actions/drill.js'
import { backUp } from '../../core/test/support/backed-up.js'
import { type Lab, openLab } from '../../core/test/support/lab.js'
import { seedSmallPool } from '../../core/test/support/small-pool.js'
import { type Permission, ROLES } from '../src/permissions.js'

let lab: Lab

beforeEach(async () => {
  lab = await openLab()
})

afterEach(() => lab.close())

const COGNITO = ['cognito-idp', 'cognito-identity']
const operationsOf = (which: (row: Permission) => boolean): Set<string> =>
  new Set(
    ROLES.drill
      .filter((row) => COGNITO.includes(row.service) && which(row))
      .flatMap(({ operations }) => operations),
  )

it('what a drill asks of Cognito, its role may: of the pool that is backed up nothing, of its own what the tag allows', async () => {
  const pool = seedSmallPool(lab.simulator)
  lab.simulator.seed.users(pool, 20)
  await backUp(lab.context, pool)
  lab.simulator.ledger.clear()
  const ofThePool = new Set<string>()
  lab.simulator.faults.before({}, ({ operation, body }) => {
    if (body['UserPoolId'] === pool) ofThePool.add(operation.replace(/^.*:/, ''))
  })
  expect(await drill(lab.context, `latest:${pool}`, { sample: 50 })).toMatchObject({ ok: true })
  const asked = Object.keys(lab.simulator.ledger.requests.all()).map((name) => name.replace(/^.*:/, ''))
  expect(asked).toEqual(expect.arrayContaining(['CreateUserPool', 'AdminCreateUser', 'DeleteUserPool']))
  const any = operationsOf(() => true)
  expect(asked.filter((name) => !any.has(name))).toEqual([])
  // The pool itself has no scratch pool's tag.
  const others = operationsOf(({ scope }) => scope === 'any-pool' || scope === 'everything')
  expect([...ofThePool].filter((name) => !others.has(name))).toEqual([])
})
