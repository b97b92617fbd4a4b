import { describe, expect, it } from 'vitest'
import type { PlannedOperation } from '../cognito/operation.js'
import {
  attributesUpdate as update,
  plannedSurvivor,
  type SurvivorOptions,
} from '../testing/planned-survivor.js'
import type { ViewedUser } from '../testing/user-views.js'

const ANN = { UserPoolId: { $ref: 'pool' }, Username: 'ann' }
const sub = 'sub-1'

const joining = (GroupName: string): PlannedOperation => ({
  operation: 'AdminAddUserToGroup',
  input: { ...ANN, GroupName },
  expects: { 'group role': GroupName === 'admins' ? 'arn:role' : null, sub },
})

describe('a survivor', () => {
  it('who is as the snapshot has it is nothing to speak of', () => {
    expect(plannedSurvivor({ groups: ['admins'] }, { groups: ['admins'] })).toBeUndefined()
    const dates = { UserLastModifiedDate: '2026-11-02T00:00:00.000Z' }
    expect(plannedSurvivor({}, { body: dates })).toBeUndefined()
  })

  it('is put back in one step: attributes, groups, and what the user may do', () => {
    const step = plannedSurvivor(
      { attributes: { 'custom:plan': 'gold' }, groups: ['admins', 'buyers'], status: 'CONFIRMED' },
      { attributes: { 'custom:plan': 'none' }, groups: [], enabled: false, status: 'RESET_REQUIRED' },
    )
    expect(step).toEqual({
      phase: 'survivors',
      subject: { kind: 'user', id: sub, username: 'ann' },
      operations: [
        update({ 'custom:plan': 'gold' }, { 'custom:plan': 'none' }),
        { ...joining('admins'), widens: 'membership-with-role' },
        joining('buyers'),
        {
          operation: 'AdminEnableUser',
          input: ANN,
          expects: { Enabled: false, sub },
          widens: 'enable-user',
        },
      ],
      notes: [{ code: 'status-left', detail: 'CONFIRMED in the snapshot, RESET_REQUIRED now' }],
    })
  })

  it('who was made again since is called by the name and sub of now', () => {
    const now = { sub: 'sub-2', username: 'ann-2', groups: [] }
    expect(plannedSurvivor({ groups: ['buyers'] }, now)).toEqual({
      phase: 'survivors',
      subject: { kind: 'user', id: sub, username: 'ann' },
      operations: [
        {
          ...joining('buyers'),
          input: { ...joining('buyers').input, Username: 'ann-2' },
          expects: { 'group role': null, sub: 'sub-2' },
        },
      ],
      notes: [{ code: 'other-sub' }, { code: 'field-left', detail: 'Username' }],
      successor: { id: 'sub-2', username: 'ann-2' },
    })
    expect(plannedSurvivor({}, { sub: 'sub-2' })).toMatchObject({
      operations: [],
      notes: [{ code: 'other-sub' }],
      successor: { id: 'sub-2', username: 'ann' },
    })
  })
})

describe('groups in place', () => {
  const groups = (...names: string[]): ViewedUser => ({ groups: names })
  const leaving = (GroupName: string): PlannedOperation => ({
    operation: 'AdminRemoveUserFromGroup',
    input: { ...ANN, GroupName },
    expects: { sub },
  })

  it.each<[what: string, wanted: string[], now: string[], SurvivorOptions, PlannedOperation[], unknown[]]>([
    [
      'that nobody knows are named',
      ['buyers', 'g', 'h'],
      [],
      {},
      [joining('buyers')],
      [{ code: 'group-unknown', detail: 'g, h' }],
    ],
    [
      'with a role are left out when nothing may be widened',
      ['admins', 'buyers'],
      [],
      { noWidening: true },
      [joining('buyers')],
      [{ code: 'widening-left-out', detail: 'admins' }],
    ],
    [
      'that came since are left',
      ['buyers'],
      ['admins', 'buyers', 'testers'],
      {},
      [],
      [{ code: 'group-left', detail: 'admins, testers' }],
    ],
    [
      'that came since go when told to',
      ['buyers'],
      ['admins', 'buyers', 'testers'],
      { deleteExtra: true },
      [leaving('admins'), leaving('testers')],
      [],
    ],
    [
      'that came since stay on the word of an incomplete snapshot',
      [],
      ['testers'],
      { deleteExtra: true, deleteNewer: true, complete: false },
      [],
      [{ code: 'group-left', detail: 'testers' }],
    ],
  ])('%s', (_, wanted, now, options, operations, notes) => {
    expect(plannedSurvivor(groups(...wanted), groups(...now), options)).toMatchObject({ operations, notes })
  })
})

describe('what differs and nothing writes', () => {
  it('is named', () => {
    const now = { attributes: { identities: '[2]' }, body: { NewFeature: true } }
    expect(plannedSurvivor({ attributes: { identities: '[1]' } }, now)).toMatchObject({
      operations: [],
      notes: [{ code: 'field-left', detail: 'NewFeature, identities' }],
    })
  })
})

describe('whether a user may sign in', () => {
  it('is taken away whatever the options say', () => {
    const disabling = { operation: 'AdminDisableUser', input: ANN, expects: { Enabled: true, sub } }
    expect(plannedSurvivor({ enabled: false }, {}, { noWidening: true })).toMatchObject({
      operations: [disabling],
      notes: [],
    })
  })

  it('is taken away before groups give anything, and given back after all else is as it was', () => {
    const operations = (before: ViewedUser, now: ViewedUser): string[] =>
      plannedSurvivor({ ...before, groups: ['buyers'] }, now)!.operations.map(({ operation }) => operation)
    expect(operations({ enabled: false }, {})).toEqual(['AdminDisableUser', 'AdminAddUserToGroup'])
    expect(operations({}, { enabled: false })).toEqual(['AdminAddUserToGroup', 'AdminEnableUser'])
  })

  it('is not given back when nothing may be widened', () => {
    expect(plannedSurvivor({}, { enabled: false }, { noWidening: true })).toMatchObject({
      operations: [],
      notes: [{ code: 'widening-left-out', detail: 'Enabled' }],
    })
  })
})

describe('in an existing pool', () => {
  const existing = { mode: 'existing-pool', deleteExtra: true, deleteNewer: true } as const

  it('only groups are added, and what differs is named and left', () => {
    const wanted = {
      attributes: { email: 'a@x', email_verified: 'true', nickname: 'A', identities: '[1]' },
      groups: ['admins', 'buyers'],
      status: 'RESET_REQUIRED',
    }
    const now = {
      attributes: { email: 'b@x', email_verified: 'true', 'custom:plan': 'gold' },
      groups: ['testers'],
      enabled: false,
    }
    expect(plannedSurvivor(wanted, now, existing)).toEqual({
      phase: 'survivors',
      subject: { kind: 'user', id: sub, username: 'ann' },
      operations: [{ ...joining('admins'), widens: 'membership-with-role' }, joining('buyers')],
      notes: [
        {
          code: 'left-as-it-is',
          detail: 'Enabled, UserStatus, custom:plan, email, groups, identities, nickname',
        },
      ],
    })
  })

  it('a group with a role is left out when nothing may be widened', () => {
    expect(plannedSurvivor({ groups: ['admins'] }, {}, { ...existing, noWidening: true })).toMatchObject({
      operations: [],
      notes: [{ code: 'widening-left-out', detail: 'admins' }],
    })
  })

  it('what the target has beyond the snapshot is named and left', () => {
    const more = { attributes: { nickname: 'A' }, groups: ['testers'], status: 'RESET_REQUIRED' }
    expect(plannedSurvivor({}, more, existing)).toMatchObject({
      operations: [],
      notes: [{ code: 'left-as-it-is', detail: 'UserStatus, groups, nickname' }],
    })
  })

  describe('of another pool', () => {
    const email = { email: 'a@x', email_verified: 'true' }
    const across = { ...existing, samePool: false }

    it.each<[who: string, wanted: ViewedUser, now: ViewedUser, isSame: boolean]>([
      ['who has proven the address', { attributes: email }, { attributes: email }, true],
      [
        'whose address is in capitals',
        { attributes: email },
        { attributes: { ...email, email: 'A@X' } },
        true,
      ],
      ['of whom no address is known', {}, {}, true],
      ['who has not confirmed', { attributes: email }, { attributes: email, status: 'UNCONFIRMED' }, false],
      [
        'who has not proven it',
        { attributes: email },
        { attributes: { ...email, email_verified: 'false' } },
        false,
      ],
      ['who has another address', { attributes: email }, { attributes: { ...email, email: 'b@x' } }, false],
      ['who has no address any more', { attributes: email }, {}, false],
      ['who has one now', {}, { attributes: email }, false],
      [
        'whose phone is another',
        { attributes: { phone_number: '+1' } },
        { attributes: { phone_number: '+2' } },
        false,
      ],
    ])('somebody %s', (_, wanted, now, isSame) => {
      const step = plannedSurvivor({ ...wanted, groups: ['buyers'] }, { ...now, sub: 'sub-2' }, across)
      expect(step!.operations).toHaveLength(isSame ? 1 : 0)
      expect(step!.notes[0]).toEqual({ code: isSame ? 'other-sub' : 'other-person' })
      expect(step!.successor === undefined).toBe(!isSame)
    })
  })
})
