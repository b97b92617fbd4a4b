import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { planRestoreRun } from '../../src/actions/plan-restore.js'
import { restore, resume } from '../../src/actions/restore.js'
import { dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { approvedRun, diesWhileRestoring, yes } from '../support/run-to-end.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string
let snapshot: string

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  pool = seedSmallPool(lab.simulator)
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
})

afterEach(() => lab.close())

const inPlace = (): { snapshot: string; target: { mode: 'in-place' } } => ({
  snapshot,
  target: { mode: 'in-place' },
})
const into = (poolId: string): { snapshot: string; target: { mode: 'existing-pool'; poolId: string } } => ({
  snapshot,
  target: { mode: 'existing-pool', poolId },
})

describe('a plan for a target', () => {
  it.each([
    ['ListUsers', 'InvalidParameterException', 'users'],
    ['ListGroups', 'AccessDeniedException', 'groups'],
    ['ListUsersInGroup', 'AccessDeniedException', 'members'],
  ])('that cannot be read whole is none: %s', async (operation, code, what) => {
    lab.simulator.faults.add({ operation, kind: 'error', code })
    await expect(planRestoreRun(lab.context, inPlace())).rejects.toMatchObject({
      code: 'SNAPSHOT_INCOMPLETE',
      value: operation,
      message: expect.stringContaining(what) as string,
    })
  })

  it('that is gone says how to make another', async () => {
    lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: pool, Domain: 'shop-login' })
    lab.simulator.seed.call('DeleteUserPool', { UserPoolId: pool })
    await expect(planRestoreRun(lab.context, inPlace())).rejects.toMatchObject({
      code: 'POOL_NOT_FOUND',
      hint: expect.stringContaining(`restore ${snapshot} --to-new-pool "shop"`) as string,
    })
  })

  it('goes by the target’s way of signing in and its triggers, not by the snapshot’s', async () => {
    const target = lab.simulator.seed.pool({ PoolName: 'mail', UsernameAttributes: ['email'] })
    const { header } = await planRestoreRun(lab.context, into(target))
    expect(header.target.rules.usernameAttributes).toEqual(['email'])
    expect(header.summary.operations['AdminCreateUser']).toBe(4)
    expect(header.summary.triggers).toEqual({})
  })

  it('is made though the endpoint knows no domains', async () => {
    lab.simulator.faults.add({
      operation: 'DescribeUserPoolDomain',
      kind: 'error',
      code: 'InvalidParameterException',
    })
    const target = { mode: 'new-pool', poolName: 'shop' } as const
    const { header } = await planRestoreRun(lab.context, { snapshot, target })
    expect(header.summary.operations['CreateUserPoolDomain']).toBe(1)
  })

  it('is none where it is not known who has a domain', async () => {
    lab.simulator.faults.add({ operation: 'DescribeUserPoolDomain', kind: 'drop-before' })
    const target = { mode: 'new-pool', poolName: 'shop' } as const
    await expect(planRestoreRun(lab.context, { snapshot, target })).rejects.toThrow()
  })

  it('makes a domain that nobody has now', async () => {
    lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: pool, Domain: 'shop-login' })
    const { header } = await planRestoreRun(lab.context, inPlace())
    expect(header.summary.operations).toEqual({ CreateUserPoolDomain: 1 })
  })
})

it('gives people passwords as long as the target asks for', async () => {
  const Policies = { PasswordPolicy: { MinimumLength: 99 } }
  const target = lab.simulator.seed.pool({ PoolName: 'strict', AliasAttributes: ['email'], Policies })
  const result = await restore(lab.context, into(target), yes)
  expect(result!.failed).toEqual([])
  expect(lab.simulator.inspect.userCount(target)).toBe(4)
})

it('does not delete who came while the snapshot was being taken, unless told to', async () => {
  lab.simulator.faults.before({ operation: 'ListUsersInGroup', nth: 1 }, async () => {
    await lab.context.clock.sleep(5)
    lab.simulator.seed.users(pool, [person('late')])
    await lab.context.clock.sleep(5)
  })
  snapshot = (await backup(lab.context, [pool])).snapshots[0]!.id
  const result = await restore(lab.context, { ...inPlace(), deleteExtra: true }, yes)
  expect(result!.notes).toEqual({ 'newer-left': 1 })
  expect(lab.simulator.inspect.pool(pool).users.map(({ username }) => username)).toContain('late')
})

describe('another run', () => {
  it('that writes while the target is read outdates the plan', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    const process = dyingAtOperation('AdminCreateUser', 'before it is sent')
    const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
    expect(await diesWhileRestoring(mortal, inPlace())).toBe(true)
    lab.passTime(120_000)
    const runId = (await approvedRun(lab.store))!
    lab.simulator.faults.before({ operation: 'ListGroups', nth: 1 }, async () => {
      await resume(lab.again({}), runId)
      // The store's clock tells this moment from the plan's.
      lab.passTime(1)
    })
    await expect(restore(lab.again({}), inPlace(), yes)).rejects.toMatchObject({ code: 'PLAN_OUTDATED' })
  })

  it('into the same pool waits until this one ends', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    let second: Promise<unknown> | undefined
    lab.simulator.faults.before({ operation: 'AdminCreateUser', nth: 1 }, async () => {
      second = restore(lab.again({}), inPlace(), yes)
      await expect(second).rejects.toMatchObject({ code: 'LOCKED' })
    })
    expect((await restore(lab.context, inPlace(), yes))!.failed).toEqual([])
    expect(second).toBeDefined()
  })
})

it('writes nothing more when its lease has run out, for another run may be at it', async () => {
  lab.simulator.seed.call('DeleteGroup', { UserPoolId: pool, GroupName: 'admins' })
  lab.simulator.seed.deleteUser(pool, 'ann')
  lab.simulator.faults.before({ operation: 'CreateGroup', nth: 1 }, () => {
    lab.passTime(120_000)
  })
  await expect(restore(lab.context, inPlace(), yes)).rejects.toMatchObject({ code: 'LOCK_LOST' })
  expect(lab.simulator.ledger.requests.all()['AdminCreateUser']).toBeUndefined()
})

describe('resume', () => {
  it('is done in the Region of the run', async () => {
    const { runId } = (await restore(lab.context, inPlace(), yes))!
    const elsewhere = lab.again({ api: { ...lab.context.api, region: 'us-east-1' } })
    await expect(resume(elsewhere, runId)).rejects.toMatchObject({
      code: 'POOL_IN_OTHER_REGION',
      hint: `use --region ${lab.context.api.region}`,
    })
  })

  it('says again what an ended run came to, though another has written since', async () => {
    lab.simulator.seed.deleteUser(pool, 'ann')
    const first = (await restore(lab.context, inPlace(), yes))!
    lab.simulator.seed.deleteUser(pool, 'bob')
    await restore(lab.context, inPlace(), yes)
    expect(await resume(lab.context, first.runId)).toEqual(first)
  })
})
