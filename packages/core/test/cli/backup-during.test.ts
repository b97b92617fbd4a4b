import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRun } from '../../src/restore/run-store.js'
import { systemClock } from '../../src/model/system-clock.js'
import { openStore } from '../../src/storage/open-store.js'
import { runHeader } from '../../src/testing/run-headers.js'
import { type CliLab, onlySnapshot, openCliLab, seedPool } from './cli-lab.js'

const RUN = 'run-20261101T000000.000Z-00000000'

let lab: CliLab
let poolId: string

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
  const run = openRun(openStore(join(lab.folder, 'vault'), { clock: systemClock, random: () => 0 }), RUN)
  await run.begin('then')
  await run.putHeader(runHeader(RUN, { target: { poolId } }))
  await run.approve('then')
})

afterAll(() => lab.close())

it('says that the pool is half-restored and how to go on, and exits as for a snapshot that is not the latest', async () => {
  const told = await lab.run(['backup', '--pool', poolId])
  expect(told.code).toBe(3)
  expect(told.stdout).toContain(`complete, during ${RUN}`)
  expect(told.stderr).toContain(`hint: cognito-vault resume ${RUN}, then back up again`)
  const { code, json } = await lab.run(['backup', '--pool', poolId, '--json'])
  expect(code).toBe(3)
  expect(json).toMatchObject({
    snapshots: [{ complete: true, during: RUN }],
    error: { code: 'POOL_HALF_RESTORED' },
  })
  expect((await lab.run(['show', 'latest'])).code).toBe(10)
  expect((await lab.run(['show', onlySnapshot(json)])).code).toBe(0)
  expect((await lab.run(['snapshots'], { columns: 90 })).stdout).toContain('half-restored')
})
