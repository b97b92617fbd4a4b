import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { PlannedOperation } from '../../src/cognito/operation.js'
import { NO_FACTORS, settingMembers } from '../../src/restore/mfa-preference.js'
import { type Lab, openLab } from '../support/lab.js'
import { perform } from '../support/performing.js'

let lab: Lab
let pool: string
let sub: string

beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
})
afterAll(() => lab.close())

beforeEach(() => {
  pool = lab.simulator.seed.pool({
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sns', ExternalId: 'x' },
  })
  sub = lab.simulator.seed.users(pool, [{ username: 'ann', attributes: { phone_number: '+15550100' } }])[0]!
  lab.simulator.ledger.clear()
})

const sms = settingMembers([{ factor: 'SMS_MFA', enabled: true, preferred: true }])
const call = (expects = {}): PlannedOperation => ({
  operation: 'AdminSetUserMFAPreference',
  input: { UserPoolId: { $ref: 'pool' }, Username: 'ann', ...sms },
  expects: { ...NO_FACTORS, ...expects },
})
const asked = (): number => lab.simulator.ledger.requests.count('AdminGetUser')
const mau = (): number => lab.simulator.ledger.mau.count(pool)

it('of a user who was made a moment ago are set without a look', async () => {
  expect(await perform(lab, pool, call(), { made: { newSub: sub } })).toEqual({ outcome: 'done' })
  expect([asked(), lab.simulator.inspect.user(pool, 'ann').mfa]).toEqual([0, ['SMS_MFA']])
})

it('that are set already count as the run’s own after a stop, and as found elsewhere', async () => {
  await perform(lab, pool, call())
  expect(await perform(lab, pool, call(), { inDoubt: true, made: { newSub: sub } })).toEqual({
    outcome: 'done',
  })
  expect(await perform(lab, pool, call({ sub }))).toEqual({ outcome: 'already' })
  expect(lab.simulator.ledger.requests.count('AdminSetUserMFAPreference')).toBe(1)
})

it('that the user has set meanwhile are left, after a stop too', async () => {
  const set = { SMSMfaSettings: { Enabled: true } }
  lab.simulator.seed.call('AdminSetUserMFAPreference', { UserPoolId: pool, Username: 'ann', ...set })
  expect(await perform(lab, pool, call({ sub }))).toMatchObject({ outcome: 'drifted' })
  const again = await perform(lab, pool, call(), { inDoubt: true, made: { newSub: sub } })
  expect(again).toMatchObject({ outcome: 'drifted' })
})

it('are not set for somebody else, nor for nobody, and nobody is billed to find that out', async () => {
  expect(await perform(lab, pool, call({ sub: 'another' }))).toMatchObject({ outcome: 'conflict' })
  lab.simulator.seed.deleteUser(pool, 'ann')
  expect(await perform(lab, pool, call({ sub }))).toMatchObject({ outcome: 'drifted' })
  expect([asked(), mau()]).toEqual([0, 0])
})

it('that Cognito refuses have failed', async () => {
  lab.simulator.seed.change(pool, 'ann', { status: 'RESET_REQUIRED' })
  expect(await perform(lab, pool, call({ sub }))).toEqual({
    outcome: 'failed',
    reason: 'AdminSetUserMFAPreference: PasswordResetRequiredException',
  })
})
