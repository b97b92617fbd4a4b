import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FunctionLab, openFunctionLab } from './function-lab.js'

let lab: FunctionLab

beforeEach(async () => {
  lab = await openFunctionLab()
})

afterEach(() => lab.close())

it('tells of a pool that has lost most of its users, and counts that: its backup is whole all the same', async () => {
  const shop = lab.simulator.seed.pool({ PoolName: 'shop' })
  lab.simulator.seed.users(shop, 40)
  lab.set({ USER_POOL_IDS: shop })
  expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
  const { users } = lab.simulator.inspect.pool(shop)
  for (const { username: Username } of users.slice(5))
    lab.simulator.seed.call('AdminDeleteUser', { UserPoolId: shop, Username })
  lab.lines()
  lab.told()
  expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
  expect(lab.lines()).toContainEqual(
    expect.objectContaining({ PoolId: shop, ShrinkGuardTripped: 1, BackupCompleted: 1 }),
  )
  expect(lab.told()).toEqual([`shrink guard: backup of ${shop} has lost too much`])
})
