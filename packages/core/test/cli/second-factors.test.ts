import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab } from './cli-lab.js'

let lab: CliLab
let pool: string

beforeAll(async () => {
  lab = await openCliLab()
  const { seed } = lab.simulator
  pool = seed.pool({
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sns', ExternalId: 'x' },
  })
  seed.call('SetUserPoolMfaConfig', {
    UserPoolId: pool,
    MfaConfiguration: 'OPTIONAL',
    SmsMfaConfiguration: {},
  })
  seed.users(pool, [
    { username: 'ann', attributes: { phone_number: '+15550100' }, mfa: ['SMS_MFA'] },
    { username: 'bob' },
  ])
  await lab.run(['init', '--no-encryption'])
})

beforeEach(() => lab.simulator.ledger.clear())
afterAll(() => lab.close())

const requests = (): Readonly<Record<string, number>> => lab.simulator.ledger.requests.all()
const backup = ['backup', '--mfa', 'capture'] as const

describe('second factors', () => {
  it('are not read where nobody can be asked, nor for anything but capture', async () => {
    const silent = await lab.run([...backup, '--pool', pool])
    expect([silent.code, requests()]).toEqual([2, {}])
    expect(silent.stderr).toContain(`cognito-vault backup --pool ${pool} --mfa capture --yes`)
    const other = await lab.run(['backup', '--pool', pool, '--mfa', 'restore'])
    expect([other.code, requests()]).toEqual([2, {}])
  })

  it('are priced before anything is read, and not read unless that is agreed to', async () => {
    const refused = await lab.run([...backup, '--pool', pool], { typed: 'no\n' })
    expect([refused.code, requests()]).toEqual([2, { DescribeUserPool: 1 }])
    expect(refused.stdout).toContain('about 2 users')
    expect(refused.stdout).toMatch(/Essentials \$0\.03/)
    const agreed = await lab.run([...backup, '--pool', pool], { typed: 'yes\n' })
    expect([agreed.code, requests()['AdminGetUser']]).toEqual([0, 2])
  })

  it('are estimated, captured, shown and put back', async () => {
    const estimate = await lab.run(['--json', 'estimate', 'backup', '--pool', pool, '--mfa', 'capture'])
    expect(estimate.json).toMatchObject({
      mau: 2,
      tier: 'ESSENTIALS',
      requests: { AdminGetUser: 2 },
      priceUsd: { Essentials: 0.03 },
    })
    expect(requests()).not.toHaveProperty('AdminGetUser')
    expect((await lab.run(['estimate', 'backup', '--pool', pool])).stdout).toContain('none are made active')
    const taken = await lab.run(['--json', ...backup, '--pool', pool, '--yes'])
    expect(taken.json).toMatchObject({ snapshots: [{ mau: 2, counts: { usersWithMfa: 1 } }] })
    const id = onlySnapshot(taken.json)
    const shown = await lab.run(['show', id, '--user', 'ann'])
    expect(shown.stdout).toContain('second factors: PreferredMfaSetting SMS_MFA; UserMFASettingList SMS_MFA')
    const history = await lab.run(['history', '--pool', pool, '--user', 'ann'])
    expect(history.stdout).toContain('second factors')

    const off = { Enabled: false, PreferredMfa: false }
    const ofAnn = { UserPoolId: pool, Username: 'ann' }
    lab.simulator.seed.call('AdminSetUserMFAPreference', { ...ofAnn, SMSMfaSettings: off })
    const silent = await lab.run(['restore', id, '--in-place', '--dry-run'])
    expect(silent.stdout).toContain('Second factors of users who live are not compared')
    lab.simulator.ledger.clear()
    const inVain = await lab.run(['estimate', 'restore', id, '--in-place', '--mfa', 'capture'])
    expect([inVain.code, requests()]).toEqual([2, {}])
    expect(inVain.stderr).toContain('estimate backup --pool ID --mfa capture')
    const dry = await lab.run(['restore', id, '--in-place', '--mfa', 'capture', '--dry-run'])
    expect([dry.code, requests()]).toEqual([2, {}])
    // Which would restore.
    expect(dry.stderr).not.toContain('--yes')
    const repaired = await lab.run(['restore', id, '--in-place', '--mfa', 'capture', '--yes'])
    expect(repaired.code).toBe(0)
    expect(repaired.stdout).toContain('AdminSetUserMFAPreference')
    expect(repaired.stdout).not.toContain('not compared')
    expect(lab.simulator.inspect.user(pool, 'ann')).toMatchObject({
      mfa: ['SMS_MFA'],
      preferredMfa: 'SMS_MFA',
    })
  })
})
