import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { identityMap, identityText } from '../../src/actions/identity-map.js'
import { restore, resume } from '../../src/actions/restore.js'
import type { Identity } from '../../src/restore/identity-map.js'
import { collect } from '../../src/testing/collect.js'
import { dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { approvedRun, diesWhileRestoring, yes } from '../support/run-to-end.js'
import { seedSmallPool } from '../support/small-pool.js'

let lab: Lab

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
})

afterEach(() => lab.close())

const into = (poolName: string) => ({ snapshot: 'latest', target: { mode: 'new-pool', poolName } }) as const

const byOld = (identities: readonly Identity[]): Identity[] =>
  [...identities].sort((a, b) => (a.old < b.old ? -1 : 1))

describe('the identity map of a run', () => {
  it('is what the vault has of it', async () => {
    await backup(lab.context, [seedSmallPool(lab.simulator)])
    const result = (await restore(lab.context, into('other'), yes))!
    const map = await identityMap(lab.context, result.runId)
    expect(map.finished).toBe(true)
    const identities = await collect(map.identities)
    expect(identities).toEqual(await linesUnder(lab.store, result.identityMap))
    expect(identities.map(({ kind }) => kind).sort()).toEqual([
      ...['client', 'client', 'pool'],
      ...['user', 'user', 'user', 'user'],
    ])
  })

  it('has what was made until the run was stopped, and all of it when it was resumed', async () => {
    const pool = seedSmallPool(lab.simulator)
    await backup(lab.context, [pool])
    const process = dyingAtOperation('AdminSetUserPassword', 'before it is sent')
    const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store), concurrency: 1 })
    expect(await diesWhileRestoring(mortal, into('other'))).toBe(true)
    const runId = (await approvedRun(lab.store))!
    const half = await identityMap(lab.context, runId)
    expect(half.finished).toBe(false)
    expect(lab.events).toContainEqual({ code: 'identities.unfinished', runId })
    const until = await collect(half.identities)
    const made = lab.simulator.inspect.poolIds().find((id) => id !== pool)
    expect(until.find(({ kind }) => kind === 'pool')?.new).toBe(made)
    const subs = lab.simulator.inspect.pool(made!).users.map(({ sub }) => sub)
    const ofUsers = until.filter(({ kind }) => kind === 'user')
    expect(ofUsers.length).toBeGreaterThan(0)
    for (const { new: sub } of ofUsers) expect(subs).toContain(sub)
    lab.passTime(120_000)
    await resume(lab.again({}), runId)
    const whole = await collect((await identityMap(lab.context, runId)).identities)
    expect(whole).toEqual(expect.arrayContaining(until))
    expect(whole).toHaveLength(7)
  })

  it('of a run that was stopped at once has what was in the target under other ids', async () => {
    const pool = seedSmallPool(lab.simulator)
    await backup(lab.context, [pool])
    const { poolId } = (await restore(lab.context, into('other'), yes))!
    lab.simulator.seed.deleteUser(poolId, 'ann')
    const request = { snapshot: `latest:${pool}`, target: { mode: 'existing-pool', poolId } } as const
    const process = dyingAtOperation('AdminCreateUser', 'before it is sent')
    const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
    expect(await diesWhileRestoring(mortal, request)).toBe(true)
    const { identities } = await identityMap(lab.context, (await approvedRun(lab.store))!)
    const names = byOld(await collect(identities)).flatMap(({ oldUsername = [] }) => oldUsername)
    expect(names.sort()).toEqual(['bob', 'dee', 'zoë'])
  })

  it('is not there for a plan that was never executed', async () => {
    await backup(lab.context, [seedSmallPool(lab.simulator)])
    const { runId } = (await restore(lab.context, into('other'), () => Promise.resolve('dry-run')))!
    await expect(identityMap(lab.context, runId)).rejects.toMatchObject({ code: 'RUN_NOT_APPROVED' })
    await expect(identityMap(lab.context, 'run-x')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })
})

describe('a pool that signs in by email', () => {
  it('gets new usernames, and report and map say so', async () => {
    const pool = lab.simulator.seed.pool({ PoolName: 'mail', UsernameAttributes: ['email'] })
    lab.simulator.seed.users(pool, [
      { username: 'a', attributes: { email: 'a@example.com', email_verified: 'true' } },
      { username: 'b', attributes: { email: 'b@example.com', email_verified: 'true' } },
    ])
    await backup(lab.context, [pool])
    const result = (await restore(lab.context, into('other'), yes))!
    expect(result.notes).toMatchObject({ 'new-username': 2, 'new-account': 2 })
    const usersOf = (id: string) => lab.simulator.inspect.pool(id).users
    const newByEmail = new Map(usersOf(result.poolId).map((user) => [user.attributes['email'], user]))
    const expected = usersOf(pool).map(({ sub, username, attributes }) => {
      const now = newByEmail.get(attributes['email'])!
      return { kind: 'user', old: sub, new: now.sub, oldUsername: username, newUsername: now.username }
    })
    for (const { oldUsername, newUsername } of expected) expect(newUsername).not.toBe(oldUsername)
    const { identities } = await identityMap(lab.context, result.runId)
    const text = await collect(identityText(identities, 'csv'))
    expect(text[0]).toBe('kind,old,new,oldUsername,newUsername\r\n')
    for (const user of expected) expect(text).toContain(`${Object.values(user).join(',')}\r\n`)
  })
})
