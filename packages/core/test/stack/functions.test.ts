import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FunctionLab, openFunctionLab } from './function-lab.js'

let lab: FunctionLab
let shop: string
let staff: string

beforeEach(async () => {
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
