import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab } from './cli-lab.js'

const ROLE = 'arn:aws:iam::123456789012:role/import-logs'

let lab: CliLab
let poolId: string
let snapshot: string

beforeAll(async () => {
  lab = await openCliLab({ importSpeed: 1_000 })
  const { seed } = lab.simulator
  poolId = seed.pool({ PoolName: 'shop', AutoVerifiedAttributes: ['email'] })
  const verified = (username: string): object => ({
    username,
    attributes: { email: `${username}@example.com`, email_verified: 'true' },
  })
  seed.users(poolId, [verified('ann'), verified('bob'), { ...verified('off'), enabled: false }])
  await lab.run(['init', '--no-encryption'])
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
})
afterAll(() => lab.close())

const restore = (...argv: string[]): ReturnType<CliLab['run']> =>
  lab.run(['restore', snapshot, '--to-new-pool', 'copy', ...argv])

describe('restore', () => {
  it('says how many users go by which engine, why, how long that takes and what it costs', async () => {
    const { stdout } = await restore('--import-role', ROLE, '--dry-run')
    expect(stdout).toContain('2 users by import jobs')
    expect(stdout).toContain('1 user by API calls, each monthly active by it')
    expect(stdout).toContain('1 × disabled: is disabled')
    expect(stdout).toMatch(/1 user becomes active this month/)
    expect(stdout).not.toContain('UserImportInProgressException')
  })

  it('says that there is no role, and makes calls', async () => {
    const { stdout } = await restore('--dry-run')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('3 × no-role: an import job needs a role')
    expect(stdout).toMatch(/3 users become active this month/)
  })

  it('says what a job keeps others from doing in a live pool', async () => {
    const Username = 'ann'
    lab.simulator.seed.call('AdminDeleteUser', { UserPoolId: poolId, Username })
    const { stdout } = await lab.run(['restore', snapshot, '--in-place', '--import-role', ROLE, '--dry-run'])
    expect(stdout).toContain('UserImportInProgressException')
  })

  it('imports, shows how the job goes on, and counts whom it made apart', async () => {
    const { code, stdout, stderr } = await restore('--engine', 'import', '--import-role', ROLE, '--yes')
    expect(code).toBe(0)
    expect(stderr).toMatch(/import job 1 \(import-\w+\): 2 users/)
    expect(stderr).toContain('import job 1 Succeeded: 2 imported, 0 skipped, 0 failed')
    expect(stdout).toContain('Users made by import jobs: 2')
    expect(stdout).toContain('Users made monthly active: 1')
    expect(`${stdout}${stderr}`).not.toMatch(/X-Amz|example\.com/)
  })

  it('has the numbers in its document', async () => {
    const { json } = await restore('--import-role', ROLE, '--yes', '--json', '--quiet')
    expect(json).toMatchObject({ imported: 2, mau: 1, engines: { import: 2, api: 1, why: { disabled: 1 } } })
  })

  it.each([
    [['--engine', 'import'], /needs --import-role/],
    [['--engine', 'csv'], /no such engine/],
  ])('refuses %j', async (argv, message) => {
    const { code, stderr } = await restore(...argv, '--yes')
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('imports with hashes that are given, which nothing shows, and which a resumed run needs again', async () => {
    const hash = `$2b$10$${'h'.repeat(53)}`
    const file = join(lab.folder, 'hashes.ndjson')
    await writeFile(file, `${JSON.stringify({ username: 'bob', algorithm: 'BCRYPT', hash })}\n`)
    const argv = ['--import-role', ROLE, '--passwords', 'hashes', file]
    const fault = { operation: 'StartUserImportJob', kind: 'error', code: 'AccessDeniedException' } as const
    lab.simulator.faults.add(fault)
    const stopped = await restore(...argv, '--yes')
    lab.simulator.faults.clear()
    expect(stopped.code).toBe(13)
    expect(stopped.stdout.replaceAll(/\s+/g, ' ')).toContain(
      '1 user of these with the hash of a password, of 1 that were given',
    )
    const [, runId = ''] = /cognito-vault resume (run-\S+)/.exec(stopped.stderr) ?? []
    const without = await lab.run(['resume', runId, '--json'])
    expect([without.code, without.json.error.code]).toEqual([2, 'HASHES_NEEDED'])
    const { json, code } = await lab.run(['resume', runId, '--hashes', file, '--json'])
    expect(code).toBe(0)
    expect(lab.simulator.inspect.user(json.poolId, 'bob')).toMatchObject({
      status: 'CONFIRMED',
      passwordHash: hash,
    })
    expect(lab.output.join('')).not.toContain(hash)
  })

  it.each([
    [['hashes', '/nowhere/hashes.ndjson'], /no such file/],
    [['hashes'], /takes reset, hashes and a file/],
    [['keep'], /takes reset, hashes and a file/],
  ])('refuses --passwords %j', async (passwords, message) => {
    const { code, stderr } = await restore('--import-role', ROLE, '--yes', '--passwords', ...passwords)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('that has hashes needs a role', async () => {
    const { code, stderr } = await restore(
      '--yes',
      '--passwords',
      'hashes',
      join(lab.folder, 'hashes.ndjson'),
    )
    expect(code).toBe(2)
    expect(stderr).toContain('--passwords hashes needs --import-role')
  })

  it('that cannot import stops, and is resumed by calls', async () => {
    const fault = {
      operation: 'CreateUserImportJob',
      kind: 'error',
      code: 'InvalidParameterException',
    } as const
    lab.simulator.faults.add(fault)
    const { code, stderr } = await restore('--engine', 'import', '--import-role', ROLE, '--yes')
    expect(code).toBe(1)
    const [, runId = ''] =
      /cognito-vault resume (\S+) --engine api/.exec(stderr.replaceAll(/\s+/g, ' ')) ?? []
    expect((await lab.run(['resume', runId, '--engine', 'import'])).code).toBe(2)
    const { json } = await lab.run(['resume', runId, '--engine', 'api', '--json'])
    expect(json).toMatchObject({ imported: 0, mau: 3, failed: [] })
    lab.simulator.faults.clear()
  })
})
