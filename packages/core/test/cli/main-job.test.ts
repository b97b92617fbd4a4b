import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedSmallPool } from '../support/small-pool.js'
import { type CliLab, type Document, onlySnapshot, openCliLab } from './cli-lab.js'

let lab: CliLab
let poolId: string
let first: string

beforeAll(async () => {
  lab = await openCliLab({ pages: 'full' })
  poolId = seedSmallPool(lab.simulator)
})

afterAll(() => lab.close())

async function document(code: number, ...argv: string[]): Promise<Document> {
  const ran = await lab.run([...argv, '--json'])
  expect(ran.code, ran.stderr).toBe(code)
  return ran.json
}

describe('the main job, one command after the other', () => {
  it('begins with a vault and a backup', async () => {
    expect((await lab.run(['init', '--no-encryption'])).code).toBe(0)
    const taken = await document(0, 'backup', '--pool', poolId)
    expect(taken).toMatchObject({
      snapshots: [{ poolId, complete: true, counts: { users: 4, memberships: 4, clients: 2 }, mau: 0 }],
    })
    first = onlySnapshot(taken)
    // Of what has not changed nothing is stored again.
    expect(await document(0, 'backup', '--pool', poolId)).toMatchObject({ snapshots: [{ bytesStored: 0 }] })
    expect(await document(0, 'verify')).toMatchObject({ ok: true, damage: [] })
    expect(await document(0, 'snapshots')).toMatchObject({
      snapshots: [{ id: first, poolId, poolName: 'shop', complete: true, counts: { users: 4 } }, {}],
    })
    expect((await lab.run(['show', 'latest', '--user', 'ann@example.com'])).stdout).toContain('ann')
  })

  it('shows who was deleted since, and brings them back, from what is the latest backup all the while', async () => {
    lab.simulator.seed.deleteUser(poolId, 'ann')
    expect(await document(8, 'diff', 'latest', 'live')).toMatchObject({
      same: false,
      users: { added: [], removed: [{ username: 'ann' }], changed: [] },
      resources: [],
    })
    expect(await document(0, 'restore', 'latest', '--in-place', '--dry-run')).toMatchObject({
      dryRun: true,
      poolId,
      plan: { AdminCreateUser: 1 },
      done: {},
    })
    expect(await document(0, 'restore', 'latest', '--in-place', '--yes')).toMatchObject({
      runId: expect.stringMatching(/^run-/) as string,
      dryRun: false,
      done: { AdminCreateUser: 1, AdminSetUserPassword: 1, AdminAddUserToGroup: 2 },
      failed: [],
      mau: 1,
      identityMap: expect.stringContaining('identity-map') as string,
    })
    expect(await document(0, 'diff', 'latest', 'live')).toMatchObject({ same: true })
    const { snapshots } = (await document(0, 'snapshots')) as unknown as { snapshots: { takenFor: string }[] }
    expect(snapshots.map(({ takenFor }) => takenFor)).toEqual([
      ...['backup', 'backup', 'diff', 'restore', 'restore', 'diff'],
    ])
  })

  it('never shows a secret that was not asked for by name, however much else is told', async () => {
    for (const argv of [
      ['show', first],
      ['show', first, '--json'],
      ['restore', first, '--to-new-pool', 'copy', '--yes', '--verbose'],
      ['diff', `latest:${poolId}`, 'live', '--json', '--verbose'],
    ]) {
      expect((await lab.run(argv)).code).toBe(0)
    }
    expect(lab.output.join('\n')).not.toMatch(/partner-secret|abcdefghijklmnopqrstuvwxyz0123/)
    expect((await lab.run(['show', first, '--with-secrets'])).stdout).toContain('partner-secret')
  })
})
