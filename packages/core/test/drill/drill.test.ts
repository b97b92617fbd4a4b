import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drill } from '../../src/actions/drill.js'
import { DRILL_TAG } from '../../src/actions/drill-configuration.js'
import { seededRandom } from '../../src/testing/seeded-random.js'
import { openVault } from '../../src/vault/vault.js'
import { backUp } from '../support/backed-up.js'
import { dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { person, seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let pool: string

beforeEach(async () => {
  lab = await openLab()
  pool = seedSmallPool(lab.simulator)
})

afterEach(() => lab.close())

const others = (): string[] => lab.simulator.inspect.poolIds().filter((id) => id !== pool)

async function keysOf(prefix = ''): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of lab.store.list(prefix)) keys.push(key)
  return keys.filter((key) => !key.startsWith('leases/'))
}

describe('a drill', () => {
  it('restores people into a pool of its own, finds them as they were, and leaves neither the pool nor anything in the vault', async () => {
    const { id } = await backUp(lab.context, pool)
    const before = await keysOf()
    lab.simulator.ledger.clear()
    const report = await drill(lab.context, `latest:${pool}`, { sample: 50 })
    expect(report).toMatchObject({
      snapshot: id,
      poolId: pool,
      ok: true,
      users: 4,
      sampled: 4,
      failedCount: 0,
      differences: { usersMissing: 0, usersExtra: 0, fields: {}, resources: [] },
      leftOut: { client: 2, 'identity-provider': 1, domain: 1, mfa: 1 },
      leftOvers: [],
    })
    expect(others()).toEqual([])
    expect(await keysOf()).toEqual(before)
    expect(report.mau).toBe(lab.simulator.ledger.mau.count(report.scratchPool))
    expect(lab.simulator.ledger.messages.all()).toEqual([])
    expect(lab.simulator.ledger.triggers.all()).toEqual([])
    expect(report.estimate.operations).toBeGreaterThan(Object.values(report.done).reduce((a, b) => a + b, 0))
  })

  it('makes a pool that is tagged from the first call on, takes no sign-up, and has no way to reach anybody', async () => {
    await backUp(lab.context, pool)
    let made: Record<string, unknown> | undefined
    lab.simulator.faults.after({}, ({ operation }) => {
      if (operation === 'CreateUserPool') made = lab.simulator.inspect.pool(others()[0]!).pool
    })
    await drill(lab.context, 'latest', { sample: 2 })
    const { id } = await openVault(lab.store)
    expect(made).toMatchObject({
      UserPoolTags: { [DRILL_TAG]: id },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UserPoolTier: 'LITE',
    })
    expect(made).not.toHaveProperty('LambdaConfig.PreSignUp')
    expect(made).not.toHaveProperty('SmsConfiguration')
  })

  it('restores no more users than it was asked to, and says how long all of them would take', async () => {
    lab.simulator.seed.users(pool, 300)
    await backUp(lab.context, pool)
    // Who is drawn decides how many calls the others are thought to take: the same people each time.
    const report = await drill({ ...lab.context, random: seededRandom(7) }, 'latest', { sample: 10 })
    expect(report).toMatchObject({ ok: true, users: 304, sampled: 10, mau: 10, estimate: { mau: 304 } })
    expect(report.done['AdminCreateUser']).toBe(10)
    expect(report.estimate.operations).toBeGreaterThanOrEqual(608)
  })

  it('makes the sample smaller where there is not the time for it', async () => {
    lab.simulator.seed.users(pool, 100)
    await backUp(lab.context, pool)
    const slow = lab.again({})
    const budget = { ...slow.budget, overallPerSecond: 1, ratePerSecond: () => 1 }
    const report = await drill({ ...slow, budget }, 'latest', { sample: 100, atMostMs: 60_000 })
    expect(report.ok).toBe(true)
    expect(report.sampled).toBeLessThan(60)
    expect(report.asked).toBe(100)
  })

  it('takes for fine what the report of a restore says, and nothing else', async () => {
    lab.simulator.seed.users(pool, [person('una', { status: 'UNCONFIRMED' })])
    await backUp(lab.context, pool)
    expect(await drill(lab.context, 'latest', { sample: 50 })).toMatchObject({
      ok: true,
      fidelity: { lost: 1 },
      notes: { 'unconfirmed-user': 1, 'reset-required-became-confirmed': 1 },
    })
    // Somebody of the restored is changed before they are looked at.
    lab.simulator.faults.after({ operation: 'GetUserPoolMfaConfig' }, () => {
      lab.simulator.seed.call('AdminUpdateUserAttributes', {
        UserPoolId: others()[0],
        Username: 'ann',
        UserAttributes: [{ Name: 'custom:plan', Value: 'silver' }],
      })
    })
    expect(await drill(lab.context, 'latest', { sample: 50 })).toMatchObject({
      ok: false,
      differences: { fields: { 'custom:plan': 1 } },
    })
  })

  it('deletes the pool when it fails, and names the cause', async () => {
    await backUp(lab.context, pool)
    lab.simulator.faults.add({
      operation: 'AdminCreateUser',
      kind: 'error',
      code: 'AccessDeniedException',
    })
    await expect(drill(lab.context, 'latest', { sample: 50 })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: 'allow cognito-idp:AdminCreateUser on the pool, then drill again; the scratch pool is deleted in any case',
    })
    expect(others()).toEqual([])
  })

  it('deletes what a drill that was killed has left, and no pool that only has the name', async () => {
    await backUp(lab.context, pool)
    const named = lab.simulator.seed.pool({ PoolName: 'cognito-vault-drill-of-mine' })
    const anothers = lab.simulator.seed.pool({
      PoolName: 'cognito-vault-drill-run-1',
      UserPoolTags: { [DRILL_TAG]: 'another vault' },
    })
    const killed = dyingAtOperation('AdminSetUserPassword', 'before its answer')
    const context = lab.again({ wrap: killed.wrapApi })
    await expect(drill(context, `latest:${pool}`, { sample: 50 })).rejects.toBeInstanceOf(Error)
    expect(killed.dead).toBe(true)
    expect(others()).toHaveLength(3)
    lab.passTime(120_000)
    const report = await drill(lab.context, `latest:${pool}`, { sample: 50 })
    expect(report.ok).toBe(true)
    expect(report.leftOvers).toHaveLength(1)
    expect(others().sort()).toEqual([named, anothers].sort())
  })

  it('does not run beside another', async () => {
    await backUp(lab.context, pool)
    const both = await Promise.allSettled([
      drill(lab.context, 'latest', { sample: 50 }),
      drill(lab.again({}), 'latest', { sample: 50 }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'LOCKED' } })
    expect(others()).toEqual([])
  })
})
