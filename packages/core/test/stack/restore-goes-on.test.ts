import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type * as quotas from '../../src/limiter/quotas.js'
import { type FunctionLab, openFunctionLab } from './function-lab.js'

/** An account whose quotas are no matter, so that the test does not wait for its turn. */
vi.mock('../../src/limiter/quotas.js', async (original) => {
  const own = await original<typeof quotas>()
  const most = Object.entries(own.DEFAULT_QUOTAS).map(([category, quota]) => [
    category,
    { ...quota, requestsPerSecond: 1_000_000 },
  ])
  return { ...own, DEFAULT_QUOTAS: Object.fromEntries(most) as typeof own.DEFAULT_QUOTAS }
})

const AT = { execution: 'arn:aws:states:eu-west-1:1:execution:r:x' }

let lab: FunctionLab

beforeEach(async () => {
  lab = await openFunctionLab()
})

afterEach(() => lab.close())

it('a restore that goes on in another execution goes on with its plan, and makes no other', async () => {
  const shop = lab.simulator.seed.pool({ PoolName: 'shop' })
  lab.simulator.seed.users(shop, 3)
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
  const made = lab.simulator.inspect.poolIds().filter((id) => id !== shop)
  expect(made).toHaveLength(1)
  expect(lab.simulator.inspect.pool(made[0]!).users).toHaveLength(3)
})
