import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CliLab, openCliLab, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
  await lab.run(['backup', '--pool', poolId])
})

afterAll(() => lab.close())

const NAME = 'alice@example.com'

it('has to be confirmed, and shows whom it is about without the name', async () => {
  const silent = await lab.run(['erase', '--user', NAME, '--json'])
  expect([silent.code, silent.json.error.code]).toEqual([2, 'CONFIRMATION_NEEDED'])
  const refused = await lab.run(['erase', '--user', NAME], { typed: 'no\n' })
  expect(refused.code).toBe(2)
  expect(refused.stdout).toMatch(
    new RegExp(`To be erased: 1 account in the snapshots\\n  [0-9a-f-]{36} of ${poolId}`),
  )
  const done = await lab.run(['erase', '--user', NAME, '--pool', poolId], { typed: 'yes\n' })
  expect([done.code, done.stderr.includes('Type yes')]).toEqual([0, true])
  expect(done.stdout).toContain('On the list.')
  for (const { stdout, stderr } of [silent, refused, done]) expect(stdout + stderr).not.toContain('alice')
})

it('keeps a restore from making the user again, and is verified', async () => {
  lab.simulator.seed.deleteUser(poolId, 'alice')
  const restored = await lab.run(['restore', 'latest', '--in-place', '--yes'])
  expect(restored.code).toBe(0)
  expect(restored.stdout).toContain('1 × lost (erased)')
  expect(lab.simulator.inspect.pool(poolId).users.map(({ username }) => username)).not.toContain('alice')
  expect((await lab.run(['verify'])).code).toBe(0)
})

it('is a document, also for somebody of whom no snapshot knows', async () => {
  const { code, stdout } = await lab.run([
    'erase',
    '--user',
    'nobody@example.com',
    '--yes',
    '--json',
    '--quiet',
  ])
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    { accounts: [], sharedNames: 0, unreadable: [], unreadableRuns: [], erasure: 2 },
  ])
})
