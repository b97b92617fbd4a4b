import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Simulator, startSimulator } from 'cognito-vault-simulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seedSmallPool } from '../support/small-pool.js'
import { openTerminal, type Printed, type Terminal } from '../support/terminal.js'

let simulator: Simulator
let directory: string
let terminal: Terminal
let pool: string

beforeEach(async () => {
  simulator = await startSimulator({ quotas: false, pages: 'full' })
  directory = await mkdtemp(join(tmpdir(), 'cognito-vault-cli-'))
  const vault = join(directory, 'vault')
  terminal = openTerminal({
    vault,
    endpoint: simulator.url,
    region: simulator.region,
    tempDirectory: directory,
  })
  pool = seedSmallPool(simulator)
})

afterEach(async () => {
  await simulator.close()
  await rm(directory, { recursive: true, force: true })
})

async function backedUp(): Promise<string> {
  await terminal.run('init', '--no-encryption')
  const { out } = await terminal.run('backup', '--pool', pool, '--json')
  return (JSON.parse(out) as { snapshots: { id: string }[] }).snapshots[0]!.id
}

function isOneError(printed: Printed, code: number, message: RegExp, hint: RegExp): void {
  expect(printed.code).toBe(code)
  const lines = printed.err
    .trim()
    .split('\n')
    .filter((line) => /^(cognito-vault|hint): /.test(line))
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(message)
  expect(lines[1]).toMatch(hint)
}

const writes = (): string[] =>
  Object.keys(simulator.ledger.requests.all()).filter((name) => !/^(List|Describe|Get)/.test(name))

describe('the commands', () => {
  it('do the main job, one after the other', async () => {
    expect((await terminal.run('init', '--no-encryption')).code).toBe(0)
    const taken = await terminal.run('backup', '--pool', pool)
    expect(taken).toMatchObject({ code: 0 })
    expect(taken.out).toMatch(/complete/)
    expect((await terminal.run('snapshots')).out).toContain(pool)
    expect((await terminal.run('verify')).code).toBe(0)
    expect((await terminal.run('show', 'latest', '--user', 'ann@example.com')).out).toContain('ann')
    simulator.seed.deleteUser(pool, 'ann')
    const differs = await terminal.run('diff', 'latest', 'live')
    expect(differs).toMatchObject({ code: 8 })
    expect(differs.out).toContain('ann')
    expect((await terminal.run('restore', `latest:${pool}`, '--in-place', '--dry-run')).code).toBe(0)
  })

  it('print one JSON document with the promised fields on stdout, and nothing else', async () => {
    const id = await backedUp()
    const document = async (code: number, ...argv: string[]): Promise<unknown> => {
      const printed = await terminal.run(...argv, '--json')
      expect(printed.code, printed.err).toBe(code)
      return JSON.parse(printed.out)
    }
    expect(await document(0, 'backup', '--pool', pool)).toMatchObject({
      snapshots: [
        {
          poolId: pool,
          complete: true,
          missing: [],
          counts: { users: 4, memberships: 4, clients: 2 },
          mau: 0,
          bytesStored: 0,
        },
      ],
    })
    expect(await document(0, 'snapshots')).toMatchObject({
      snapshots: [{ id, poolId: pool, poolName: 'shop', complete: true, counts: { users: 4 } }, {}],
    })
    simulator.seed.deleteUser(pool, 'ann')
    expect(await document(8, 'diff', id, 'live')).toMatchObject({
      same: false,
      users: { added: [], removed: [{ username: 'ann' }], changed: [] },
      resources: [],
    })
    expect(await document(0, 'verify')).toMatchObject({ ok: true, damage: [] })
    expect(await document(0, 'restore', id, '--in-place', '--dry-run')).toMatchObject({
      dryRun: true,
      poolId: pool,
      plan: { AdminCreateUser: 1 },
      done: {},
    })
    expect(await document(0, 'restore', id, '--in-place', '--yes')).toMatchObject({
      runId: expect.stringMatching(/^run-/) as string,
      dryRun: false,
      done: { AdminCreateUser: 1, AdminSetUserPassword: 1, AdminAddUserToGroup: 2 },
      failed: [],
      mau: 1,
      identityMap: expect.stringContaining('identity-map') as string,
    })
    expect(await document(10, 'show', 'nothing')).toMatchObject({
      error: {
        code: 'SNAPSHOT_NOT_FOUND',
        message: expect.any(String) as string,
        hint: expect.any(String) as string,
      },
    })
  })

  it('ask before a restore writes, and take nothing but yes for yes', async () => {
    const id = await backedUp()
    simulator.seed.deleteUser(pool, 'ann')
    simulator.ledger.clear()
    const refused = await terminal.answer('no', 'restore', id, '--in-place')
    expect(refused.code).not.toBe(0)
    expect(writes()).toEqual([])
    expect((await terminal.answer('yes', 'restore', id, '--in-place')).code).toBe(0)
    expect(writes()).toContain('AdminCreateUser')
  })

  it('refuse a restore without a terminal and without --yes', async () => {
    const id = await backedUp()
    simulator.ledger.clear()
    isOneError(await terminal.run('restore', id, '--in-place'), 2, /has to be confirmed/, /--dry-run.*--yes/)
    expect(writes()).toEqual([])
  })

  it('never show a secret unless asked for it by name', async () => {
    const id = await backedUp()
    const printed = [
      await terminal.run('show', id),
      await terminal.run('show', id, '--json'),
      await terminal.run('restore', id, '--to-new-pool', 'copy', '--yes', '--verbose'),
      await terminal.run('diff', `latest:${pool}`, 'live', '--json', '--verbose'),
    ]
    for (const { out, err } of printed)
      expect(out + err).not.toMatch(/partner-secret|abcdefghijklmnopqrstuvwxyz0123/)
    expect((await terminal.run('show', id, '--with-secrets')).out).toContain('partner-secret')
  })

  it('keep within 80 columns', async () => {
    const id = await backedUp()
    for (const argv of [
      ['snapshots'],
      ['backup', '--pool', pool],
      ['restore', id, '--to-new-pool', 'copy', '--dry-run'],
      ['--help'],
    ]) {
      const { out } = await terminal.answer('', ...argv)
      expect(
        out.split('\n').filter((line) => line.length > 80),
        argv.join(' '),
      ).toEqual([])
    }
  })
})

describe('bad input gives one clear line, the next thing to do, and the right exit code', () => {
  it.each([
    ['no vault', ['snapshots'], 10, /no vault/, /init/],
    ['no command', ['bakup'], 2, /bakup/, /backup/],
    ['no name of encryption', ['init'], 2, /clear/, /--no-encryption/],
    ['no target', ['restore', 'latest', '--yes'], 2, /./, /--to-new-pool/],
    ['two targets', ['restore', 'latest', '--yes', '--in-place', '--to-pool', 'x'], 2, /./, /./],
    [
      'a flag that needs another',
      ['restore', 'latest', '--in-place', '--yes', '--delete-newer'],
      2,
      /--delete-newer/,
      /--delete-extra/,
    ],
    ['a wrong number', ['backup', '--pool', 'x', '--tps', '0'], 2, /--tps/, /./],
    ['a wrong category', ['backup', '--pool', 'x', '--quota', 'Nothing=1'], 2, /--quota/, /UserList/],
  ] as const)('%s', async (_, argv, code, message, hint) => {
    isOneError(await terminal.run(...argv), code, message, hint)
  })

  it('in a vault', async () => {
    const id = await backedUp()
    const vault = join(directory, 'vault')
    // A segment of the first snapshot, before there are others.
    const segments = join(vault, 'pools', pool, 'segments')
    const [first] = await readdir(segments)
    const [name] = await readdir(join(segments, first!))
    const file = join(segments, first!, name!)
    isOneError(
      await terminal.run('backup', '--pool', `${simulator.region}_Nothing01`),
      10,
      /no user pool/,
      /--region/,
    )
    isOneError(
      await terminal.run('backup', '--pool', 'us-east-1_Nothing01'),
      10,
      /us-east-1/,
      /--region us-east-1/,
    )
    isOneError(await terminal.run('show', '1999'), 10, /1999/, /snapshots/)
    isOneError(await terminal.run('resume', 'run-x'), 10, /run-x/, /./)
    simulator.faults.add({
      operation: 'DescribeUserPool',
      kind: 'error',
      code: 'ExpiredTokenException',
      times: 1,
    })
    isOneError(await terminal.run('backup', '--pool', pool), 13, /ExpiredToken/, /credentials/)
    simulator.faults.add({ operation: 'ListUsers', kind: 'error', code: 'AccessDeniedException', nth: 1 })
    isOneError(await terminal.run('backup', '--pool', pool), 13, /ListUsers/, /cognito-idp:ListUsers/)
    simulator.faults.add({ operation: 'ListGroups', kind: 'error', code: 'AccessDeniedException', nth: 1 })
    const incomplete = await terminal.run('backup', '--pool', pool)
    expect(incomplete.code).toBe(3)
    expect(incomplete.out + incomplete.err).toMatch(/cognito-idp:ListGroups/)

    const bytes = await readFile(file)
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(file, bytes)
    const damaged = await terminal.run('verify')
    expect(damaged.code).toBe(4)
    expect(damaged.out + damaged.err).toContain(name)
    expect(damaged.out + damaged.err).toContain(id)

    await writeFile(join(vault, 'vault.json'), '{"format":99}')
    isOneError(await terminal.run('snapshots'), 1, /format 99/, /upgrade/)
  })

  it('two backups at once', async () => {
    await terminal.run('init', '--no-encryption')
    const codes = await Promise.all(
      [1, 2].map(async () => (await terminal.run('backup', '--pool', pool)).code),
    )
    expect(codes.sort()).toEqual([0, 11])
  })
})

it('runs as a command of its own, and lets no library print', async () => {
  const bin = new URL('../../bin/cognito-vault.js', import.meta.url).pathname
  const env = {
    PATH: process.env['PATH'],
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'y',
    COGNITO_VAULT: join(directory, 'own'),
  }
  const run = (...argv: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, [bin, ...argv], { env })
  await run('init', '--no-encryption')
  const { stdout, stderr } = await run('backup', '--pool', pool, '--endpoint-url', simulator.url, '--quiet')
  expect(stdout).toMatch(/complete/)
  expect(stderr).toBe('')
})
