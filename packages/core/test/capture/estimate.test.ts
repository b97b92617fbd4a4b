import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { estimateBackup } from '../../src/actions/estimate-backup.js'
import { createMemoryStore } from '../../src/storage/memory/memory-store.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab, hastyClock } from '../support/lab.js'
import { person, PROTECTED, seedSmallPool } from '../support/small-pool.js'

let lab: Lab

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
})
afterEach(() => lab.close())

const without = (operation: string, requests: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(requests).filter(([name]) => name !== operation))

async function objects(): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of lab.store.list('')) keys.push(key)
  return keys
}

describe('what a backup takes', () => {
  // Of a pool without the paid features the first client's refusal is all that is asked for.
  it.each([PROTECTED, {}])(
    'is foretold by the requests that the next one takes, with %j',
    async (settings) => {
      const { seed, ledger } = lab.simulator
      const pool = seedSmallPool(lab.simulator, settings)
      for (let n = 0; n < 7; n++)
        seed.call('CreateUserPoolClient', { UserPoolId: pool, ClientName: `client-${n}` })
      seed.users(
        pool,
        Array.from({ length: 140 }, (_, n) => person(`user-${n}`, { groups: n < 70 ? ['admins'] : [] })),
      )
      await backUp(lab.context, pool)
      const before = await objects()
      ledger.clear()
      const estimate = await estimateBackup(lab.again({}), pool)
      expect(await objects()).toEqual(before)
      const { requests, counts } = await backUp(lab.again({}), pool)
      expect(estimate).toMatchObject({
        clients: counts['clients'],
        memberships: counts['memberships'],
        mau: 0,
        missing: [],
      })
      expect(without('ListUsers', estimate.requests)).toEqual({
        ...without('ListUsers', requests),
        DescribeUserPool: 1,
      })
      const listed = requests['ListUsers'] ?? 0
      expect(Math.abs((estimate.requests['ListUsers'] ?? 0) - listed)).toBeLessThanOrEqual(8)
      const asked = Object.values(estimate.asked).reduce((sum, n) => sum + n, 0)
      expect(asked).toBeLessThan(40)
      expect(estimate.asked['ListUsers']).toBeUndefined()
    },
  )

  it('needs no vault, and says then that memberships are not known', async () => {
    const pool = seedSmallPool(lab.simulator)
    const { memberships, requests } = await estimateBackup(
      lab.again({ store: createMemoryStore(hastyClock) }),
      pool,
    )
    expect([memberships, requests['ListUsersInGroup']]).toEqual([null, 2])
  })
})
