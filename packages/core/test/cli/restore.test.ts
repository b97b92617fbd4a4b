import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, secretsTold, seedPool } from './cli-lab.js'
import { countsAsCalled } from '../support/simulated-operation.js'

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
afterAll(async () => {
  const told = secretsTold(lab)
  await lab.close()
  expect(told).toEqual([])
})

/** The operations that change something, as the simulator saw them. */
function writes(): string[] {
  const operations = Object.keys(countsAsCalled(lab.simulator.ledger.requests.all()))
  return operations.filter((operation) => !/^(List|Describe|Get|AdminGet|AdminList)/.test(operation))
}

describe('the plan', () => {
  it('is shown by a dry run, which writes nothing to Cognito', async () => {
    lab.simulator.ledger.clear()
    const { code, stdout } = await lab.run(['restore', first, '--to-new-pool', 'copy', '--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toContain('into  a new pool "copy" in eu-west-1')
    expect(stdout).toMatch(/AdminCreateUser +6\n/)
    expect(stdout).toMatch(/6 users become active this month/)
    expect(stdout).toContain('password-unknown')
    expect(stdout).toContain('to do: the user chooses')
    expect(stdout).toContain('Dry run: nothing was changed.')

    const { json } = await lab.run([
      'restore',
      first,
      '--to-new-pool',
      'copy',
      '--dry-run',
      '--json',
      '--quiet',
    ])
    expect(json).toMatchObject({
      dryRun: true,
      plan: { AdminCreateUser: 6, CreateUserPool: 1 },
      done: {},
      failed: [],
      mau: 6,
      etaSeconds: expect.any(Number) as number,
      fidelity: { exact: expect.any(Number) as number },
    })
    await lab.run(['restore', first, '--in-place', '--dry-run'])
    expect(writes()).toEqual([])
  })

  it('has to be confirmed where there is no terminal', async () => {
    lab.simulator.ledger.clear()
    const { code, stderr } = await lab.run(['restore', first, '--to-new-pool', 'second copy'])
    expect(code).toBe(2)
    expect(stderr).toContain(`cognito-vault restore ${first} --to-new-pool 'second copy' --yes`)
    expect(stderr).toContain('--dry-run')
    expect((await lab.run(['restore', first, '--in-place', '--json'])).json.error.code).toBe(
      'CONFIRMATION_NEEDED',
    )
    expect(writes()).toEqual([])
  })

  it('is not executed unless yes is typed', async () => {
    lab.simulator.ledger.clear()
    for (const typed of ['no\n', 'yesterday\n', '\n', '']) {
      const { code, stderr } = await lab.run(['restore', first, '--to-new-pool', 'copy'], { typed })
      expect([typed, code]).toEqual([typed, 1])
      expect(stderr).toContain('Type yes to restore: ')
      expect(stderr).toContain('nothing was changed')
    }
    expect(writes()).toEqual([])
  })

  it('is executed when yes is typed; the plan is not on stdout with --json', async () => {
    lab.simulator.ledger.clear()
    const { code, json, stderr } = await lab.run(['restore', first, '--to-new-pool', 'typed', '--json'], {
      typed: 'yes\n',
    })
    expect(code).toBe(0)
    expect(stderr).toContain('Plan run-')
    expect(json.poolId).not.toBe('')
    expect(writes()).toContain('AdminCreateUser')
  })
})

describe('a question', () => {
  it('that is interrupted is not answered, and nothing is written', async () => {
    lab.simulator.ledger.clear()
    const stop = new AbortController()
    const stdin = new PassThrough()
    const asked = lab.run(['restore', first, '--to-new-pool', 'copy'], {
      typed: stdin,
      signal: stop.signal,
      onError: (text) => {
        if (text.includes('Type yes')) stop.abort()
      },
    })
    const { code, stderr } = await asked
    expect(code).toBe(130)
    expect(stderr).toContain('hint: nothing was changed')
    expect(writes()).toEqual([])
  })
})

describe('a restore', () => {
  it('into a new pool tells what was done, what differs, and what to run next', async () => {
    const { code, stdout } = await lab.run(['restore', 'latest', '--to-new-pool', 'copy', '--yes'])
    expect(code).toBe(0)
    const copy = /^Restored into (\S+) by (run-\S+)$/m.exec(stdout)
    expect(stdout).toMatch(/Of the snapshot: \d+ exact, \d+ transformed, 0 lost/)
    expect(stdout).toContain(`Identity map:    restores/${copy?.[2] ?? ''}/identity-map/`)
    const next = /^cognito-vault (diff \S+ live --pool \S+)$/m.exec(stdout)?.[1]?.split(' ') ?? []
    expect((await lab.run(next)).code).toBe(0)
    expect(lab.simulator.ledger.messages.all()).toEqual([])
  })

  it('gives the document that scripts rely on', async () => {
    const { code, json, stdout } = await lab.run([
      'restore',
      first,
      '--to-new-pool',
      'copy',
      '--yes',
      '--json',
    ])
    expect(code).toBe(0)
    expect(stdout.trimEnd().startsWith('{') && stdout.endsWith('}\n')).toBe(true)
    expect(json).toMatchObject({
      runId: expect.stringMatching(/^run-/) as string,
      poolId: expect.stringMatching(/^eu-west-1_/) as string,
      dryRun: false,
      plan: { AdminCreateUser: 6 },
      done: { AdminCreateUser: 6 },
      failed: [],
      fidelity: { lost: 0 },
      identityMap: expect.stringContaining('identity-map') as string,
      mau: 6,
    })
  })

  it('in place puts back what was deleted and changed', async () => {
    lab.simulator.seed.deleteUser(poolId, 'user2')
    lab.simulator.seed.attributes(poolId, 'alice', { email: 'wrong@example.com' })
    const { code, stdout } = await lab.run(['restore', first, '--in-place', '--yes'])
    expect(code).toBe(0)
    expect(stdout).toContain('This widens access')
    expect(stdout).toContain('deleted users are made again')
    expect(lab.simulator.inspect.user(poolId, 'alice').attributes['email']).toBe('alice@example.com')
    const again = await lab.run(['restore', first, '--in-place', '--yes'])
    expect(again.code).toBe(0)
    expect(again.stdout).toContain('There is nothing to do.')
  })

  it('into the snapshot’s own pool adds what is missing', async () => {
    lab.simulator.seed.call('DeleteGroup', { UserPoolId: poolId, GroupName: 'staff' })
    const { code, json } = await lab.run([
      'restore',
      first,
      '--to-pool',
      poolId,
      '--yes',
      '--json',
      '--quiet',
    ])
    expect(code).toBe(0)
    expect(json).toMatchObject({ poolId, done: { CreateGroup: 1 } })
  })

  it('exits with 5 when operations fail, and names them', async () => {
    lab.simulator.faults.add({
      kind: 'error',
      code: 'InvalidParameterException',
      status: 400,
      operation: 'CreateGroup',
      nth: 1,
    })
    const { code, stdout, stderr } = await lab.run(['restore', first, '--to-new-pool', 'copy', '--yes'])
    expect(code).toBe(5)
    expect(stdout).toMatch(/group (admins|staff): CreateGroup failed/)
    expect(stderr).toContain('did not succeed')
  })

  it('that stops is gone on with, and the document of the stop says what was done', async () => {
    const denied = lab.simulator.faults.add({
      kind: 'error',
      code: 'AccessDeniedException',
      status: 400,
      operation: 'AdminSetUserPassword',
    })
    const stopped = await lab.run(['restore', first, '--to-new-pool', 'copy', '--yes', '--json', '--quiet'])
    expect(stopped.code).toBe(13)
    expect(stopped.json).toMatchObject({
      runId: expect.stringMatching(/^run-/) as string,
      done: { CreateUserPool: 1 },
      error: { code: 'ACCESS_DENIED', hint: expect.stringContaining('cognito-vault resume run-') as string },
    })
    denied()
    const resumed = await lab.run(['resume', stopped.json.runId, '--json', '--quiet'])
    expect(resumed.code).toBe(0)
    expect(resumed.json).toMatchObject({ done: { AdminCreateUser: 6, CreateUserPool: 1 }, failed: [] })
    const human = await lab.run(['resume', stopped.json.runId])
    expect(human.code).toBe(0)
    expect(human.stdout).toContain(`Restored into ${resumed.json.poolId}`)
  })

  it('of a plan that was never approved is not gone on with', async () => {
    const dry = await lab.run(['restore', first, '--to-new-pool', 'copy', '--dry-run', '--json', '--quiet'])
    const { code, json } = await lab.run(['resume', dry.json.runId, '--json'])
    expect(code).toBe(1)
    expect(json.error.code).toBe('RUN_NOT_APPROVED')
  })

  it('counts in its document what was done and nothing else, also when it is gone on with', async () => {
    const fault = { kind: 'error', status: 400 } as const
    lab.simulator.faults.add({ ...fault, code: 'InvalidParameterException', operation: 'CreateGroup' })
    lab.simulator.faults.add({ ...fault, code: 'AccessDeniedException', operation: 'AdminSetUserPassword' })
    const stopped = await lab.run(['restore', first, '--to-new-pool', 'copy', '--yes', '--json', '--quiet'])
    const again = await lab.run(['resume', stopped.json.runId, '--json', '--quiet'])
    for (const { code, json } of [stopped, again]) {
      expect(code).toBe(13)
      expect(json).toMatchObject({ done: { CreateUserPool: 1 } })
      expect(json).not.toHaveProperty('done.CreateGroup')
    }
  })

  it('of a pool that lives names what it deletes, changes and makes again, and never a value', async () => {
    const { poolId: target } = (
      await lab.run(['restore', first, '--to-new-pool', 'copy', '--yes', '--json', '--quiet'])
    ).json
    await lab.run(['backup', '--pool', target])
    const old = new Date('2020-01-01T00:00:00Z')
    lab.simulator.seed.users(target, [{ username: 'ghost', createDate: old }])
    lab.simulator.seed.deleteUser(target, 'user1')
    lab.simulator.seed.attributes(target, 'alice', { given_name: 'Mallory' })
    lab.simulator.seed.call('UpdateGroup', { UserPoolId: target, GroupName: 'staff', Description: 'x' })
    const command = ['restore', `latest:${target}`, '--in-place', '--delete-extra', '--dry-run']
    const { stdout } = await lab.run(command)
    expect(stdout).toMatch(/This is deleted\n {2}user ghost \(/)
    expect(stdout).toMatch(
      /This is changed\n {2}group staff: Description\n {2}user alice \(\S+\): .*given_name/,
    )
    expect(stdout).toMatch(/This is made again\n {2}user user1 \(/)
    expect(stdout).not.toContain('Mallory')
    const { json } = await lab.run([...command, '--json', '--quiet'])
    expect(json).toMatchObject({
      changes: expect.arrayContaining([
        { action: 'delete', kind: 'user', id: expect.any(String) as string, username: 'ghost', members: [] },
        { action: 'change', kind: 'group', id: 'staff', members: ['Description'] },
      ]) as unknown,
    })
  })

  it('that stopped is named before the next one to the same place, which refuses to go on from before it', async () => {
    const denied = lab.simulator.faults.add({
      kind: 'error',
      code: 'AccessDeniedException',
      status: 400,
      operation: 'AdminSetUserPassword',
    })
    const stopped = await lab.run(['restore', first, '--to-new-pool', 'copy', '--yes', '--json', '--quiet'])
    denied()
    const next = await lab.run(['restore', first, '--to-new-pool', 'copy', '--dry-run'])
    expect(next.stdout.replaceAll(/\s+/g, ' ')).toContain(
      `never finished. To go on with it instead: cognito-vault resume ${stopped.json.runId}`,
    )
    await lab.run(['resume', stopped.json.runId])
    const after = await lab.run(['restore', first, '--to-new-pool', 'copy', '--dry-run'])
    expect(after.stdout).not.toContain(stopped.json.runId)
  })

  it('of an incomplete snapshot says what did not come back, and does not pass for success', async () => {
    const vault = join(lab.folder, 'incomplete')
    await lab.run(['init', '--no-encryption', '--vault', vault])
    lab.simulator.faults.add({
      kind: 'error',
      code: 'AccessDeniedException',
      status: 400,
      operation: 'ListIdentityProviders',
    })
    await lab.run(['backup', '--pool', poolId, '--vault', vault])
    lab.simulator.faults.clear()
    const snapshot = onlySnapshot((await lab.run(['snapshots', '--vault', vault, '--json'])).json)
    const command = ['restore', snapshot, '--to-new-pool', 'copy', '--yes', '--vault', vault]
    const human = await lab.run(command)
    expect(human.code).toBe(3)
    expect(human.stdout).toMatch(
      /Not restored[^\n]*\n {2}identityProviders: ListIdentityProviders: access denied/,
    )
    expect(human.stderr).toContain('it lacks identityProviders')
    const { code, json } = await lab.run([...command, '--json', '--quiet'])
    expect(code).toBe(3)
    expect(json).toMatchObject({
      failed: [],
      missing: [{ resource: 'identityProviders', operation: 'ListIdentityProviders' }],
      error: { code: 'SNAPSHOT_INCOMPLETE' },
    })
  })
})
