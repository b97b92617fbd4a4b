import { describe, expect, it } from 'vitest'
import type { PlannedOperation } from '../cognito/operation.js'
import { resourceSet } from '../cognito/resource-set.js'
import type { JsonObject } from '../model/canonical.js'
import { plannedSurvivor, type SurvivorOptions } from '../testing/planned-survivor.js'
import { viewOf } from '../testing/user-views.js'
import type { MfaPlanning } from './mfa-factors.js'
import { mfaOfNewUser, mfaOfTarget } from './plan-mfa.js'
import type { PlanOptions } from './plan-options.js'
import type { Step } from './step.js'

const BOTH: MfaPlanning = { factors: ['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA'], isRequired: false }
const REACHABLE = { phone_number: '+15550100', email: 'ann@example.com' }
const on = { Enabled: true, PreferredMfa: false }
const preferred = { Enabled: true, PreferredMfa: true }
const off = { Enabled: false, PreferredMfa: false }

function factors(list: readonly string[], first?: string): JsonObject {
  return {
    ...(list.length === 0 ? {} : { UserMFASettingList: [...list].sort() }),
    ...(first === undefined ? {} : { PreferredMfaSetting: first }),
  }
}

const call = (settings: JsonObject, list: readonly string[], first: string | null): PlannedOperation => ({
  operation: 'AdminSetUserMFAPreference',
  input: { UserPoolId: { $ref: 'pool' }, Username: 'ann', ...settings },
  expects: { UserMFASettingList: [...list].sort(), PreferredMfaSetting: first },
})

describe('second factors of a user who is made again', () => {
  const planned = (
    mfa: JsonObject | undefined,
    target = BOTH,
    attributes: Record<string, string> = REACHABLE,
  ): ReturnType<typeof mfaOfNewUser> =>
    mfaOfNewUser(viewOf({ attributes, ...(mfa === undefined ? {} : { mfa }) }), 'ann', {
      mfa: target,
      mfaFactors: BOTH.factors,
    })

  it('are put back where they are codes by SMS or email, with the one that is preferred', () => {
    expect(planned(factors(['SMS_MFA', 'EMAIL_OTP'], 'EMAIL_OTP'))).toEqual({
      operations: [call({ SMSMfaSettings: on, EmailMfaSettings: preferred }, [], null)],
      notes: [],
      codesTo: ['email', 'phone_number'],
    })
  })

  it('are for the user to enrol again where an app or a passkey made them', () => {
    const mfa = {
      ...factors(['SOFTWARE_TOKEN_MFA', 'SMS_MFA'], 'SOFTWARE_TOKEN_MFA'),
      ConfiguredUserAuthFactors: ['WEB_AUTHN'],
    }
    expect(planned(mfa)).toEqual({
      operations: [call({ SMSMfaSettings: on }, [], null)],
      notes: [{ code: 'mfa-enrol-again', detail: 'SOFTWARE_TOKEN_MFA (preferred), WEB_AUTHN' }],
      codesTo: ['phone_number'],
    })
  })

  it('are not asked for where the pool has no such factor, or nothing could be sent to the user', () => {
    const mfa = factors(['SMS_MFA', 'EMAIL_OTP'], 'SMS_MFA')
    expect(
      planned(mfa, { factors: ['EMAIL_OTP'], isRequired: false }, { phone_number: '+15550100' }),
    ).toEqual({
      operations: [],
      notes: [
        { code: 'mfa-factor-missing', detail: 'SMS_MFA (preferred)' },
        { code: 'mfa-without-address', detail: 'EMAIL_OTP' },
      ],
      codesTo: [],
    })
  })

  it('are said not to be known where the snapshot does not know them, and to be none where it does', () => {
    const detail = 'SMS_MFA, EMAIL_OTP, SOFTWARE_TOKEN_MFA'
    expect(planned(undefined).notes).toEqual([{ code: 'mfa-not-known', detail }])
    expect(planned({})).toEqual({ operations: [], notes: [], codesTo: [] })
  })

  it('of a kind that nobody knows yet are for the user to set up', () => {
    expect(planned(factors(['PIGEON_MFA'])).notes).toEqual([
      { code: 'mfa-enrol-again', detail: 'PIGEON_MFA' },
    ])
  })
})

describe('second factors of a user who lives', () => {
  interface State {
    readonly on: readonly string[]
    readonly first?: string
  }
  const planned = (wanted: State, now: State, options: SurvivorOptions = {}): Step | undefined =>
    plannedSurvivor(
      { attributes: REACHABLE, mfa: factors(wanted.on, wanted.first) },
      { attributes: REACHABLE, mfa: factors(now.on, now.first) },
      options,
    )
  const ofAnn = (operation: PlannedOperation): PlannedOperation => ({
    ...operation,
    expects: { ...operation.expects, sub: 'sub-1' },
  })

  it('are turned on again, and the one is preferred again that was', () => {
    expect(planned({ on: ['SMS_MFA'], first: 'SMS_MFA' }, { on: [] })).toMatchObject({
      phase: 'survivors',
      operations: [ofAnn(call({ SMSMfaSettings: preferred }, [], null))],
      notes: [],
    })
    const both = ['EMAIL_OTP', 'SMS_MFA']
    expect(planned({ on: both, first: 'EMAIL_OTP' }, { on: both, first: 'SMS_MFA' })?.operations).toEqual([
      ofAnn(call({ EmailMfaSettings: preferred }, both, 'SMS_MFA')),
    ])
    expect(planned({ on: both }, { on: both, first: 'SMS_MFA' })?.operations).toEqual([
      ofAnn(call({ SMSMfaSettings: on }, both, 'SMS_MFA')),
    ])
  })

  it('are an app’s only while it is on: then it can be preferred again', () => {
    const app = 'SOFTWARE_TOKEN_MFA'
    const two = [app, 'SMS_MFA']
    expect(planned({ on: two, first: app }, { on: two, first: 'SMS_MFA' })?.operations).toEqual([
      ofAnn(call({ SoftwareTokenMfaSettings: preferred }, two, 'SMS_MFA')),
    ])
    expect(planned({ on: two, first: app }, { on: ['SMS_MFA'], first: 'SMS_MFA' })).toMatchObject({
      operations: [],
      notes: [{ code: 'mfa-enrol-again', detail: 'SOFTWARE_TOKEN_MFA (preferred)' }],
    })
  })

  it('stay on where the snapshot has them not, unless what is extra is to be deleted, which is looser', () => {
    const [wanted, now] = [{ on: [] }, { on: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'], first: 'SMS_MFA' }]
    expect(planned(wanted, now)).toMatchObject({
      operations: [],
      notes: [{ code: 'mfa-left', detail: 'SMS_MFA, SOFTWARE_TOKEN_MFA' }],
    })
    expect(planned(wanted, now, { deleteExtra: true })).toMatchObject({
      operations: [{ ...ofAnn(call({ SMSMfaSettings: off }, now.on, 'SMS_MFA')), widens: 'looser-mfa' }],
      notes: [{ code: 'mfa-left', detail: 'SOFTWARE_TOKEN_MFA' }],
    })
    expect(planned(wanted, now, { deleteExtra: true, noWidening: true })).toMatchObject({
      operations: [],
      notes: [{ code: 'mfa-left', detail: 'SOFTWARE_TOKEN_MFA' }, { code: 'widening-left-out' }],
    })
    const kept = [{ code: 'mfa-left', detail: 'SMS_MFA, SOFTWARE_TOKEN_MFA' }]
    expect(planned(wanted, now, { deleteExtra: true, complete: false })?.notes).toEqual(kept)
    // Where MFA is required, Cognito turns none off.
    expect(planned(wanted, now, { deleteExtra: true, isRequired: true })?.notes).toEqual(kept)
  })

  it('are left in another pool that exists, and named', () => {
    const mode = 'existing-pool'
    expect(planned({ on: ['SMS_MFA'], first: 'SMS_MFA' }, { on: [] }, { mode })).toMatchObject({
      operations: [],
      notes: [{ code: 'left-as-it-is', detail: 'PreferredMfaSetting, UserMFASettingList' }],
    })
  })

  it('are nobody’s business where one side does not know them', () => {
    const user = { attributes: REACHABLE }
    expect(plannedSurvivor({ ...user, mfa: factors(['SMS_MFA']) }, user)).toBeUndefined()
    expect(plannedSurvivor(user, { ...user, mfa: factors(['SMS_MFA']) })).toBeUndefined()
  })
})

describe('the factors that the target takes', () => {
  const sms = (MfaConfiguration: string): JsonObject => ({ MfaConfiguration, SmsMfaConfiguration: {} })
  const set = (body: JsonObject): ReturnType<typeof resourceSet> =>
    resourceSet(new Map([['mfa', [{ name: '', body }]]]))
  const target = (mode: PlanOptions['mode'], wanted: JsonObject, now: JsonObject): MfaPlanning =>
    mfaOfTarget(set(wanted), set(now), { mode, deleteExtra: false, deleteNewer: false, noWidening: false })

  it('are the snapshot’s in a new pool, the pool’s own in one that exists', () => {
    expect(target('new-pool', sms('ON'), {})).toEqual({ factors: ['SMS_MFA'], isRequired: true })
    expect(target('existing-pool', sms('ON'), { MfaConfiguration: 'OFF' }).factors).toEqual([])
  })

  it('are in place what they are after the repair, which never makes MFA required', () => {
    expect(target('in-place', sms('OPTIONAL'), { MfaConfiguration: 'OFF' }).factors).toEqual(['SMS_MFA'])
    expect(target('in-place', sms('ON'), { MfaConfiguration: 'OFF' }).factors).toEqual([])
  })
})
