import { join } from 'node:path'
import { type Simulator, startSimulator } from 'cognito-vault-simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/model/system-clock.js'
import { openStore } from '../../src/storage/open-store.js'
import { linesUnder } from '../support/report-lines.js'
import { type CliLab, onlySnapshot, openCliLab, type Ran, seedPool } from './cli-lab.js'

const HERE = { region: 'eu-west-1', account: '123456789012' }
const THERE = { region: 'eu-central-1', account: '210987654321' }
const arn = (service: string, resource: string, { region, account } = HERE): string =>
  `arn:aws:${service}:${service === 'iam' ? '' : region}:${account}:${resource}`

const CLAIMS = arn('lambda', 'function:claims')
const LONG = arn('lambda', `function:${'a-name-that-is-as-long-as-they-come-'.repeat(2)}end`)
const ROLE = arn('iam', 'role/admins')
const SES = arn('ses', 'identity/example.com')
const SMS = arn('iam', 'role/sms')
const LOGS = arn('logs', 'log-group:cognito')

let lab: CliLab
let other: Simulator
let snapshot: string

beforeAll(async () => {
  lab = await openCliLab()
  other = await startSimulator({ quotas: false, seed: 12, region: THERE.region, accountId: THERE.account })
  const { seed } = lab.simulator
  const poolId = seedPool(lab.simulator)
  seed.call('UpdateGroup', { UserPoolId: poolId, GroupName: 'admins', RoleArn: ROLE })
  seed.call('UpdateUserPool', {
    UserPoolId: poolId,
    LambdaConfig: { PreTokenGeneration: CLAIMS, PostAuthentication: LONG },
    EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', SourceArn: SES },
    SmsConfiguration: { SnsCallerArn: SMS, ExternalId: 'shop', SnsRegion: HERE.region },
  })
  seed.call('SetLogDeliveryConfiguration', {
    UserPoolId: poolId,
    LogConfigurations: [
      {
        EventSource: 'userNotification',
        LogLevel: 'ERROR',
        CloudWatchLogsConfiguration: { LogGroupArn: LOGS },
      },
    ],
  })
  await lab.run(['init', '--no-encryption'])
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
})

afterAll(async () => {
  await other.close()
  await lab.close()
})

/** Restores into a new pool in the other Region. */
function restoreThere(...options: readonly string[]): Promise<Ran> {
  const where = ['--endpoint-url', other.url, '--region', THERE.region, '--yes']
  return lab.run(['restore', snapshot, '--to-new-pool', 'shop', ...where, ...options])
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, '')
const mutations = (simulator: Simulator): string[] =>
  Object.keys(simulator.ledger.requests.all()).filter((name) => !/^(List|Describe|Get|AdminGet)/.test(name))

describe('a restore to another Region', () => {
  it('stops before anything is written, and names all that nobody has said anything of', async () => {
    const { code, stdout, stderr } = await restoreThere()
    expect(code).toBe(2)
    expect(stdout).toMatch(/Outside the pool, and nobody said what stands for it\n/)
    for (const value of [CLAIMS, LONG, SES, LOGS]) expect(oneLine(stdout)).toContain(oneLine(value))
    expect(stdout).toMatch(/pool SmsConfiguration\.SnsRegion\n {4}eu-west-1\n/)
    expect(stdout).toContain('--map eu-west-1=eu-central-1')
    // Roles are of no Region.
    expect(stdout).not.toContain(ROLE)
    expect(stderr).toMatch(/nobody said what stands there for arn:aws:\S+, and 4 more settings/)
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    const { json } = await restoreThere('--json', '--quiet')
    expect(json).toMatchObject({
      error: { code: 'REFERENCES_UNMAPPED', hint: expect.stringContaining('--drop') as string },
      references: expect.arrayContaining([
        {
          kind: 'pool',
          name: '',
          member: 'LambdaConfig.PreTokenGeneration',
          service: 'lambda',
          value: CLAIMS,
          becomes: CLAIMS,
          unmapped: true,
        },
        expect.objectContaining({ kind: 'group', name: 'admins', value: ROLE, unmapped: false }),
      ]) as unknown,
    })
    expect(mutations(other)).toEqual([])
    expect((await lab.run(['verify'])).code).toBe(0)
  })

  it('goes on when it is said of each, and the new pool has what was said', async () => {
    const other2 = arn('lambda', 'function:other', THERE)
    const { code, stdout } = await restoreThere(
      ...['--map', 'eu-west-1=eu-central-1', '--map', `${CLAIMS}=${other2}`],
      ...['--map', `${SES}=${SES}`, '--drop', LONG],
    )
    expect(code).toBe(0)
    const poolId = /^Restored into (\S+) by/m.exec(stdout)![1]!
    const { pool } = other.inspect.pool(poolId)
    expect(pool).toMatchObject({
      LambdaConfig: { PreTokenGeneration: other2 },
      EmailConfiguration: { SourceArn: SES },
      SmsConfiguration: { SnsCallerArn: SMS, ExternalId: 'shop', SnsRegion: 'eu-central-1' },
    })
    expect(pool['LambdaConfig']).not.toHaveProperty('PostAuthentication')
    expect(JSON.stringify(other.inspect.pool(poolId))).toContain(
      arn('logs', 'log-group:cognito', { ...HERE, region: THERE.region }),
    )
    expect(stdout).toContain('Outside the pool, and needed by it')
    expect(oneLine(stdout)).toContain(oneLine(`${CLAIMS} becomes ${other2}`))
    expect(stdout).toMatch(/lost \(reference-dropped\)/)
    expect(stdout).toMatch(/transformed \(reference-mapped\)/)
    expect(stdout).toMatch(/transformed \(trigger-permission\)/)
    expect(oneLine(stdout)).toContain(oneLine('The account restored into is not known'))
    // A command stays whole, so that it can be copied.
    const text = stdout.replaceAll(/^cognito-vault .*$/gm, '')
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  it('leaves such differences as the report names, and no others', async () => {
    const { code, json } = await restoreThere(
      '--map',
      'eu-west-1=eu-central-1',
      '--drop',
      SES,
      '--json',
      '--quiet',
    )
    expect(code).toBe(0)
    const where = ['--pool', json.poolId, '--endpoint-url', other.url, '--region', THERE.region]
    const compared = await lab.run(['diff', snapshot, 'live', ...where, '--json', '--quiet'])
    const { resources } = compared.json as unknown as {
      resources: { kind: string; name: string; before: object; after: object }[]
    }
    const differing = resources.flatMap(({ kind, name, before, after }) =>
      [...new Set([...Object.keys(before), ...Object.keys(after)])].map(
        (member) => `${kind} ${name} ${member}`,
      ),
    )
    const store = openStore(join(lab.folder, 'vault'), { clock: systemClock, random: Math.random })
    const lines = await linesUnder(store, `restores/${json.runId}/fidelity/`)
    const named = (
      lines as { kind: string; id: string; notes: { code: string; detail?: string }[] }[]
    ).flatMap(({ kind, id, notes }) =>
      notes
        .filter(({ code: note }) => note.startsWith('reference-'))
        .flatMap(({ detail = '' }) => detail.split(', '))
        .map((member) => `${kind} ${id} ${/^\w+/.exec(member)?.[0] ?? ''}`),
    )
    expect(differing.length).toBeGreaterThan(3)
    expect([...new Set(named)].sort()).toEqual([...new Set(differing)].sort())
  })

  it('has all that was said in the command that it names when it must be confirmed', async () => {
    const said = ['--map', `eu-west-1=eu-central-1`, '--drop', 'no such']
    const { stderr } = await lab.run(['restore', snapshot, '--to-new-pool', 'shop', ...said])
    expect(stderr).toContain(`--to-new-pool shop --map eu-west-1=eu-central-1 --drop 'no such' --yes`)
  })

  it('is not planned from a mapping or a drop of what nothing refers to', async () => {
    for (const [option, value] of [
      ['--map', `${CLAIMS}x=${CLAIMS}`],
      ['--map', 'us-east-1=us-west-2'],
      ['--map', 'eu-west-1'],
      ['--drop', `${CLAIMS}x`],
    ] as const) {
      const { code, stderr } = await restoreThere(option, value)
      expect([value, code]).toEqual([value, 2])
      expect(stderr).toContain(option)
    }
  })
})

describe('a restore to where the pool was', () => {
  it('needs no word on any of it, lists it, and takes a mapping all the same', async () => {
    const restoreHere = ['restore', snapshot, '--to-new-pool', 'here']
    const { code, json } = await lab.run([...restoreHere, '--dry-run', '--json', '--quiet'])
    expect(code).toBe(0)
    const { references } = json as unknown as { references: { value: string; unmapped: boolean }[] }
    expect(new Set(references.map(({ value }) => value))).toEqual(
      new Set([CLAIMS, LONG, ROLE, SES, SMS, LOGS, 'shop', 'eu-west-1']),
    )
    expect(references.some(({ unmapped }) => unmapped)).toBe(false)
    const mapped = await lab.run([...restoreHere, '--yes', '--json', '--map', `${ROLE}=${SMS}`])
    expect(lab.simulator.inspect.pool(mapped.json.poolId).groups).toMatchObject([{ RoleArn: SMS }, {}])
  })

  it('takes nothing away from a pool that lives', async () => {
    const { code, stderr } = await lab.run(['restore', snapshot, '--in-place', '--dry-run', '--drop', ROLE])
    expect(code).toBe(2)
    expect(stderr).toContain('--drop does not go with --in-place')
  })
})

describe('a restore into a pool that exists elsewhere', () => {
  it('asks of what it adds only, and knows the account by the pool', async () => {
    const target = other.seed.pool({ PoolName: 'target' })
    const command = [
      'restore',
      snapshot,
      '--to-pool',
      target,
      '--endpoint-url',
      other.url,
      '--dry-run',
      '--json',
      '--quiet',
    ]
    const { code, json } = await lab.run(command)
    expect(code).toBe(2)
    expect(json).toMatchObject({
      references: [{ kind: 'group', name: 'admins', value: ROLE, unmapped: true }],
    })
    const mapped = await lab.run([...command, '--map', `${HERE.account}=${THERE.account}`])
    expect(mapped.json).toMatchObject({
      references: [{ becomes: arn('iam', 'role/admins', THERE), unmapped: false }],
    })
    expect(mapped.code).toBe(0)
  })
})
