import { randomUUID } from 'node:crypto'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startSimulator } from 'cognito-vault-simulator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type * as guard from '../../src/actions/guard.js'
import type * as quotas from '../../src/limiter/quotas.js'
import { takeLease } from '../../src/actions/with-lease.js'
import { type FunctionLab, openFunctionLab } from './function-lab.js'
import { allOf } from './run-machine.js'

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

/** An account whose quotas are no matter, so that no test waits for its turn. */
vi.mock('../../src/limiter/quotas.js', async (original) => {
  const own = await original<typeof quotas>()
  const most = Object.entries(own.DEFAULT_QUOTAS).map(([category, quota]) => [
    category,
    { ...quota, requestsPerSecond: 1_000_000 },
  ])
  return { ...own, DEFAULT_QUOTAS: Object.fromEntries(most) as typeof own.DEFAULT_QUOTAS }
})

const AT = { execution: 'arn:aws:states:eu-west-1:1:execution:b:x' }

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
  let state = await lab.call('backup', { step: 'prepare', ...AT, input: {}, state: {} })
  while (state['next'] === 'slice')
    state = await lab.call('backup', { step: 'slice', ...AT, input: {}, state })
  const stored = await lab.call('backup', { step: 'finish', ...AT, input: {}, state })
  expect(lab.told()).toEqual([`backup of ${shop} done, 3 users`])
  const error = { Error: 'Sandbox.Timedout', Cause: '{}' }
  const on = await lab.call('backup', { step: 'fail', ...AT, input: {}, state, error })
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

it('applies the retention of the stack after a backup', async () => {
  lab.set({ USER_POOL_IDS: shop })
  expect(await lab.run('BackupMachine')).toMatchObject({ output: { clearedUp: { ok: true, forgotten: 0 } } })
  lab.set({ RETENTION: 'keep-last=1' })
  expect(await lab.run('BackupMachine')).toMatchObject({ output: { clearedUp: { ok: true, forgotten: 1 } } })
  expect(await readdir(join(lab.folder, 'pools', shop, 'snapshots'))).toHaveLength(1)
})

it('says of a pool that never had a snapshot how old the vault is, so that its alarm is not silent', async () => {
  lab.set({ MAX_SNAPSHOT_AGE_HOURS: '0' })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const { ages } = await lab.call('care', { step: 'check' })
  const found = measured('LatestSnapshotAge')
  expect(found).toHaveLength(2)
  expect(found.every((age) => Number(age) > 0)).toBe(true)
  expect((ages as { ageSeconds: number }[]).map(({ ageSeconds }) => ageSeconds)).toEqual(found)
  expect(lab.told()).toEqual([`no backup of ${shop} yet`, `no backup of ${staff} yet`])
})

it('has nothing to drill before the first backup, which is no failure', async () => {
  expect(await lab.run('DrillMachine')).toMatchObject({ status: 'SUCCEEDED', output: { ok: true } })
  expect(lab.told()).toEqual([shop, staff].map((pool) => `no drill of ${pool} yet, there is no backup`))
  expect(measured('DrillFailed')).toEqual([])
  await rm(lab.folder, { recursive: true })
  expect(await lab.run('DrillMachine')).toMatchObject({ status: 'SUCCEEDED', output: { ok: true } })
})

describe('a restore', () => {
  beforeEach(async () => {
    lab.set({ USER_POOL_IDS: staff })
    expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
    lab.told()
  })

  it('of which something failed is not counted as whole', async () => {
    lab.simulator.seed.call('DeleteGroup', { UserPoolId: staff, GroupName: 'crew' })
    lab.simulator.faults.add({
      operation: 'AdminAddUserToGroup',
      kind: 'error',
      code: 'InvalidParameterException',
    })
    const ended = await lab.run('RestoreMachine', { to: { inPlace: true } })
    expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'NotComplete' } })
    const lines = lab.lines()
    expect([measured('RestoreSucceeded', lines), measured('RestoreFailed', lines)]).toEqual([[0], [1]])
    expect(lab.told()).toEqual([`restore into ${staff} ended, 1 operation failed`])
  })

  it('waits for the lock that its own killed call has left', async () => {
    const held = await takeLease(lab.context, `backup/${staff}`, 'restore', {
      newId: randomUUID,
      waitAtMostMs: 0,
    })
    const input = { to: { inPlace: true } }
    const state = await lab.call('restore', { step: 'prepare', ...AT, input })
    const running = lab.call('restore', { step: 'slice', ...AT, input, state })
    setTimeout(() => void held.release(), 1_000)
    expect(await running).toMatchObject({ next: 'slice', planning: { step: 'store' } })
    expect(lab.lines()).toContainEqual(expect.objectContaining({ code: 'locked.waiting' }))
  })

  it('of a target that does not fit in a slice reads it over several, and executions later plans what was asked for', async () => {
    lab.simulator.seed.users(staff, [{ username: 'bob' }])
    expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
    lab.told()
    for (const Username of ['ann', 'bob'])
      lab.simulator.seed.call('AdminDeleteUser', { UserPoolId: staff, Username })
    for (const operation of ['ListUsers', 'ListUsersInGroup'])
      lab.simulator.faults.before({ operation }, () => new Promise((go) => setTimeout(go, 1_000)))
    lab.set({ SLICE_SECONDS: '1.2', SLICES_AN_EXECUTION: '1' })
    const ended = await lab.run('RestoreMachine', { to: { inPlace: true }, users: ['ann'], dryRun: true })
    const all = allOf(ended)
    expect(all.map(({ error, status }) => error ?? status)).toEqual(all.map(() => 'SUCCEEDED'))
    const lines = lab.lines()
    const answers = lines.flatMap(({ code, answer }) =>
      code === 'function.answered' ? [answer as { next: string; planning?: { step: string } }] : [],
    )
    const reading = answers.filter(({ next, planning }) => next === 'again' && planning?.step === 'read')
    expect(reading.length).toBeGreaterThan(0)
    expect(lab.told()).toEqual([`plan of a restore into ${staff}`])
    const plans = lines.filter(({ code }) => code === 'restore.planned')
    expect(plans).toMatchObject([{ operations: { AdminCreateUser: 1 } }])
    // What it was limited to names people.
    expect(JSON.stringify(lines)).not.toContain('"ann"')
    expect(lab.simulator.inspect.pool(staff).users).toEqual([])
  })

  it('that ends while its target is read frees the pool, and says that nothing was changed', async () => {
    const input = { to: { inPlace: true } }
    lab.set({ SLICE_SECONDS: '0.001' })
    const begun = await lab.call('restore', { step: 'prepare', ...AT, input })
    // The answer of the first slice is lost.
    await lab.call('restore', { step: 'slice', ...AT, input, state: begun })
    const state = await lab.call('restore', { step: 'slice', ...AT, input, state: begun })
    expect(state).toMatchObject({ next: 'slice', planning: { step: 'read' } })
    const lock = { newId: randomUUID, waitAtMostMs: 0 }
    const locking = (): Promise<unknown> => takeLease(lab.context, `backup/${staff}`, 'backup', lock)
    await expect(locking()).rejects.toMatchObject({ code: 'LOCKED' })
    await lab.call('restore', {
      step: 'fail',
      ...AT,
      input,
      state: begun,
      error: { Error: 'Lambda.Unknown' },
    })
    await locking()
    const [told] = lab.services.messages
    expect(told?.text).toContain('Nothing was changed.')
    expect(told?.text).not.toContain('run-')
    expect(lab.lines()).toContainEqual(expect.objectContaining({ code: 'restore.given-up' }))
  })

  it('of which the plan cannot be made in the time of a call names the command line', async () => {
    const input = { to: { inPlace: true } }
    let state = await lab.call('restore', { step: 'prepare', ...AT, input })
    while ((state['planning'] as { step?: string } | undefined)?.step !== 'plan')
      state = await lab.call('restore', { step: 'slice', ...AT, input, state })
    // No time is left but that for the answer.
    const failing = lab.call('restore', { step: 'slice', ...AT, input, state }, 10_000)
    await expect(failing).rejects.toMatchObject({ name: 'PLAN_TOO_LARGE' })
    const error = await failing.catch((thrown: unknown) => {
      const { name, message } = thrown as Error
      return { Error: name, Cause: JSON.stringify({ errorMessage: message }) }
    })
    await lab.call('restore', { step: 'fail', ...AT, input, state, error })
    const [told] = lab.services.messages
    expect(told?.text).toContain('cognito-vault restore SNAPSHOT')
    expect(told?.text).not.toContain('then start the state machine again')
  })

  it('in the second Region, when the first is gone, takes from the replica the latest that has arrived whole', async () => {
    const segments = async (): Promise<string[]> => {
      const all = await readdir(join(lab.folder, 'pools', staff), { recursive: true, withFileTypes: true })
      return all.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
    }
    const before = new Set(await segments())
    lab.simulator.seed.users(staff, [{ username: 'bob', groups: ['crew'] }])
    expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
    lab.told()
    const replica = `${lab.folder}-replica`
    await cp(lab.folder, replica, { recursive: true })
    await rm(join(replica, 'leases'), { recursive: true, force: true })
    const late = (await segments()).filter((file) => !before.has(file) && file.includes('/segments/'))
    expect(late).not.toEqual([])
    for (const file of late) await rm(file.replace(lab.folder, replica))
    const second = await startSimulator({ quotas: false, seed: 12, region: 'eu-central-1' })
    try {
      lab.simulator.ledger.clear()
      lab.set({
        AWS_REGION: 'eu-central-1',
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: second.url,
        COGNITO_VAULT: replica,
      })
      const ended = await lab.run('RestoreMachine', { to: { newPool: 'staff-again' } })
      expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { ok: true } })
      const [made = ''] = second.inspect.poolIds()
      expect(second.inspect.pool(made).memberships['crew']).toHaveLength(1)
      expect(second.inspect.pool(made).users).toHaveLength(1)
      expect(lab.simulator.ledger.requests.count('DescribeUserPool')).toBe(0)
    } finally {
      await second.close()
    }
  })
})

it('a restore into a new pool that goes on in another execution goes on with its plan, and makes no other', async () => {
  lab.set({ USER_POOL_IDS: shop })
  expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
  const input = { to: { newPool: 'again' } }
  const planned = await lab.call('restore', { step: 'prepare', ...AT, input })
  expect(planned).toMatchObject({ next: 'slice', runId: expect.stringMatching(/^run-/) as string })
  lab.set({ SLICES_AN_EXECUTION: '1', SLICE_SECONDS: '0.001' })
  const handedOver = await lab.call('restore', { step: 'slice', ...AT, input, state: planned })
  expect(handedOver).toMatchObject({ next: 'again', runId: planned['runId'] })
  lab.set({ SLICES_AN_EXECUTION: '400', SLICE_SECONDS: '600' })
  const ended = await lab.run('RestoreMachine', { resume: handedOver })
  expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { ok: true, runId: planned['runId'] } })
  expect(lab.lines().filter(({ code }) => code === 'restore.planned')).toHaveLength(1)
  const made = lab.simulator.inspect.poolIds().filter((id) => id !== shop && id !== staff)
  expect(made).toHaveLength(1)
  expect(lab.simulator.inspect.pool(made[0]!).users).toHaveLength(3)
})
