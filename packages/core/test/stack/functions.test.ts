import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type * as guard from '../../src/actions/guard.js'
import { type FunctionLab, openFunctionLab } from './function-lab.js'

/** A defect that shows itself with one pool, when its snapshot is compared with the one before. */
const defect = vi.hoisted(() => ({ of: '' }))
vi.mock('../../src/actions/guard.js', async (original) => {
  const own = await original<typeof guard>()
  return {
    ...own,
    readPool: (...given: Parameters<typeof own.readPool>) => {
      if (given[1] === defect.of) throw new TypeError('ann@example.com is not iterable')
      return own.readPool(...given)
    },
  }
})

let lab: FunctionLab
let shop: string
let staff: string

beforeEach(async () => {
  defect.of = ''
  lab = await openFunctionLab()
  const { seed } = lab.simulator
  shop = seed.pool({ PoolName: 'shop' })
  staff = seed.pool({ PoolName: 'staff' })
  seed.groups(staff, ['crew'])
  seed.users(shop, 3)
  seed.users(staff, [{ username: 'ann', groups: ['crew'] }])
  lab.set({ USER_POOL_IDS: `${shop},${staff}` })
})

afterEach(() => lab.close())

/** What a metric was written as, pool by pool. */
function measured(name: string, lines = lab.lines()): unknown[] {
  return lines.filter((line) => Object.hasOwn(line, name)).map((line) => line[name])
}

it('backs up all pools though nobody can be told, and says in the answer, the log and a metric that nobody was', async () => {
  lab.services.refuse = true
  const ended = await lab.run('BackupMachine')
  expect(ended).toMatchObject({
    status: 'SUCCEEDED',
    output: { ok: true, untold: 2, done: [{ poolId: shop }, { poolId: staff }] },
  })
  const lines = lab.lines()
  expect(measured('BackupCompleted', lines)).toEqual([1, 1])
  expect(measured('NotificationFailed', lines)).toEqual([1, 1])
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'ERROR', code: 'message.not-sent', error: 'ACCESS_DENIED' }),
  )
})

it('backs up the pools after one that kills the function whenever it is read, and fails at the end', async () => {
  lab.killWhen(({ step, state }) => step === 'slice' && state?.['at'] === 0 && state['run'] !== undefined)
  const ended = await lab.run('BackupMachine')
  expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'NotComplete' } })
  expect(lab.told()).toEqual([`backup of ${shop} failed`, `backup of ${staff} done, 1 user`])
  const lines = lab.lines()
  expect(measured('BackupCompleted', lines)).toEqual([0, 1])
  expect(lines).toContainEqual(expect.objectContaining({ code: 'backup.given-up', isStored: false }))
  // The pool is free again, and clearing up was not passed by.
  lab.killWhen(() => false)
  expect(await lab.run('BackupMachine')).toMatchObject({
    status: 'SUCCEEDED',
    output: { clearedUp: { ok: true } },
  })
})

it('does the same when it is the last pool, and when it cannot even be begun', async () => {
  lab.killWhen(({ step, state }) => step === 'slice' && state?.['at'] === 1)
  const ended = await lab.run('BackupMachine')
  expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'NotComplete' } })
  expect(lab.told()).toEqual([`backup of ${shop} done, 3 users`, `backup of ${staff} failed`])
})

it('says that a snapshot was stored when its function died after that', async () => {
  const at = { execution: 'arn:aws:states:eu-west-1:1:execution:b:x', input: {} }
  let state = await lab.call('backup', { step: 'prepare', ...at, state: {} })
  while (state['next'] === 'slice') state = await lab.call('backup', { step: 'slice', ...at, state })
  const stored = await lab.call('backup', { step: 'finish', ...at, state })
  expect(lab.told()).toEqual([`backup of ${shop} done, 3 users`])
  const error = { Error: 'Sandbox.Timedout', Cause: '{}' }
  const on = await lab.call('backup', { step: 'fail', ...at, state, error })
  expect(on).toMatchObject({
    next: 'slice',
    at: 1,
    ok: false,
    done: [{ poolId: shop, error: 'Sandbox.Timedout' }],
  })
  expect((on['done'] as object[])[0]).toMatchObject((stored['done'] as object[])[0]!)
  expect(lab.told()).toEqual([`backup of ${shop} was stored, then something failed`])
})

it('takes what should not happen in one pool for that pool’s failure, and repeats no word of it', async () => {
  defect.of = shop
  const ended = await lab.run('BackupMachine')
  expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'NotComplete' } })
  const lines = lab.lines()
  expect(JSON.stringify([lines, lab.services.messages])).not.toContain('ann@example.com')
  expect(lines).toContainEqual(expect.objectContaining({ code: 'pool.failed', error: 'INTERNAL' }))
  expect(lab.told()).toEqual([
    `backup of ${shop} was stored, then something failed`,
    `backup of ${staff} done, 1 user`,
  ])
})

it('counts what was refused for its rate', async () => {
  lab.set({ USER_POOL_IDS: shop })
  lab.simulator.faults.add({
    operation: 'ListUsers',
    kind: 'error',
    code: 'TooManyRequestsException',
    times: 2,
  })
  expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
  const throttled = measured('Throttled')
  expect(throttled).not.toEqual([])
  expect(throttled.every((n) => Number(n) > 0)).toBe(true)
})

it('counts as failed what is stored and incomplete', async () => {
  lab.set({ USER_POOL_IDS: shop })
  lab.simulator.faults.add({
    operation: 'DescribeRiskConfiguration',
    kind: 'error',
    code: 'AccessDeniedException',
  })
  expect(await lab.run('BackupMachine')).toMatchObject({ status: 'FAILED', error: { name: 'NotComplete' } })
  const lines = lab.lines()
  expect([measured('BackupCompleted', lines), measured('BackupFailed', lines)]).toEqual([[0], [1]])
  expect(lab.told()).toEqual([`backup of ${shop} is incomplete`])
})
