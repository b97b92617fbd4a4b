import { afterEach, expect, it } from 'vitest'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { yes } from '../support/run-to-end.js'
import { importable, type ImportLab, jobsOf, openImportLab, peopleOf, small } from './import-lab.js'

let lab: ImportLab
afterEach(() => lab.close())

const PRE_SIGN_UP = 'arn:aws:lambda:eu-west-1:123456789012:function:check'
const names = ['ann', 'bob', 'cid', 'dan', 'eve']

async function openWithDeleted(deleted: readonly string[]): Promise<void> {
  lab = await openImportLab(({ simulator: { seed } }, pool) => {
    seed.users(
      pool,
      names.map((name) => ({ ...importable(name), groups: ['staff'] })),
    )
    seed.call('UpdateUserPool', {
      UserPoolId: pool,
      AutoVerifiedAttributes: ['email'],
      LambdaConfig: { PreSignUp: PRE_SIGN_UP },
    })
  })
  for (const Username of deleted)
    lab.simulator.seed.call('AdminDeleteUser', { UserPoolId: lab.pool, Username })
  lab.simulator.ledger.clear()
}

async function repaired(): Promise<RestoreResult> {
  const request: RestoreRequest = { ...lab.request, target: { mode: 'in-place' } }
  return (await restore(small(lab), request, yes))!
}

it('the deleted of a live pool are imported, which runs none of its triggers', async () => {
  await openWithDeleted(['ann', 'bob', 'cid', 'dan'])
  const survivor = lab.simulator.inspect.user(lab.pool, 'eve')
  const result = await repaired()
  expect(result).toMatchObject({ imported: 4, failed: [], done: { AdminAddUserToGroup: 4 } })
  expect(jobsOf(lab, lab.pool).map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded'])
  expect(lab.simulator.ledger.triggers.all()).toEqual([])
  expect(lab.simulator.ledger.messages.all()).toEqual([])
  expect(lab.simulator.ledger.mau.count(lab.pool)).toBe(result.mau)
  expect(lab.simulator.inspect.user(lab.pool, 'eve')).toEqual(survivor)
  const people = peopleOf(lab, lab.pool)
  for (const name of names.slice(0, 4)) {
    expect(people[name]).toMatchObject({ status: 'RESET_REQUIRED', groups: ['staff'] })
  }
})

it('whoever signed up again since the plan was made is left alone, and put into no group', async () => {
  await openWithDeleted(['ann', 'bob'])
  lab.simulator.faults.before({ operation: 'ListUserImportJobs', nth: 1 }, () => {
    lab.simulator.seed.users(lab.pool, [{ username: 'ann', attributes: { email: 'new@example.com' } }])
  })
  const result = await repaired()
  expect(result.imported).toBe(1)
  expect(result.failed.map(({ operation, outcome }) => [operation, outcome])).toEqual([
    ['AdminCreateUser', 'conflict'],
    ['AdminSetUserPassword', 'not-tried'],
    ['AdminAddUserToGroup', 'not-tried'],
  ])
  expect(peopleOf(lab, lab.pool)['ann']).toMatchObject({
    groups: [],
    attributes: { email: 'new@example.com' },
  })
})

it('nobody is put into a group who has taken an imported user’s name before that', async () => {
  await openWithDeleted(['ann'])
  const { simulator, pool } = lab
  let isImported = false
  simulator.faults.after({ operation: 'DescribeUserImportJob' }, () => {
    isImported = true
  })
  // The group's role is looked at when the journal has whom the import made.
  simulator.faults.before({ operation: 'ListGroups' }, () => {
    if (!isImported) return
    isImported = false
    simulator.seed.call('AdminDeleteUser', { UserPoolId: pool, Username: 'ann' })
    simulator.seed.users(pool, [{ username: 'ann', attributes: { email: 'new@example.com' } }])
  })
  const result = await repaired()
  expect(result).toMatchObject({
    imported: 1,
    failed: [{ operation: 'AdminAddUserToGroup', outcome: 'conflict' }],
  })
  expect(peopleOf(lab, pool)['ann']).toMatchObject({ groups: [] })
})

it('a stranger who signs up under an imported user’s name before the listing is no user of the job', async () => {
  await openWithDeleted(['ann', 'bob', 'cid'])
  const { simulator, pool } = lab
  let isTaken = false
  simulator.faults.after({ operation: 'DescribeUserImportJob' }, () => {
    if (isTaken || !simulator.inspect.pool(pool).users.some(({ username }) => username === 'ann')) return
    isTaken = true
    simulator.seed.deleteUser(pool, 'ann')
    simulator.seed.users(pool, [importable('ann', { email: 'stranger@example.com' })])
  })
  const result = await repaired()
  expect(isTaken).toBe(true)
  expect(result).toMatchObject({ imported: 2, done: { AdminAddUserToGroup: 2 } })
  expect(result.failed.map(({ operation, outcome }) => [operation, outcome])).toContainEqual([
    'AdminCreateUser',
    'conflict',
  ])
  expect(peopleOf(lab, pool)['ann']).toMatchObject({
    status: 'CONFIRMED',
    groups: [],
    attributes: { email: 'stranger@example.com' },
  })
})
