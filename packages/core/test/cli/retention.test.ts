import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string
const ids: string[] = []

async function backUp(...options: string[]): Promise<number> {
  const ran = await lab.run(['backup', '--pool', poolId, '--json', ...options])
  ids.push(onlySnapshot(ran.json))
  return ran.code
}

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator, 'shop', 30)
  await lab.run(['init', '--no-encryption'])
  for (let i = 0; i < 3; i++) expect(await backUp()).toBe(0)
})
afterAll(() => lab.close())

describe('forget', () => {
  it.each([
    [[], 'no policy'],
    [['--keep-last', '0'], 'whole number from 1'],
    [['--keep-within', '30'], 'not a length of time'],
    [['--keep-last', '1', 'latest'], 'not both'],
    [['--keep-last', '1', '--shrink-threshold', '0%'], 'percentage'],
    [['--undo', 'x', '--yes'], '--undo takes one snapshot'],
  ])('refuses %j', async (options, message) => {
    const { code, stderr } = await lab.run(['forget', ...options])
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  it('shows the same table in a dry run and when it is asked for, and forgets after a yes', async () => {
    const policy = ['forget', '--keep-last', '1', '--pool', poolId]
    const dry = await lab.run([...policy, '--dry-run'])
    expect(dry.code).toBe(0)
    expect(dry.stdout).toContain(ids[0])
    expect(dry.stdout).toMatch(/FORGET\n/)
    expect(dry.stdout).toContain('2 snapshots to forget, 1 snapshot to keep')
    expect(dry.stdout).toContain('latest complete snapshot')
    const table = dry.stdout.slice(0, dry.stdout.indexOf('A dry run'))
    const silent = await lab.run(policy)
    expect(silent.code).toBe(2)
    const refused = await lab.run(policy, { typed: 'no\n' })
    expect([refused.code, refused.stdout]).toEqual([2, table.trimEnd() + '\n'])
    const done = await lab.run(policy, { typed: 'yes\n' })
    expect([done.code, done.stdout.startsWith(table.trimEnd())]).toEqual([0, true])
    expect(done.stdout).toContain('Forgotten: 2 snapshots')
    const back = await lab.run(['forget', '--undo', ids[1]!])
    expect([back.code, back.stdout]).toEqual([0, `Snapshot ${ids[1]!} of ${poolId} is there again.\n`])
    const list = await lab.run(['snapshots', '--json'])
    expect(list.json.snapshots.map(({ id }) => id)).toEqual(ids.slice(1))
  })
})

describe('prune', () => {
  it('says what it would do, and does it', async () => {
    const dry = await lab.run(['prune', '--dry-run', '--json'])
    const { pools } = JSON.parse(dry.stdout) as { pools: Record<string, number>[] }
    expect([dry.code, pools]).toMatchObject([0, [{ poolId, deleted: 0, forgottenKept: 2 }]])
    const real = await lab.run(['prune'])
    expect(real.code).toBe(0)
    expect(real.stdout).toContain(`Pool ${poolId}: 0 segments (0 B) deleted`)
    expect(real.stdout).toContain('2 forgotten snapshots can still be taken back')
    expect((await lab.run(['verify'])).code).toBe(0)
  })
})

describe('the shrink guard', () => {
  it('is told of by backup, snapshots and forget until it is acknowledged', async () => {
    const users = lab.simulator.inspect.pool(poolId).users.filter(({ username }) => username !== 'alice')
    for (const { username } of users.slice(0, 20)) lab.simulator.seed.deleteUser(poolId, username)
    expect(await backUp('--shrink-threshold', '80%')).toBe(0)
    const ran = await lab.run(['backup', '--pool', poolId])
    expect(ran.code).toBe(6)
    expect(ran.stdout).toContain(': complete')
    expect(ran.stderr).toContain('11 users where')
    expect(ran.stderr).toContain('cognito-vault acknowledge')
    const listed = await lab.run(['snapshots', '--json'])
    const last = listed.json.snapshots.at(-1)!
    expect(last).toMatchObject({ shrunk: [{ what: 'users', before: 31, now: 11 }, { what: 'changedUsers' }] })
    expect((await lab.run(['snapshots'])).stdout).toContain('SHRUNK')
    const held = await lab.run(['forget', '--keep-last', '1', '--yes', '--json', '--quiet'])
    expect([held.code, held.json.error.code]).toEqual([6, 'SHRINK_GUARD'])
    expect(held.json).toMatchObject({
      forgotten: [],
      pools: [{ flagged: [{ id: ids[3] }, { id: last.id }] }],
    })
    const done = await lab.run(['acknowledge', last.id])
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('is the normal of')])
    expect((await lab.run(['acknowledge', last.id])).code).toBe(2)
    expect(await backUp()).toBe(0)
    expect((await lab.run(['forget', '--keep-last', '1', '--yes'])).code).toBe(0)
    expect((await lab.run(['verify'])).code).toBe(0)
  })
})
