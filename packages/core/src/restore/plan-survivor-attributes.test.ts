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
const VERIFIED = { email: 'a@x', email_verified: 'true' }

const attributes = (values: Record<string, string>): ViewedUser => ({ attributes: values })

/** The operations and notes that put back attributes. */
function putBack(
  wanted: Record<string, string>,
  now: Record<string, string>,
  options?: SurvivorOptions,
): unknown {
  const step = plannedSurvivor(attributes(wanted), attributes(now), options)
  return step && [step.operations, step.notes]
}

describe('attributes in place', () => {
  it('that differ or are missing are written in one call, that only the service writes never', () => {
    const service = { identities: '[1]', 'cognito:mfa_enabled': 'x' }
    const left = [{ code: 'field-left', detail: 'cognito:mfa_enabled, identities' }]
    expect(
      putBack(
        { 'custom:plan': 'gold', nickname: 'A', ...service },
        { 'custom:plan': 'none', identities: '[2]' },
      ),
    ).toEqual([
      [update({ 'custom:plan': 'gold', nickname: 'A' }, { 'custom:plan': 'none', nickname: null })],
      left,
    ])
    expect(putBack(service, {})).toEqual([[], left])
    expect(putBack({}, service, { deleteExtra: true })).toEqual([[], left])
  })

  it.each<[what: string, wanted: Record<string, string>, now: Record<string, string>, PlannedOperation[]]>([
    [
      'a verified address is written with its flag',
      VERIFIED,
      { email: 'b@x', email_verified: 'true' },
      [update(VERIFIED, { email: 'b@x', email_verified: 'true' })],
    ],
    [
      'an unverified one too, so that no code is sent, and the flag is taken back',
      { email: 'a@x', email_verified: 'false' },
      { email: 'b@x', email_verified: 'true' },
      [
        update(VERIFIED, { email: 'b@x', email_verified: 'true' }),
        update({ email_verified: 'false' }, VERIFIED),
      ],
    ],
    [
      'one that was neither, likewise',
      { email: 'a@x' },
      {},
      [
        update(VERIFIED, { email: null, email_verified: null }),
        update({ email_verified: 'false' }, VERIFIED),
      ],
    ],
    [
      'a flag in capitals is one',
      { email: 'a@x', email_verified: 'TRUE' },
      { email: 'b@x', email_verified: 'TRUE' },
      [update(VERIFIED, { email: 'b@x', email_verified: 'TRUE' })],
    ],
    [
      'a flag alone goes alone',
      VERIFIED,
      { email: 'a@x', email_verified: 'false' },
      [update({ email_verified: 'true' }, { email_verified: 'false' })],
    ],
    [
      'a phone number is an address as well, and both flags go in one call',
      { email: 'a@x', phone_number: '+1' },
      { email: 'b@x', phone_number: '+2' },
      [
        update(
          { email: 'a@x', phone_number: '+1', email_verified: 'true', phone_number_verified: 'true' },
          { email: 'b@x', phone_number: '+2', email_verified: null, phone_number_verified: null },
        ),
        update(
          { email_verified: 'false', phone_number_verified: 'false' },
          { email: 'a@x', phone_number: '+1', email_verified: 'true', phone_number_verified: 'true' },
        ),
      ],
    ],
  ])('%s', (_, wanted, now, operations) => {
    expect(putBack(wanted, now)).toEqual([operations, []])
  })

  it('that are immutable or not in the schema are named, and never written or removed', () => {
    expect(putBack({ 'custom:id': '1', website: 'w', nickname: 'A' }, { 'custom:id': '2' })).toEqual([
      [update({ nickname: 'A' }, { nickname: null })],
      [{ code: 'attribute-immutable', detail: 'custom:id, website' }],
    ])
    expect(putBack({}, { 'custom:id': '2' }, { deleteExtra: true })).toBeUndefined()
  })

  describe('that the snapshot does not have', () => {
    const now = { nickname: 'A', 'custom:plan': 'gold', 'custom:id': '1' }
    const left = [[], [{ code: 'attribute-left', detail: 'nickname, custom:plan' }]]

    it('are left and named, unless all that is extra is to go', () => {
      expect(putBack({ 'custom:id': '1' }, now)).toEqual(left)
      expect(putBack({ 'custom:id': '1' }, now, { deleteNewer: true })).toEqual(left)
      expect(putBack({ 'custom:id': '1' }, now, { deleteExtra: true })).toEqual([
        [
          {
            operation: 'AdminDeleteUserAttributes',
            input: { ...ANN, UserAttributeNames: ['nickname', 'custom:plan'] },
            expects: { nickname: 'A', 'custom:plan': 'gold', sub },
          },
        ],
        [],
      ])
    })

    it('are left on the word of an incomplete snapshot', () => {
      const everything = { deleteExtra: true, deleteNewer: true, complete: false }
      expect(putBack({ 'custom:id': '1' }, now, everything)).toEqual(left)
    })

    it('are no flag of an address that is written, which the calls before set', () => {
      const extra = { deleteExtra: true }
      const operations = [
        update(VERIFIED, { email: 'b@x', email_verified: 'true' }),
        update({ email_verified: 'false' }, VERIFIED),
      ]
      expect(putBack({ email: 'a@x' }, { email: 'b@x', email_verified: 'true' }, extra)).toEqual([
        operations,
        [],
      ])
      expect(putBack({ email: 'a@x' }, { email: 'b@x', email_verified: 'true' })).toEqual([operations, []])
    })
  })
})

describe('the sub that an earlier restore kept of a user who was made again', () => {
  const kept = { 'custom:plan': 'sub-0' }
  const before = { sub: 'sub-0', key: 'sub-1' }

  it('is not taken away with what else is extra', () => {
    const step = plannedSurvivor(before, { attributes: { ...kept, nickname: 'n' } }, { deleteExtra: true })
    expect(step!.operations.map(({ operation, input }) => [operation, input['UserAttributeNames']])).toEqual([
      ['AdminDeleteUserAttributes', ['nickname']],
    ])
    expect(step!.notes).toEqual([{ code: 'other-sub' }, { code: 'sub-kept', detail: 'custom:plan' }])
  })

  it('is not taken away where it is an older one and the attribute is named', () => {
    const options = { deleteExtra: true, keepSub: 'custom:plan' }
    const step = plannedSurvivor(before, { attributes: { 'custom:plan': 'sub-of-old' } }, options)
    expect(step!.operations).toEqual([])
  })

  it('is known by its value only where the sub is another now', () => {
    const step = plannedSurvivor({}, { attributes: { 'custom:plan': 'sub-1' } }, { deleteExtra: true })
    expect(step!.operations).toHaveLength(1)
  })
})
