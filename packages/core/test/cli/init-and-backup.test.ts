import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, openCliLab, secretsTold, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
})

afterAll(async () => {
  const told = secretsTold(lab)
  await lab.close()
  expect(told).toEqual([])
})

describe('init', () => {
  it('asks for storing in the clear by name', async () => {
    const { code, stdout, stderr } = await lab.run(['init', '--vault', `${lab.folder}/other`])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/encryption\nhint: .*--no-encryption/)
  })

  it('makes a vault, and a document of it', async () => {
    const { code, json } = await lab.run([
      'init',
      '--no-encryption',
      '--json',
      '--vault',
      `${lab.folder}/third`,
    ])
    expect(code).toBe(0)
    expect(json).toEqual({
      vault: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      url: `file://${lab.folder}/third`,
      encryption: 'none',
    })
  })

  it('leaves a vault that is there', async () => {
    const { code, stderr } = await lab.run(['init', '--no-encryption'])
    expect(code).toBe(1)
    expect(stderr).toContain('there is a vault at')
  })
})

describe('backup', () => {
  it('tells people what was stored', async () => {
    const { code, stdout, stderr } = await lab.run(['backup', '--pool', poolId])
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Snapshot \\S+ of ${poolId}: complete\n`))
    expect(stdout).toMatch(/users +6\n/)
    expect(stdout).toMatch(/stored, \d+ requests, 0 MAU/)
    expect(stderr).toContain(`${poolId}: reading, about 6 users`)
    expect(stderr).toContain('is stored')
  })

  it('gives the document that scripts rely on', async () => {
    const { code, json } = await lab.run(['backup', '--pool', poolId, '--json', '--quiet'])
    expect(code).toBe(0)
    expect(json.snapshots).toHaveLength(1)
    expect(json.snapshots[0]).toMatchObject({
      poolId,
      complete: true,
      missing: [],
      counts: { users: 6, groups: 2, memberships: 1, clients: 1 },
      requests: { ListUsers: expect.any(Number) as number },
      mau: 0,
      bytesStored: expect.any(Number) as number,
      durationMs: expect.any(Number) as number,
    })
    expect(lab.simulator.ledger.mau.count()).toBe(0)
  })

  it('goes on with the other pools, and counts the most serious failure', async () => {
    const { code, json } = await lab.run([
      ...[
        'backup',
        '--pool',
        'eu-west-1_Missing01',
        poolId,
        '--pool',
        'us-east-1_Elsewhere',
        '--json',
        '--quiet',
      ],
      ...['--region', 'eu-west-1'],
    ])
    expect(code).toBe(10)
    expect(json.snapshots.map((snapshot) => snapshot.poolId)).toEqual([poolId])
    expect(json.failed.map((failure) => failure.error.code)).toEqual([
      'POOL_NOT_FOUND',
      'POOL_IN_OTHER_REGION',
    ])
    expect(json.error.code).toBe('POOL_NOT_FOUND')
  })

  it('of a pool is not taken while another one is under way', async () => {
    const both = await Promise.all([1, 2].map(() => lab.run(['backup', '--pool', poolId])))
    expect(both.map(({ code }) => code).sort()).toEqual([0, 11])
    expect(both.find(({ code }) => code === 11)?.stderr).toMatch(/hint: /)
  })
})
