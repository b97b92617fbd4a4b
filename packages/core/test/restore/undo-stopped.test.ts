import { afterEach, beforeEach, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { resume } from '../../src/actions/restore.js'
import { undo } from '../../src/actions/undo.js'
import { DEATHS, type Death, dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { approvedRun, diesWhileRestoring, yes } from '../support/run-to-end.js'
import { comparable, seedSmallPool } from '../support/small-pool.js'
import { some } from '../support/sweep.js'

let lab: Lab
let pool: string
let snapshot: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
  const { seed } = lab.simulator
  seed.deleteUser(pool, 'ann')
  seed.attributes(pool, 'zoë', { 'custom:plan': 'none' })
  seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'admins' })
  seed.call('DeleteResourceServer', { UserPoolId: pool, Identifier: 'orders' })
})

afterEach(() => lab.close())

const OPERATIONS = [
  'CreateResourceServer',
  'CreateGroup',
  'AdminUpdateUserAttributes',
  'AdminCreateUser',
  'AdminSetUserPassword',
]
/** In an order in which every third has each operation. */
const CASES = DEATHS.flatMap((death) => OPERATIONS.map((operation): [string, Death] => [operation, death]))

const SWEPT = some(CASES)

it.each(SWEPT)('a run that was cut off at %s, %s, is taken back', async (operation, death) => {
  const before = comparable(lab.simulator, pool)
  const process = dyingAtOperation(operation, death)
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
  expect(await diesWhileRestoring(mortal, { snapshot, target: { mode: 'in-place' } })).toBe(true)
  lab.passTime(120_000)
  const runId = (await approvedRun(lab.store))!
  const result = await undo(lab.again({}), runId, {}, yes)
  expect(result!.failed).toEqual([])
  expect(comparable(lab.simulator, pool)).toEqual(before)
  // What was taken back is not gone on with.
  lab.passTime(120_000)
  await expect(resume(lab.again({}), runId)).rejects.toMatchObject({ code: 'PLAN_OUTDATED' })
  expect(lab.simulator.ledger.messages.all()).toEqual([])
})
