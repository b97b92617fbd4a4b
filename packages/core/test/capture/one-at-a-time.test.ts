import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFaultyStore } from '../../src/storage/faulty/faulty-store.js'
import { backUp, visibleSnapshots } from '../support/backed-up.js'
import { dyingAtCall, ProcessDied } from '../support/dying-process.js'
import { hastyClock, type Lab, openLab } from '../support/lab.js'
import { seedSmallPool } from '../support/small-pool.js'

let lab: Lab
let poolId: string

beforeEach(async () => {
  lab = await openLab()
  poolId = seedSmallPool(lab.simulator)
})
afterEach(() => lab.close())

it.each([0, 1, 3, 10])(
  'of two backups at once one wins, %i ms apart, and the other says LOCKED',
  async (ms) => {
    const delays = [1, 2, 3].map(
      (call) => ({ method: 'putIfAbsent', call, effect: { kind: 'delay', ms, clock: hastyClock } }) as const,
    )
    const late = lab.again({ store: createFaultyStore(lab.store, ms === 0 ? [] : delays) })
    const both = await Promise.allSettled([backUp(lab.context, poolId), backUp(late, poolId)])
    const won = both.filter((one) => one.status === 'fulfilled')
    const lost = both.filter((one) => one.status === 'rejected')
    expect(won.map(({ value }) => value.complete)).toEqual([true])
    expect(lost.map(({ reason }) => reason as unknown)).toMatchObject([{ code: 'LOCKED' }])
    expect(await visibleSnapshots(lab)).toHaveLength(1)
    expect(await backUp(late, poolId)).toMatchObject({ complete: true })
  },
)

it('backups of different pools do not wait for each other', async () => {
  const other = lab.simulator.seed.pool()
  const both = await Promise.all([backUp(lab.context, poolId), backUp(lab.again({}), other)])
  expect(both.map(({ complete }) => complete)).toEqual([true, true])
})

it('a pool whose backup died is locked until the lease is over by the clock of the store', async () => {
  const process = dyingAtCall(8, 'before it is sent')
  const mortal = lab.again({ wrap: process.wrapApi, store: process.wrapStore(lab.store) })
  await expect(backUp(mortal, poolId)).rejects.toBeInstanceOf(ProcessDied)
  await expect(backUp(lab.context, poolId)).rejects.toMatchObject({ code: 'LOCKED' })
  lab.passTime(50_000)
  await expect(backUp(lab.context, poolId)).rejects.toMatchObject({ code: 'LOCKED' })
  lab.passTime(61_000)
  expect(await backUp(lab.context, poolId)).toMatchObject({ complete: true })
})
