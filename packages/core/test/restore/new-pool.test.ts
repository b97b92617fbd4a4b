import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { diff } from '../../src/actions/diff.js'
import { restore, type RestoreResult, resume } from '../../src/actions/restore.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { yes } from '../support/run-to-end.js'
import { comparable, person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab()
  pool = seedSmallPool(lab.simulator)
})

afterEach(() => lab.close())

async function intoNewPool(): Promise<RestoreResult> {
  const { snapshots } = await backup(lab.context, [pool])
  lab.simulator.ledger.clear()
  const target = { mode: 'new-pool', poolName: 'shop' } as const
  return (await restore(lab.context, { snapshot: snapshots[0]!.id, target }, yes))!
}

describe('a restore into a new pool', () => {
  it('brings back everything that the API can, client secrets and tags included', async () => {
    lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: pool, Domain: 'shop-login' })
    const { poolId, failed } = await intoNewPool()
    expect(failed).toEqual([])
    const want = comparable(lab.simulator, pool) as { users: { username: string; status: string }[] }
    for (const user of want.users) if (user.username === 'dee') user.status = 'CONFIRMED'
    expect(comparable(lab.simulator, poolId)).toEqual(want)
    expect(lab.simulator.inspect.pool(poolId).pool['UserPoolTags']).toEqual({ team: 'identity' })
  })

  it('writes to nobody, runs no trigger, and attaches the triggers when all people are there', async () => {
    const order: string[] = []
    lab.simulator.faults.after({}, ({ operation }) => void order.push(operation))
    await intoNewPool()
    expect(lab.simulator.ledger.messages.all()).toEqual([])
    expect(lab.simulator.ledger.triggers.all()).toEqual([])
    const users = order.filter((operation) => operation.startsWith('Admin'))
    expect(order.lastIndexOf(users.at(-1)!)).toBeLessThan(order.lastIndexOf('UpdateUserPool'))
    expect(order.at(-1)).toBe('UpdateUserPool')
  })

  it('counts as monthly active exactly those whom the plan announced', async () => {
    const result = await intoNewPool()
    expect(lab.simulator.ledger.mau.count(result.poolId)).toBe(result.mau)
  })

  it('reports a domain that another pool holds, and does not ask for it', async () => {
    const result = await intoNewPool()
    expect(result.plan['CreateUserPoolDomain']).toBeUndefined()
    expect(result.notes['domain-held']).toBe(1)
    expect(await linesUnder(lab.store, result.fidelityReport)).toContainEqual(
      expect.objectContaining({ kind: 'domain', id: 'shop-login', outcome: 'lost' }),
    )
  })

  it('names each user who cannot be made again, why, and what to do; and diff finds exactly those', async () => {
    lab.simulator.seed.users(pool, [
      person('una', { status: 'UNCONFIRMED' }),
      person('Partner_9', { status: 'EXTERNAL_PROVIDER', attributes: { email: 'nine@example.com' } }),
      person('uwe', { status: 'UNKNOWN' }),
    ])
    const result = await intoNewPool()
    const report = await linesUnder(lab.store, result.fidelityReport)
    const lost = report.filter((line) => line['kind'] === 'user' && line['outcome'] === 'lost')
    expect(lost.map((line) => line['username']).sort()).toEqual(['Partner_9', 'una', 'uwe'])
    for (const line of lost) expect(JSON.stringify(line)).toMatch(/"todo":"[a-z]/)
    await backup(lab.context, [result.poolId])
    const found = await diff(lab.context, `latest:${pool}`, `latest:${result.poolId}`)
    expect(found.users.removed.map((user) => user.username).sort()).toEqual(['Partner_9', 'una', 'uwe'])
    expect(found.users.added).toEqual([])
    expect(found.users.changed).toMatchObject([{ username: 'dee', fields: ['UserStatus'] }])
  })

  it('maps every old id to its new one', async () => {
    const { identityMap, poolId } = await intoNewPool()
    const map = await linesUnder(lab.store, identityMap)
    const subs = (id: string): Map<string, string> =>
      new Map(lab.simulator.inspect.pool(id).users.map((user) => [user.username, user.sub]))
    const [old, made] = [subs(pool), subs(poolId)]
    for (const [username, sub] of old) {
      expect(map).toContainEqual({
        kind: 'user',
        old: sub,
        new: made.get(username),
        oldUsername: username,
        newUsername: username,
      })
    }
    expect(map).toContainEqual({ kind: 'pool', old: pool, new: poolId })
    expect(map.filter((line) => line['kind'] === 'client')).toHaveLength(2)
  })

  it('restores a pool that signs in by email, where every username is new', async () => {
    pool = lab.simulator.seed.pool({
      PoolName: 'mail',
      Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
    })
    lab.simulator.seed.users(pool, [person('ann'), person('bob', { enabled: false })])
    const result = await intoNewPool()
    expect(result.failed).toEqual([])
    expect(result.notes['new-username']).toBe(2)
    await backup(lab.context, [result.poolId])
    expect((await diff(lab.context, `latest:${pool}`, `latest:${result.poolId}`)).same).toBe(true)
  })

  it('goes on past an operation that is refused, names it, and says who is concerned', async () => {
    lab.simulator.faults.add({
      operation: 'AdminAddUserToGroup',
      kind: 'error',
      code: 'InvalidParameterException',
      matching: ({ GroupName }) => GroupName === 'admins',
    })
    const result = await intoNewPool()
    expect(result.failed).toMatchObject([{ operation: 'AdminAddUserToGroup', outcome: 'failed' }])
    expect(result.done['AdminAddUserToGroup']).toBe(3)
    expect(result.notes['operation-failed']).toBe(1)
  })

  it('stops at what would refuse every call, and goes on when that is mended', async () => {
    const { snapshots } = await backup(lab.context, [pool])
    lab.simulator.faults.add({ operation: 'AdminCreateUser', kind: 'error', code: 'AccessDeniedException' })
    const request = { snapshot: snapshots[0]!.id, target: { mode: 'new-pool', poolName: 'shop' } } as const
    let runId = ''
    const stopped = restore(lab.context, request, (plan) => {
      runId = plan.header.runId
      return yes()
    })
    await expect(stopped).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      value: 'cognito-idp:AdminCreateUser',
      hint: expect.stringContaining(`resume run-`) as string,
    })
    lab.simulator.faults.clear()
    const result = await resume(lab.again({}), runId)
    expect(result.failed).toEqual([])
    expect(lab.simulator.inspect.userCount(result.poolId)).toBe(4)
  })

  it('loses nothing and doubles nothing when connections are dropped, answered or not', async () => {
    for (const kind of ['drop-before', 'drop-after', 'throttle'] as const) {
      lab.simulator.faults.add({ kind, every: kind === 'throttle' ? 3 : 7 })
    }
    const result = await intoNewPool()
    lab.simulator.faults.clear()
    expect(result.failed).toEqual([])
    const { users, clients, groups } = lab.simulator.inspect.pool(result.poolId)
    expect([users.length, clients.length, groups.length]).toEqual([4, 2, 2])
    expect(lab.simulator.inspect.poolIds()).toHaveLength(2)
  })

  it('writes nothing to Cognito for a dry run, whose plan cannot be resumed', async () => {
    const { snapshots } = await backup(lab.context, [pool])
    lab.simulator.ledger.clear()
    const request = { snapshot: snapshots[0]!.id, target: { mode: 'new-pool', poolName: 'shop' } } as const
    const planned = await restore(lab.context, request, () => Promise.resolve('dry-run'))
    expect(Object.keys(lab.simulator.ledger.requests.all())).toEqual(['DescribeUserPoolDomain'])
    await expect(resume(lab.context, planned!.runId)).rejects.toMatchObject({ code: 'RUN_NOT_APPROVED' })
    const result = await restore(lab.context, request, yes)
    expect(result!.done).toEqual(planned!.plan)
  })
})
