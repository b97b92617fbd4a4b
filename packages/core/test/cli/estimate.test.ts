import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, secretsTold, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string
let snapshot: string

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
  lab.simulator.seed.deleteUser(poolId, 'alice')
  lab.simulator.ledger.clear()
})

afterAll(async () => {
  const told = secretsTold(lab)
  await lab.close()
  expect(told).toEqual([])
})

it('tells what a backup takes', async () => {
  const { code, stdout } = await lab.run(['estimate', 'backup', '--pool', poolId])
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^A backup of .*: about \d+ users, 1 client, 1 membership\s+in\s+the\s+newest\s+snapshot\n/,
  )
  expect(stdout).toMatch(/Requests, \d+ in all\n( {2}\w+ +\d+\n)+Time: about /)
  expect(stdout).toContain('none are made active')
  const document = JSON.parse(
    (await lab.run(['estimate', 'backup', '--pool', poolId, '--json'])).stdout,
  ) as object
  expect(document).toMatchObject({ poolId, mau: 0, priceUsd: { Essentials: 0 }, requests: { ListUsers: 1 } })
})

it('tells what a restore takes, which is what its dry run says', async () => {
  const args = [snapshot, '--in-place', '--users', 'alice']
  const { code, stdout } = await lab.run(['estimate', 'restore', ...args])
  expect(code).toBe(0)
  expect(stdout).toMatch(/AdminCreateUser +1\n/)
  expect(stdout).toContain('1 user becomes active this month')
  const estimate = JSON.parse((await lab.run(['estimate', 'restore', ...args, '--json'])).stdout) as object
  const dryRun = JSON.parse((await lab.run(['restore', ...args, '--dry-run', '--json'])).stdout) as {
    plan: object
    mau: number
    etaSeconds: number
  }
  expect(estimate).toMatchObject({
    requests: dryRun.plan,
    mau: dryRun.mau,
    etaSeconds: dryRun.etaSeconds,
    priceUsd: { Lite: 0.01, Essentials: 0.02, Plus: 0.02 },
  })
  const { users } = lab.simulator.inspect.pool(poolId)
  expect(users.map(({ username }) => username)).not.toContain('alice')
})

it('is refused as the commands themselves are', async () => {
  expect((await lab.run(['estimate'])).code).toBe(2)
  expect((await lab.run(['estimate', 'restore', snapshot])).code).toBe(2)
  expect((await lab.run(['estimate', 'backup', '--pool', 'eu-west-1_None00001'])).code).toBe(10)
})
