import { spawn } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Clock, systemClock } from 'cognito-vault'
import { type Simulator, type SimulatorOptions, startSimulator } from 'cognito-vault-simulator'
import { afterEach, describe, expect, it } from 'vitest'
import { PROBES } from '../src/probes/all.js'
import { runProbe } from '../src/run-probe.js'

const ROLE = 'arn:aws:iam::123456789012:role/import-logs'
const VARIABLES = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_REGION: 'eu-west-1',
}

/** How often faster than real time goes by, so that no test waits for a quota. */
const SPEED = 500
const started = Date.now()
const fastClock: Clock = {
  now: () => started + (Date.now() - started) * SPEED,
  sleep: (ms, signal) => systemClock.sleep(ms / SPEED, signal),
}

let simulator: Simulator | undefined
afterEach(async () => {
  await simulator?.close()
  simulator = undefined
})

async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  return (simulator = await startSimulator({ quotas: false, seed: 3, importSpeed: Infinity, ...options }))
}

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  readonly signal?: AbortSignal
  /** What is typed on a terminal; without it there is none. */
  readonly typed?: string
}

/** Runs the command in this process. */
async function run(argv: readonly string[], { signal, typed }: RunOptions = {}): Promise<Ran> {
  const before = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, process.env[name]]))
  Object.assign(process.env, VARIABLES)
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end(typed ?? '')
  const isTTY = typed !== undefined
  try {
    const code = await runProbe(['--endpoint-url', simulator!.url, ...argv], {
      stdout,
      stderr: Object.assign(stderr, { isTTY }),
      stdin: Object.assign(stdin, { isTTY }),
      env: process.env,
      clock: fastClock,
      random: Math.random,
      signal: signal ?? new AbortController().signal,
    })
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
  }
}

interface Document {
  readonly answers: readonly { readonly id: string; readonly answer: string; readonly evidence: string }[]
  readonly left: readonly { readonly id: string; readonly why: string }[]
  readonly deleted: readonly unknown[]
}

const documentOf = ({ stdout }: Ran): Document => JSON.parse(stdout) as Document
const answersOf = (ran: Ran): Record<string, string> =>
  Object.fromEntries(documentOf(ran).answers.map(({ id, answer }) => [id, answer]))

function expectNothingLeft(): void {
  expect(simulator!.inspect.poolIds()).toEqual([])
  expect(simulator!.inspect.identityPoolIds()).toEqual([])
}

/** A call that sends a code fails, as it does where its trigger cannot be run: the simulator runs none. */
function failTriggers({ faults }: Simulator): void {
  const verifies = (body: Readonly<Record<string, unknown>>): boolean =>
    JSON.stringify(body).includes('{"Name":"email_verified"')
  faults.add({
    kind: 'error',
    code: 'UnexpectedLambdaException',
    operation: 'AdminUpdateUserAttributes',
    matching: (body) => JSON.stringify(body).includes('{"Name":"email"') && !verifies(body),
  })
}

/** What packages/simulator/SPEC.md says, written down here by hand. */
const SPECIFIED = {
  'sub-filter': 'yes',
  'sub-order': 'yes',
  'password-of-disabled': 'yes',
  'membership-date': 'no',
  'blank-attribute': 'yes',
  'silent-unverifying': 'yes',
  'shown-secret': 'yes',
  'update-group-keeps': 'yes',
  'update-provider-keeps': 'yes',
  'update-pool-tags': 'yes',
  'update-pool-without-tags': 'yes',
  'update-identity-pool-tags': 'yes',
  'empty-constraints': 'yes',
  'hash-column': 'no',
  'import-with-codes': 'yes',
  'import-backslash': 'yes',
}

describe('against the simulator', () => {
  it('every question comes to the answer of its specification, and everything is deleted', async () => {
    failTriggers(await simulate())
    const ran = await run(['--yes', '--json', '--import-role', ROLE])
    expect(answersOf(ran)).toEqual(SPECIFIED)
    expect(ran.code).toBe(0)
    expect(documentOf(ran).left).toEqual([])
    expectNothingLeft()
    expect(simulator!.ledger.messages.all()).toEqual([])
    expect(simulator!.ledger.mau.count()).toBeLessThanOrEqual(33)
    expect(ran.stderr).toContain('33 users monthly active')
  })

  it('says that it cannot see mail where no trigger is run, and what needs a role; neither counts as an answer', async () => {
    await simulate()
    const ran = await run(['--yes', '--json'])
    const open = Object.entries(answersOf(ran)).flatMap(([id, answer]) =>
      answer === 'undecided' ? [id] : [],
    )
    expect(open).toEqual(['silent-unverifying', 'hash-column', 'import-with-codes', 'import-backslash'])
    expect(documentOf(ran).answers.find(({ id }) => id === 'silent-unverifying')?.evidence).toContain(
      'by hand',
    )
    expect(ran.code).toBe(3)
    // That one message is announced.
    expect(simulator!.ledger.messages.all()).toMatchObject([{ destination: 'silence-2@example.com' }])
    expect(ran.stderr).toContain('one code is sent to a made-up address at example.com')
    expectNothingLeft()
  })

  it.each([
    ['ignored', { 'sub-filter': 'no', 'sub-order': 'no' }],
    ['nobody', { 'sub-filter': 'no', 'sub-order': 'no' }],
    ['refused', { 'sub-filter': 'no', 'sub-order': 'no' }],
  ] as const)('sees a filter on sub that is %s', async (subPrefixFilter, answers) => {
    await simulate({ subPrefixFilter })
    const ran = await run(['--yes', '--json', '--only', 'sub-filter,sub-order'])
    expect(answersOf(ran)).toEqual(answers)
    expect(ran.code).toBe(8)
    expectNothingLeft()
  })

  it('sees what a service does otherwise', async () => {
    const { faults, seed } = await simulate()
    // Each of these undoes what the simulator did, as a service would that decides otherwise.
    faults.after({ operation: 'UpdateGroup' }, ({ body }) => {
      const group = { UserPoolId: String(body['UserPoolId']), GroupName: String(body['GroupName']) }
      seed.call('DeleteGroup', group)
      seed.call('CreateGroup', { ...group, Description: 'after' })
    })
    faults.after({ operation: 'AdminAddUserToGroup' }, ({ body }) =>
      seed.change(String(body['UserPoolId']), String(body['Username']), { modifiedDate: new Date(0) }),
    )
    faults.add({ kind: 'error', code: 'NotAuthorizedException', operation: 'AdminSetUserPassword' })
    const ran = await run([
      '--yes',
      '--json',
      '--only',
      'update-group-keeps,membership-date,password-of-disabled',
    ])
    expect(answersOf(ran)).toEqual({
      'update-group-keeps': 'no',
      'membership-date': 'yes',
      'password-of-disabled': 'no',
    })
    expect(ran.code).toBe(8)
  })
})

describe('whatever happens, everything is deleted:', () => {
  it('when a question cannot be asked, which is then undecided, and the others go on', async () => {
    const { faults } = await simulate()
    faults.add({ kind: 'error', code: 'AccessDeniedException', operation: 'CreateGroup', nth: 1 })
    faults.add({ kind: 'error', code: 'AccessDeniedException', operation: 'AdminCreateUser', nth: 5 })
    const ran = await run(['--yes', '--json'])
    const answers = answersOf(ran)
    expect(answers['sub-filter']).toBe('undecided')
    expect(answers['update-group-keeps']).toBe('undecided')
    expect(answers['update-provider-keeps']).toBe('yes')
    expect(documentOf(ran).answers[0]?.evidence).toContain('AdminCreateUser: AccessDeniedException')
    expect(ran.code).toBe(3)
    expectNothingLeft()
  })

  it('when the answer to a creation is lost', async () => {
    const { faults } = await simulate()
    faults.add({ kind: 'drop-after', operation: 'CreateUserPool', nth: 1 })
    faults.add({ kind: 'drop-after', operation: 'cognito-identity:CreateIdentityPool', nth: 1 })
    const ran = await run(['--yes', '--json', '--only', 'update-group-keeps,update-identity-pool-tags'])
    expect(Object.values(answersOf(ran))).toEqual(['undecided', 'undecided'])
    expect(documentOf(ran).deleted).toHaveLength(2)
    expectNothingLeft()
  })

  it('when it is interrupted, after which nothing more is asked', async () => {
    const { faults, ledger } = await simulate()
    const stop = new AbortController()
    faults.after({ operation: 'AdminCreateUser', nth: 3 }, () => stop.abort())
    const ran = await run(['--yes', '--json'], { signal: stop.signal })
    expect(ran.code).toBe(130)
    expect(new Set(Object.values(answersOf(ran)))).toEqual(new Set(['undecided']))
    expect(ledger.requests.count('AdminCreateUser')).toBeLessThanOrEqual(4)
    expectNothingLeft()
  })

  it('what cannot be deleted is named, and is no success', async () => {
    const { faults } = await simulate()
    faults.add({ kind: 'error', code: 'AccessDeniedException', operation: 'DeleteUserPool', nth: 1 })
    const ran = await run(['--yes', '--json', '--only', 'update-group-keeps'])
    expect(ran.code).toBe(1)
    expect(documentOf(ran).left).toMatchObject([{ id: simulator!.inspect.poolIds()[0] }])
  })

  it('--clean deletes what a killed run has left, by name and tag, and nobody else’s', async () => {
    const { faults, seed, inspect } = await simulate()
    const mine = seed.pool({ PoolName: 'shop' })
    const untagged = seed.pool({ PoolName: 'cognito-vault-probe-0123456789ab-groups' })
    const tagged = seed.pool({ PoolName: 'shop-2', UserPoolTags: { 'cognito-vault-probe': 'x' } })
    // A run whose deletions all fail is as good as killed.
    faults.add({ kind: 'error', code: 'InternalErrorException', status: 400, operation: 'DeleteUserPool' })
    faults.add({
      kind: 'error',
      code: 'AccessDeniedException',
      operation: 'cognito-identity:DeleteIdentityPool',
    })
    await run(['--yes', '--only', 'update-group-keeps,update-identity-pool-tags'])
    faults.clear()
    expect(inspect.poolIds()).toHaveLength(4)
    expect(inspect.identityPoolIds()).toHaveLength(1)

    const unconfirmed = await run(['--clean'])
    expect(unconfirmed.code).toBe(2)
    expect(inspect.poolIds()).toHaveLength(4)
    const ran = await run(['--clean', '--yes', '--json'])
    expect(documentOf(ran).deleted).toHaveLength(2)
    expect(documentOf(ran).left).toMatchObject([{ id: untagged }])
    expect(ran.code).toBe(1)
    expect(inspect.poolIds()).toEqual([mine, untagged, tagged].sort())
    expect(inspect.identityPoolIds()).toEqual([])
  })
})

describe('before anything is made', () => {
  it('it says what it makes and costs, and does nothing unless told to', async () => {
    const { ledger } = await simulate()
    const ran = await run([])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('at most $0.50')
    for (const { id, creates } of PROBES)
      if (creates !== 'nothing') expect(ran.stderr).toContain(`${id}: ${creates}`)
    expect(ledger.requests.count()).toBe(0)
    expect((await run([], { typed: 'no\n' })).code).toBe(2)
    expect(ledger.requests.count()).toBe(0)
    const answered = await run(['--only', 'update-group-keeps'], { typed: 'yes\n' })
    expect(answered.code).toBe(0)
    expect(answered.stdout).toContain('yes        update-group-keeps: Does UpdateGroup keep')
  })

  it('it refuses a question that it does not have', async () => {
    await simulate()
    const ran = await run(['--only', 'coffee'])
    expect([ran.code, ran.stderr]).toEqual([2, 'there is no question "coffee"; --help lists them\n'])
  })
})

describe('without an account', () => {
  it('it says so in one line, and passes nothing', async () => {
    const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
    const nowhere = fileURLToPath(new URL('nowhere', import.meta.url))
    const child = spawn(process.execPath, [main, '--yes'], {
      env: {
        PATH: process.env['PATH'],
        HOME: nowhere,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_REGION: 'eu-west-1',
        AWS_SHARED_CREDENTIALS_FILE: nowhere,
        AWS_CONFIG_FILE: nowhere,
      },
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(1)
    expect(output.stdout).toBe('')
    expect(output.stderr).toMatch(/^Nothing was probed: there are no AWS credentials[^\n]*\n$/)
  })
})
