import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type CliLab, openCliLab, secretsTold, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
})

afterEach(() => lab.simulator.faults.clear())

afterAll(async () => {
  const told = secretsTold(lab)
  await lab.close()
  expect(told).toEqual([])
})

it('says what could not come back, and exits with 0 where it has advice only', async () => {
  const { code, stdout, stderr } = await lab.run(['doctor', '--pool', poolId])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('all that a backup reads of it may be read')
  expect(stdout).toMatch(/× transformed \(new-account\): made anew/)
  expect(stdout).toMatch(/UserList +15 +30\n/)
  expect(stdout).toContain('the vault has no complete backup of the pool')
  expect(stdout).not.toContain('alice')
})

it('exits with 13 where something that a backup needs is denied', async () => {
  lab.simulator.faults.add({ operation: 'ListGroups', kind: 'error', code: 'AccessDeniedException' })
  const { code, stdout, stderr } = await lab.run(['doctor', '--pool', poolId, '--json'])
  expect(code).toBe(13)
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toMatchObject({
    poolId,
    denied: [{ action: 'cognito-idp:ListGroups', resource: 'groups' }],
    error: { code: 'ACCESS_DENIED' },
  })
  expect((await lab.run(['doctor', '--pool', 'eu-west-1_None00001'])).code).toBe(10)
})
