import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FunctionLab, openFunctionLab } from './function-lab.js'

let lab: FunctionLab
let shop: string
let staff: string

beforeEach(async () => {
  lab = await openFunctionLab()
  shop = lab.simulator.seed.pool({ PoolName: 'shop' })
  staff = lab.simulator.seed.pool({ PoolName: 'staff' })
  lab.set({ USER_POOL_IDS: `${shop},${staff}` })
})

afterEach(() => lab.close())

async function damage(poolId: string): Promise<void> {
  const folder = join(lab.folder, 'pools', poolId, 'snapshots')
  for (const name of await readdir(folder)) await writeFile(join(folder, name), 'no manifest')
}

it('a retention that is none keeps nobody from being backed up; the care of the vault fails, tells and counts', async () => {
  lab.set({ RETENTION: 'keep-all' })
  const ended = await lab.run('BackupMachine')
  expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'USAGE' } })
  const messages = lab.services.messages.map(({ text }) => text)
  expect(lab.told()).toEqual([
    `backup of ${shop} done, 0 users`,
    `backup of ${staff} done, 0 users`,
    'retention failed',
  ])
  expect(messages.at(-1)).toContain('this is no retention: "keep-all"')
  const lines = lab.lines()
  for (const PoolId of [shop, staff])
    expect(lines).toContainEqual(expect.objectContaining({ PoolId, RetentionFailed: 1 }))
})

it('a pool whose manifest cannot be read keeps no other from being cleared up and looked at, and each is named', async () => {
  expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
  expect((await lab.run('BackupMachine')).status).toBe('SUCCEEDED')
  await damage(shop)
  lab.told()
  lab.lines()
  lab.set({ RETENTION: 'keep-last=1' })
  await expect(lab.call('care', { step: 'clear-up' })).rejects.toThrow(shop)
  expect(await readdir(join(lab.folder, 'pools', staff, 'snapshots'))).toHaveLength(1)
  await expect(lab.call('care', { step: 'check' })).rejects.toThrow(shop)
  expect(lab.lines()).toContainEqual(
    expect.objectContaining({ PoolId: staff, LatestSnapshotAge: expect.any(Number) as number }),
  )
  expect(lab.told()).toEqual([`the newest backup of ${shop} cannot be read`])
})
