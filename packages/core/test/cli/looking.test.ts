import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CliLab,
  clientSecrets,
  onlySnapshot,
  openCliLab,
  PROVIDER_SECRET,
  secretsTold,
  seedPool,
} from './cli-lab.js'

let lab: CliLab
let poolId: string
let first: string

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
  first = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
})

afterAll(async () => {
  const told = secretsTold(lab)
  await lab.close()
  expect(told).toEqual([])
})

describe('snapshots and show', () => {
  it('lists snapshots, each pool apart', async () => {
    const { code, stdout, stderr } = await lab.run(['snapshots'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Pool ${poolId} "shop" in eu-west-1`)
    expect(stdout).toMatch(new RegExp(`${first} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d +6 +2 +complete`))
    expect(stderr).toBe('')
  })

  it('lists them as a document', async () => {
    const { code, json } = await lab.run(['snapshots', '--json', '--pool', poolId])
    expect(code).toBe(0)
    expect(json.snapshots[0]).toMatchObject({
      id: first,
      poolId,
      poolName: 'shop',
      takenAt: expect.stringMatching(/Z$/) as string,
      complete: true,
      counts: { users: 6 },
    })
    expect((await lab.run(['snapshots', '--json', '--pool', 'eu-west-1_Other0001'])).json.snapshots).toEqual(
      [],
    )
  })

  it('shows the configuration with its secrets masked', async () => {
    const { code, stdout } = await lab.run(['show', first])
    expect(code).toBe(0)
    expect(stdout).toContain('"ClientSecret": "(secret)"')
    expect(stdout).toContain('"client_secret": "(secret)"')
    const { json } = await lab.run(['show', 'latest', '--json'])
    expect(json).toMatchObject({
      manifest: { pool: { id: poolId } },
      resources: { client: expect.anything() as object },
    })
  })

  it('shows secrets when they are asked for', async () => {
    const before = lab.output.length
    const { stdout } = await lab.run(['show', first, '--with-secrets'])
    lab.output.splice(before)
    expect(stdout).toContain(PROVIDER_SECRET)
    expect(stdout).toContain(clientSecrets(lab.simulator, poolId)[0])
  })

  it('shows a user by any of the names', async () => {
    const { code, stdout } = await lab.run(['show', first, '--user', 'Alice@Example.com'])
    expect(code).toBe(0)
    expect(stdout).toContain('"Username": "alice"')
    expect(stdout).toContain('groups: admins')
    const { json } = await lab.run(['show', first, '--user', 'alice', '--json'])
    expect(json).toMatchObject({ users: [{ user: { Username: 'alice' }, groups: ['admins'] }] })
  })

  it('says that there is no such user, without repeating who was asked for', async () => {
    const { code, json, stderr } = await lab.run(['show', first, '--user', 'mallory@example.com', '--json'])
    expect(code).toBe(10)
    expect(json.error.code).toBe('NOT_IN_SNAPSHOT')
    expect(JSON.stringify(json) + stderr).not.toContain('mallory')
  })
})

describe('verify', () => {
  it('says that a vault is whole', async () => {
    const { code, stdout } = await lab.run(['verify', '--read-data'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Whole: \d+ snapshots?, \d+ segments, .* read\n$/)
    const { json } = await lab.run(['verify', first, '--json', '--quiet'])
    expect(json).toEqual({
      ok: true,
      snapshots: 1,
      runs: 0,
      segments: expect.any(Number) as number,
      bytesRead: expect.any(Number) as number,
      damage: [],
      lockedTooShort: [],
    })
  })

  it('reads a part of the data, and says which', async () => {
    const { code, stdout } = await lab.run(['verify', '--read-data-subset', '50%'])
    expect(code).toBe(0)
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /^Whole as far as was read: .* 50%: read \d+ of \d+ data segments; of the others it is known that they are there $/,
    )
    const { json } = await lab.run(['verify', first, '--read-data-subset', '2/2', '--json'])
    expect(json).toMatchObject({ ok: true, subset: { asked: '2/2' } })
    const refused = await lab.run(['verify', '--read-data-subset', '3/2'])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('takes N/T or a percentage')])
    expect((await lab.run(['verify', '--read-data', '--read-data-subset', '1/2'])).code).toBe(2)
  })
})

describe('diff', () => {
  it('exits with 0 for the same and with 8 for what differs', async () => {
    const same = await lab.run(['diff', first, 'live'])
    expect(same.code).toBe(0)
    expect(same.stdout).toContain('They are the same.')

    lab.simulator.seed.attributes(poolId, 'alice', { given_name: 'Alice' })
    lab.simulator.seed.deleteUser(poolId, 'user1')
    lab.simulator.seed.call('UpdateGroup', {
      UserPoolId: poolId,
      GroupName: 'staff',
      Description: 'the staff',
    })
    const different = await lab.run(['diff', first, 'live'])
    expect(different.code).toBe(8)
    expect(different.stderr).not.toContain('cognito-vault:')
    expect(different.stdout).toMatch(
      /users +0 added, 1 removed, 1 changed\n +resources +0 added, 0 removed, 1 changed/,
    )
    expect(different.stdout).toMatch(/alice \(.*\): given_name/)
    expect(different.stdout).toContain('+ Description: "the staff"')
    // Whose data it is has its fields named, never shown.
    expect(different.stdout).not.toContain('Alice')

    await lab.run(['backup', '--pool', poolId])
    const { code, json } = await lab.run(['diff', first, 'latest', '--json'])
    expect(code).toBe(8)
    expect(json).toMatchObject({
      same: false,
      left: first,
      users: { added: [], removed: [{ username: 'user1' }], changed: [{ username: 'alice' }] },
      resources: [{ kind: 'group', name: 'staff', change: 'changed' }],
      unknown: [],
    })
  })

  it('says what it did not compare, beside what differs', async () => {
    lab.simulator.faults.add({ kind: 'error', code: 'NoSuchTarget', status: 400, operation: 'ListUsers' })
    lab.simulator.seed.groups(poolId, ['guests'])
    const different = await lab.run(['diff', first, 'live'])
    lab.simulator.faults.clear()
    expect(different.code).toBe(8)
    expect(different.stdout).toMatch(/users +not compared\n +resources +1 added, 0 removed, 1 changed/)
    expect(different.stdout).toMatch(
      /Not compared, because it could not be read\n {2}users in \S+: ListUsers:\s+NoSuchTarget/,
    )
    expect(different.stdout).not.toContain('the same')
  })

  it('takes --pool only with live', async () => {
    expect((await lab.run(['diff', first, first, '--pool', poolId])).code).toBe(2)
  })
})
