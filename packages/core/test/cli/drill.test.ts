import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, openCliLab, secretsTold, seedPool } from './cli-lab.js'

let lab: CliLab
let pool: string

beforeAll(async () => {
  lab = await openCliLab()
  pool = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
  await lab.run(['backup', '--pool', pool])
})

afterAll(() => lab.close())

describe('drill', () => {
  it('asks, and makes nothing where nobody says yes', async () => {
    const asked = await lab.run(['drill', 'latest', '--json'])
    expect(asked.json.error.code).toBe('CONFIRMATION_NEEDED')
    const refused = await lab.run(['drill', 'latest'], { typed: 'no\n' })
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain('$0.27 at list price')
    expect(lab.simulator.inspect.poolIds()).toEqual([pool])
  })

  it('says what it has shown, and leaves the account as it was', async () => {
    const { code, stdout } = await lab.run(['drill', 'latest', '--sample', '3', '--yes'])
    expect(stdout).toContain('3 users restored of 6, all of whom were read')
    expect(code).toBe(0)
    expect(lab.simulator.inspect.poolIds()).toEqual([pool])
    expect(secretsTold(lab)).toEqual([])
  })

  it('exits 5 when operations fail, and refuses a sample that is none', async () => {
    lab.simulator.faults.add({ operation: 'CreateGroup', kind: 'error', code: 'InvalidParameterException' })
    const { code, json } = await lab.run(['drill', 'latest', '--yes', '--json'])
    expect([code, json.error.code]).toEqual([5, 'COGNITO_FAILED'])
    expect((await lab.run(['drill', 'latest', '--sample', 'all'])).code).toBe(2)
  })
})
