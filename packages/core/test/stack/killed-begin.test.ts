import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FunctionLab, openFunctionLab } from './function-lab.js'

let lab: FunctionLab

beforeEach(async () => {
  lab = await openFunctionLab()
})

afterEach(() => lab.close())

it('a backup that is killed while it begins, for good, does not keep the pool locked for the next one', async () => {
  const shop = lab.simulator.seed.pool({ PoolName: 'shop' })
  lab.set({ USER_POOL_IDS: shop })
  const at = (name: string) => ({ execution: `arn:aws:states:eu-west-1:1:execution:b:${name}`, input: {} })
  const state = await lab.call('backup', { step: 'prepare', ...at('first'), state: {} })
  // It has the lock, and its answer never comes.
  await lab.call('backup', { step: 'slice', ...at('first'), state })
  const error = { Error: 'Sandbox.Timedout', Cause: '{}' }
  await lab.call('backup', { step: 'fail', ...at('first'), state, error })
  expect(lab.lines()).toContainEqual(
    expect.objectContaining({ code: 'backup.given-up', runId: 'backup-first', isStored: false }),
  )
  expect(lab.told()).toEqual([`backup of ${shop} failed`])
  const next = await lab.call('backup', { step: 'slice', ...at('next'), state })
  expect(next).toMatchObject({ next: 'slice', run: { runId: 'backup-next', poolId: shop } })
  // Whatever comes to life again of the first does not go on.
  const late = await lab.call('backup', { step: 'slice', ...at('first'), state })
  expect(late).toMatchObject({ ok: false, done: [{ poolId: shop, error: 'LOCK_LOST' }] })
})
