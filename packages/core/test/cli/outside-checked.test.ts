import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AwsServices, startAwsServices } from '../support/aws-services.js'
import { type CliLab, onlySnapshot, openCliLab, type Ran, seedPool } from './cli-lab.js'

const HERE = '123456789012'
const THERE = '210987654321'
const CLAIMS = `arn:aws:lambda:eu-west-1:${HERE}:function:claims`
const ROLE = `arn:aws:iam::${HERE}:role/admins`
const LOGS = `arn:aws:logs:eu-west-1:${HERE}:log-group:cognito`

let lab: CliLab
let services: AwsServices
let poolId: string
let snapshot: string

beforeAll(async () => {
  lab = await openCliLab()
  services = await startAwsServices({ account: HERE, things: {} })
  const { seed } = lab.simulator
  poolId = seedPool(lab.simulator)
  seed.call('UpdateGroup', { UserPoolId: poolId, GroupName: 'admins', RoleArn: ROLE })
  seed.call('UpdateUserPool', { UserPoolId: poolId, LambdaConfig: { PreTokenGeneration: CLAIMS } })
  const CloudWatchLogsConfiguration = { LogGroupArn: LOGS }
  seed.call('SetLogDeliveryConfiguration', {
    UserPoolId: poolId,
    LogConfigurations: [{ EventSource: 'userNotification', LogLevel: 'ERROR', CloudWatchLogsConfiguration }],
  })
  await lab.run(['init', '--no-encryption'])
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
})

beforeEach(() => {
  services.account = { account: HERE, things: { [CLAIMS]: 'Active', admins: ROLE } }
  services.asked.length = 0
  lab.simulator.ledger.clear()
})

afterAll(async () => {
  await services.close()
  await lab.close()
})

function restore(...options: readonly string[]): Promise<Ran> {
  return lab.run(['restore', snapshot, ...options], { env: { AWS_ENDPOINT_URL: services.url }, columns: 80 })
}
const intoNewPool = (...options: readonly string[]): Promise<Ran> =>
  restore('--to-new-pool', 'shop', '--dry-run', ...options)
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('what a new pool needs', () => {
  it('is looked at before the first write, and the plan says what was and what was not', async () => {
    const { code, stdout } = await intoNewPool()
    expect(code).toBe(0)
    expect(stdout).toContain(`${CLAIMS}\n    checked: it is there`)
    expect(stdout).toContain(`${ROLE}\n    checked: it is there`)
    expect(stdout).toContain('Not checked, 1 value: nothing checks what is of logs')
    const { json } = await intoNewPool('--json', '--quiet')
    expect(json).toMatchObject({
      references: expect.arrayContaining([
        expect.objectContaining({ value: ROLE, check: { outcome: 'found', reason: '' } }),
      ]) as unknown,
    })
  })

  it('stops the restore where it is not there, and nothing is written', async () => {
    services.account = { account: HERE, things: {} }
    const { code, stdout, stderr } = await restore('--to-new-pool', 'shop', '--yes')
    expect(code).toBe(1)
    expect(stdout).toContain('Outside the pool, and not there')
    expect(stdout).toContain(`${CLAIMS}\n    checked: there is no such function`)
    expect(stdout).toContain(`${ROLE}\n    checked: there is no such role`)
    expect(stderr).toContain('; and 1 more')
    expect(Object.keys(lab.simulator.ledger.requests.all())).not.toContain('CreateUserPool')
    const { json } = await intoNewPool('--json', '--quiet')
    expect(json.error.code).toBe('REFERENCES_MISSING')
  })

  it('is looked at as it is mapped; what is said to be right is not looked at', async () => {
    const other = CLAIMS.replace('claims', 'other')
    services.account = { account: HERE, things: { [other]: 'Active' } }
    const { code, stdout } = await intoNewPool('--map', `${CLAIMS}=${other}`, '--map', `${ROLE}=${ROLE}`)
    expect(code).toBe(0)
    expect(stdout).toContain(`becomes ${other}\n    checked: it is there`)
    expect(services.asked.filter((one) => /Role|claims/.test(one))).toEqual([])
  })

  it('does not stop a repair, which does with the pool as it is', async () => {
    services.account = { account: HERE, things: {} }
    lab.simulator.seed.call('UpdateGroup', { UserPoolId: poolId, GroupName: 'admins', RoleArn: `${ROLE}-2` })
    const { code, stdout } = await restore('--in-place', '--dry-run')
    expect(code).toBe(0)
    expect(stdout).toContain(`${ROLE}\n    checked: there is no such role`)
    // A live pool's triggers are never written, so nothing about them is asked.
    expect(stdout).not.toContain(CLAIMS)
    expect(services.asked).toEqual(['GetCallerIdentity', 'GetRole admins'])
    lab.simulator.seed.call('UpdateGroup', { UserPoolId: poolId, GroupName: 'admins', RoleArn: ROLE })
  })
})

describe('another account', () => {
  it('is known by the credentials, and what is of the old one stops the restore before it is looked at', async () => {
    services.account = { account: THERE, things: {} }
    const { code, stdout } = await intoNewPool()
    expect(code).toBe(2)
    for (const value of [CLAIMS, ROLE, LOGS]) expect(stdout).toContain(value)
    expect(stdout).toContain(`--map ${HERE}=${THERE}`)
    expect(services.asked).toEqual(['GetCallerIdentity'])
  })

  it('has what an account mapping says, where that is there', async () => {
    const function_ = CLAIMS.replace(HERE, THERE)
    services.account = {
      account: THERE,
      things: { [function_]: 'Active', admins: ROLE.replace(HERE, THERE) },
    }
    const { code, stdout } = await intoNewPool('--map', `${HERE}=${THERE}`)
    expect(code).toBe(0)
    expect(stdout).toContain(`becomes ${function_}\n    checked: it is there`)
  })

  it('that nobody tells is said not to be known', async () => {
    services.account = { account: '', things: { [CLAIMS]: 'Active' } }
    const { code, stdout } = await intoNewPool()
    expect(code).toBe(0)
    expect(oneLine(stdout)).toContain('The account restored into is not known (STS: access denied)')
    expect(stdout).toContain('Not checked, 1 value: the account is not known')
  })
})
