import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string
let first: string

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator)
  await lab.run(['init', '--no-encryption'])
  first = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
})

afterEach(() => lab.simulator.faults.clear())
afterAll(() => lab.close())

/** A copy of the vault as it is, to be spoilt. */
async function copyOfVault(name: string): Promise<string> {
  const copy = join(lab.folder, name)
  await cp(join(lab.folder, 'vault'), copy, { recursive: true })
  return copy
}

describe('usage errors', () => {
  it.each([
    [['snapshot'], "unknown command 'snapshot'", 'Did you mean snapshots?'],
    [['snapshots', '--jsn'], "unknown option '--jsn'", 'Did you mean --json?'],
    [['snapshots', 'extra'], 'too many arguments', undefined],
    [['backup'], "required option '--pool <id...>'", undefined],
    [['snapshots', '--tps', '0'], '--tps takes a number above 0, not "0"', undefined],
    [['snapshots', '--tps', 'many'], '--tps takes', undefined],
    [['snapshots', '--quota-share', '1.5'], '--quota-share takes', undefined],
    [['snapshots', '--concurrency', '2.5'], '--concurrency takes', undefined],
    [['snapshots', '--quota', 'UserLst=5'], '--quota takes CATEGORY=', 'UserList, UserRead'],
    [['snapshots', '--quota', 'UserList=x'], '--quota UserList takes', undefined],
    [['snapshots', '--endpoint-url', 'localhost'], '--endpoint-url takes a URL', 'http://'],
    [['snapshots', '--vault', 's3://Bucket'], 'names no bucket', undefined],
    [['snapshots', '--vault', 'dynamodb://table/prefix'], 'names no table', undefined],
    [['snapshots', '--object-lock-mode', 'compliance'], 'without --object-lock-days', undefined],
    [['snapshots', '--object-lock-days', '0'], '--object-lock-days takes', undefined],
    [['snapshots', '--limit-upload', '0'], '--limit-upload takes', undefined],
    [['snapshots', '--limit-download', '1.5'], '--limit-download takes', undefined],
    [['snapshots', '--storage-endpoint-url', 'ftp://x'], '--storage-endpoint-url takes a URL', undefined],
    [['restore', 'latest'], 'where to restore to', '--to-new-pool'],
    [['restore', 'latest', '--in-place', '--to-new-pool', 'x'], 'to one place', undefined],
    [['restore', 'latest', '--in-place', '--to-pool', 'x'], 'to one place', undefined],
    [['restore', 'latest', '--to-pool', 'a b'], '"a b" is not the id of a user pool', 'eu-west-1_'],
    [['restore', 'latest', '--to-pool', ''], '"" is not the id of a user pool', 'list-user-pools'],
    [['restore', 'latest', '--to-pool', `x_${'y'.repeat(54)}`], 'is not the id of a user pool', undefined],
    [['restore', 'latest', '--to-new-pool', ' '], 'the name of the pool', 'not spaces alone'],
    [['restore', 'latest', '--to-new-pool', 'a/b'], 'the name of the pool', undefined],
    [['restore', 'latest', '--in-place', '--delete-newer'], '--delete-newer goes with', '--delete-extra'],
    [['restore', 'latest', '--in-place', '--dry-run', '--yes'], 'contradict', undefined],
    [['init', '--passphrase-file', 'no-such-file'], 'passphrase file cannot be read', 'ENOENT'],
  ])('%j', async (argv, message, hint) => {
    const { code, stdout, stderr } = await lab.run(argv)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^cognito-vault: [^\n]+\n(hint: [^\n]+\n)?$/)
    expect(stderr).toContain(message)
    if (hint !== undefined) expect(stderr).toContain(hint)
    const { json } = await lab.run([...argv, '--json'])
    expect(json.error).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message) as string,
    })
  })

  it.each(['a b', '', 'eu-west-1'])('%j is the id of no pool', async (id) => {
    for (const argv of [
      ['backup', '--pool', id],
      ['diff', first, 'live', '--pool', id],
    ]) {
      const { code, stderr } = await lab.run([...argv, '--region', 'eu-west-1'])
      expect([code, stderr]).toEqual([2, expect.stringContaining('is not the id of a user pool')])
    }
  })

  it.each(['../x', 'run 1', '', '.', 'run-1/plan'])('%j is the id of no run', async (id) => {
    const { code, stderr } = await lab.run(['resume', id])
    expect([code, stderr]).toEqual([10, expect.stringContaining(`there is no run ${JSON.stringify(id)}`)])
  })

  it('asks for a vault, and takes it from the environment', async () => {
    const { code, stderr } = await lab.run(['snapshots'], { env: { COGNITO_VAULT: undefined } })
    expect(code).toBe(2)
    expect(stderr).toContain('COGNITO_VAULT')
  })

  it('takes global options before and after the command', async () => {
    const vault = join(lab.folder, 'vault')
    const env = { COGNITO_VAULT: undefined }
    expect((await lab.run(['--vault', vault, '--json', 'snapshots'], { env })).json.snapshots).toHaveLength(1)
    expect((await lab.run(['snapshots', '--vault', vault, '--json'], { env })).json.snapshots).toHaveLength(1)
  })
})

describe('the vault', () => {
  it('is said not to be there', async () => {
    for (const argv of [['snapshots'], ['verify'], ['backup', '--pool', poolId], ['resume', 'run-1']]) {
      const { code, json } = await lab.run([...argv, '--vault', join(lab.folder, 'none'), '--json'])
      expect(code).toBe(10)
      expect(json.error).toMatchObject({
        code: 'VAULT_NOT_FOUND',
        hint: expect.stringContaining('cognito-vault init') as string,
      })
    }
  })

  it('cannot lie where a file is', async () => {
    const file = join(lab.folder, 'a file')
    await writeFile(file, '')
    for (const argv of [['init', '--no-encryption'], ['snapshots'], ['backup', '--pool', poolId]]) {
      const { code, stderr } = await lab.run([...argv, '--vault', file])
      expect(code).toBe(1)
      expect(stderr).toMatch(/^cognito-vault: [^\n]+a file is not a folder[^\n]+\nhint: [^\n]+\n$/)
    }
  })

  it('is refused when it is of a newer format', async () => {
    const vault = await copyOfVault('newer')
    const file = join(vault, 'vault.json')
    const description = JSON.parse(await readFile(file, 'utf8')) as object
    await writeFile(file, JSON.stringify({ ...description, format: 99 }))
    const { code, stderr } = await lab.run(['snapshots', '--vault', vault])
    expect(code).toBe(1)
    expect(stderr).toMatch(/format 99[^\n]*\nhint: upgrade/)
  })

  it('is said to be damaged where a byte was flipped, with the snapshots that need it', async () => {
    const vault = await copyOfVault('flipped')
    const folder = join(vault, 'pools', poolId, 'segments')
    const names = (await readdir(folder, { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name))
    const file = join(folder, names.sort()[0] ?? '')
    const bytes = await readFile(file)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x10
    await writeFile(file, bytes)
    const human = await lab.run(['verify', '--vault', vault])
    expect(human.code).toBe(4)
    expect(human.stdout).toContain((file.split('/').at(-1) ?? '').slice(0, 8))
    expect(human.stdout).toContain(`needed by ${first}`)
    const { code, json } = await lab.run(['verify', '--vault', vault, '--json'])
    expect(code).toBe(4)
    expect(json).toMatchObject({
      ok: false,
      damage: [{ key: expect.stringContaining('segments/') as string, snapshots: [first] }],
      error: { code: 'VAULT_DAMAGED' },
    })
  })

  it('shows manifests that cannot be read beside those that can', async () => {
    const vault = await copyOfVault('manifest')
    const folder = join(vault, 'pools', poolId, 'snapshots')
    await writeFile(join(folder, '20200101T000000Z-00000000.json'), '{}')
    const { code, stdout } = await lab.run(['snapshots', '--vault', vault])
    expect(code).toBe(4)
    expect(stdout).toContain(first)
    expect(stdout).toContain('Cannot be read')
    const { json } = await lab.run(['snapshots', '--vault', vault, '--json'])
    expect(json.snapshots).toHaveLength(1)
    expect(json.unreadable[0]?.error.code).toBe('VAULT_DAMAGED')
  })
})

describe('what is named', () => {
  it('is an unknown snapshot, run or pool', async () => {
    for (const [argv, hint] of [
      [['show', '2019'], 'cognito-vault snapshots'],
      [['verify', '2019'], 'cognito-vault snapshots'],
      [['diff', first, '2019'], 'cognito-vault snapshots'],
      [['restore', '2019', '--to-new-pool', 'x', '--yes'], 'cognito-vault snapshots'],
      [['resume', 'run-2019'], ''],
      [['backup', '--pool', 'eu-west-1_Missing01'], '--region'],
      [['diff', first, 'live', '--pool', 'eu-west-1_Missing01'], '--region'],
      [['restore', first, '--to-pool', 'eu-west-1_Missing01', '--yes'], ''],
    ] as const) {
      const { code, stderr } = await lab.run(argv)
      expect([argv, code]).toEqual([argv, 10])
      expect(stderr).toMatch(/cognito-vault: [^\n]+\nhint: [^\n]+\n$/)
      expect(stderr.slice(stderr.indexOf('hint: '))).toContain(hint)
    }
  })

  it('is a pool of another Region', async () => {
    const { code, stderr } = await lab.run([
      'backup',
      '--pool',
      'us-east-1_Elsewhere',
      '--region',
      'eu-west-1',
    ])
    expect(code).toBe(10)
    expect(stderr).toContain('hint: use --region us-east-1')
  })

  it('is latest where the vault has two pools', async () => {
    const vault = await copyOfVault('two')
    const other = seedPool(lab.simulator, 'other', 1)
    await lab.run(['backup', '--pool', other, '--vault', vault])
    const { code, stderr } = await lab.run(['show', 'latest', '--vault', vault])
    expect(code).toBe(2)
    expect(stderr).toContain('hint: say of which pool: latest:')
    expect((await lab.run(['show', `latest:${other}`, '--vault', vault])).code).toBe(0)
  })
})

describe('Cognito', () => {
  it('refuses expired credentials, which is said once', async () => {
    lab.simulator.faults.add({ kind: 'error', code: 'ExpiredTokenException', status: 400 })
    lab.simulator.ledger.clear()
    const { code, json } = await lab.run(['backup', '--pool', poolId, '--json'])
    expect(code).toBe(13)
    expect(json).toMatchObject({
      snapshots: [],
      error: { code: 'CREDENTIALS_REJECTED', hint: expect.stringContaining('credentials') as string },
    })
    expect(lab.simulator.ledger.requests.count()).toBe(1)
  })

  it('denies the listing of users: operation and permission are named', async () => {
    lab.simulator.faults.add({
      kind: 'error',
      code: 'AccessDeniedException',
      status: 400,
      operation: 'ListUsers',
    })
    const { code, stderr } = await lab.run(['backup', '--pool', poolId, '--quiet'])
    expect(code).toBe(13)
    expect(stderr).toContain('may not do ListUsers')
    expect(stderr).toContain('cognito-idp:ListUsers')
  })

  it('denies a part of the configuration: the snapshot is incomplete, and says so', async () => {
    const operation = 'ListIdentityProviders'
    lab.simulator.faults.add({ kind: 'error', code: 'AccessDeniedException', status: 400, operation })
    const vault = await copyOfVault('incomplete')
    const human = await lab.run(['backup', '--pool', poolId, '--vault', vault])
    expect(human.code).toBe(3)
    const unread = /^Snapshot (\S+)/.exec(human.stdout)?.[1] ?? ''
    expect(human.stdout).toContain('INCOMPLETE')
    expect(human.stdout).toMatch(/identityProviders: ListIdentityProviders: access denied/)
    expect(human.stderr).toContain(`hint: allow cognito-idp:${operation}`)
    const { code, json } = await lab.run(['backup', '--pool', poolId, '--vault', vault, '--json'])
    expect(code).toBe(3)
    expect(json).toMatchObject({
      snapshots: [{ complete: false, missing: [{ resource: 'identityProviders', operation }] }],
      error: { code: 'SNAPSHOT_INCOMPLETE' },
    })
    expect((await lab.run(['snapshots', '--vault', vault])).stdout).toContain('INCOMPLETE')

    // What nobody could read is neither the same nor different.
    const compared = await lab.run(['diff', unread, onlySnapshot(json), '--vault', vault])
    expect(compared.code).toBe(3)
    expect(compared.stdout).toMatch(
      /Not compared, because it could not be read\n {2}identityProviders in \S+:\s+ListIdentityProviders:/,
    )
    expect(compared.stderr).toContain('not everything could be compared: identityProviders')
  })

  it('cannot be reached', async () => {
    const { code, json } = await lab.run([
      ...['backup', '--pool', poolId, '--json', '--quiet'],
      ...['--endpoint-url', 'http://127.0.0.1:1'],
    ])
    expect(code).toBe(1)
    expect(json.error.code).toBe('ENDPOINT_UNREACHABLE')
  })

  it('is asked nothing when the signal has aborted', async () => {
    lab.simulator.ledger.clear()
    const { code, json } = await lab.run(['backup', '--pool', poolId, '--json'], {
      signal: AbortSignal.abort(),
    })
    expect(code).toBe(130)
    expect(json.error.code).toBe('INTERRUPTED')
    expect(lab.simulator.ledger.requests.count('ListUsers')).toBe(0)
  })

  it('has its failures explained, without bodies, by --verbose', async () => {
    lab.simulator.faults.add({
      kind: 'error',
      code: 'AccessDeniedException',
      status: 400,
      operation: 'ListUsers',
    })
    const { stderr } = await lab.run(['backup', '--pool', poolId, '--verbose'])
    expect(stderr).toContain(`capture.started poolId="${poolId}" estimatedUsers=6`)
    expect(stderr).toContain('code: ACCESS_DENIED')
    expect(stderr).toContain('caused by: ListUsers: AccessDeniedException (refused)')
  })
})
