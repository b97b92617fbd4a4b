import { getEventListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'

let lab: Lab
const warnings: string[] = []
const note = ({ name }: Error): void => void warnings.push(name)

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  process.on('warning', note)
})
afterEach(async () => {
  process.off('warning', note)
  await lab.close()
})

it('a program may give all its backups one signal: Node warns of no leak, and nothing stays on it', async () => {
  const pools = Array.from({ length: 3 }, (_, i) => {
    const poolId = lab.simulator.seed.pool({ PoolName: `pool ${i}` })
    lab.simulator.seed.groups(poolId, ['a', 'b', 'c'])
    lab.simulator.seed.users(poolId, 400)
    return poolId
  })
  lab.simulator.faults.add({ operation: 'ListUsers', kind: 'throttle', every: 3 })
  const { signal } = new AbortController()
  let most = 0
  lab.simulator.faults.before({}, () => {
    most = Math.max(most, getEventListeners(signal, 'abort').length)
  })
  const context = lab.again({ signal, concurrency: 16 })
  await Promise.all(pools.map((poolId) => backUp(context, poolId)))
  await setImmediate()
  expect(warnings).not.toContain('MaxListenersExceededWarning')
  expect(most).toBe(1)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
