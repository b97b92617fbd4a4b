import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { DEATHS, dyingAtCall, dyingAtWrite, type DyingProcess } from '../support/dying-process.js'
import { points } from '../support/sweep.js'
import { type Lab, openLab } from '../support/lab.js'
import { restoreToTheEnd } from '../support/run-to-end.js'
import { comparable, seedSmallPool } from '../support/small-pool.js'

const request = { snapshot: 'latest', target: { mode: 'new-pool', poolName: 'shop' } } as const

let lab: Lab

/** A pool that was backed up and is lost. */
beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
  const pool = seedSmallPool(lab.simulator)
  await backup(lab.context, [pool])
  deletePool(pool)
  lab.simulator.ledger.clear()
})

afterAll(() => lab.close())

function deletePool(UserPoolId: string): void {
  const { domains } = lab.simulator.inspect.pool(UserPoolId)
  if (domains.length > 0)
    lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId, Domain: 'shop-login' })
  lab.simulator.seed.call('DeleteUserPool', { UserPoolId })
}

/** Restores in a process that may die, goes on in another, and answers the pool that comes of it. */
async function attempt(process: DyingProcess): Promise<unknown> {
  const resumed = await restoreToTheEnd(lab, await lab.copyOfStore(), process, request)
  expect(resumed?.failed ?? []).toEqual([])
  const pools = lab.simulator.inspect.poolIds()
  expect(pools).toHaveLength(1)
  expect(lab.simulator.ledger.messages.all()).toEqual([])
  expect(lab.simulator.ledger.triggers.all()).toEqual([])
  const end = comparable(lab.simulator, pools[0]!)
  deletePool(pools[0]!)
  return end
}

describe('a restore into a new pool that is killed and resumed', () => {
  const immortal = dyingAtCall(0, 'before it is sent')
  let undisturbed: unknown

  beforeAll(async () => {
    undisturbed = await attempt(immortal)
  })

  it('calls every operation that a restore can need', () => {
    expect(new Set(immortal.calls)).toEqual(
      new Set([
        'DescribeUserPoolDomain',
        'ListGroups',
        'CreateUserPool',
        'SetUserPoolMfaConfig',
        'CreateIdentityProvider',
        'CreateResourceServer',
        'CreateUserPoolClient',
        'UpdateUserPoolClient',
        'CreateUserPoolDomain',
        'CreateGroup',
        'AdminCreateUser',
        'AdminSetUserPassword',
        'AdminAddUserToGroup',
        'AdminDisableUser',
        'DescribeUserPool',
        'UpdateUserPool',
      ]),
    )
  })

  it.each(DEATHS)(
    'ends in the same pool when it dies at any call, %s',
    { timeout: 120_000 },
    async (death) => {
      for (const n of points(DEATHS.indexOf(death), { to: immortal.calls.length })) {
        const end = await attempt(dyingAtCall(n, death))
        expect(end, `died at call ${n}, ${immortal.calls[n - 1] ?? ''}`).toEqual(undisturbed)
      }
    },
  )

  it('ends in the same pool when it dies before any write to the vault', { timeout: 120_000 }, async () => {
    for (const n of points()) {
      const process = dyingAtWrite(n)
      expect(await attempt(process), `died at write ${n}`).toEqual(undisturbed)
      if (!process.dead) break
    }
  })
})
