import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../model/canonical.js'
import { makeRecord, NOT_READ, type StreamRecord } from '../model/records.js'
import { streamOf } from '../testing/user-views.js'
import { text } from './canonical-body.js'
import { captureMfa, mayHavePasskeys, mfaMembers } from './capture-mfa.js'
import { type CognitoApi, CognitoError } from './cognito-api.js'

const user = (sub: string, UserStatus = 'CONFIRMED'): StreamRecord =>
  makeRecord(sub, { Username: `name of ${sub}`, UserStatus })
const answer = (sub: string, more: JsonObject = {}): JsonObject => ({
  UserAttributes: [{ Name: 'sub', Value: sub }],
  UserStatus: 'CONFIRMED',
  ...more,
})
const failing = (exception: string): (() => never) => {
  return () => {
    throw new CognitoError('AdminGetUser', exception, '', 'refused')
  }
}

interface Captured {
  readonly active: number
  readonly asked: readonly string[]
  readonly taken: readonly StreamRecord[]
  readonly missed: readonly string[]
}

async function captured(
  users: readonly StreamRecord[],
  tell: (username: string) => JsonObject,
): Promise<Captured> {
  const asked: string[] = []
  const taken: StreamRecord[] = []
  const missed: string[] = []
  const api: CognitoApi = {
    region: 'eu-west-1',
    serverTime: () => undefined,
    // eslint-disable-next-line @typescript-eslint/require-await -- a port that answers from memory
    call: async (_operation, input) => {
      const username = text(input, 'Username')
      asked.push(username)
      return tell(username)
    },
  }
  const active = await captureMfa(api, 'pool', streamOf(...users), {
    concurrency: 1,
    passkeys: false,
    // eslint-disable-next-line @typescript-eslint/require-await -- as above
    take: async (record) => void taken.push(record),
    missed: (resource, error) => void missed.push(`${resource}: ${(error as CognitoError).exception}`),
    progress: () => undefined,
  })
  return { active, asked, taken, missed }
}

describe('the reading of second factors', () => {
  it('passes over whose factors are a provider’s and who could set none, and forgets who has none', async () => {
    const users = [user('a'), user('b', 'EXTERNAL_PROVIDER'), user('c', 'UNCONFIRMED'), user('d')]
    const found = await captured(users, (name) =>
      name === 'name of a' ? answer('a', { UserMFASettingList: ['SMS_MFA'] }) : answer('d'),
    )
    expect(found).toEqual({
      active: 2,
      asked: ['name of a', 'name of d'],
      taken: [makeRecord('a', { UserMFASettingList: ['SMS_MFA'] })],
      missed: [],
    })
  })

  it('takes nobody for another who has the name by now, and who is gone for no gap', async () => {
    const other = answer('other', { UserMFASettingList: ['SMS_MFA'] })
    const [a, b] = ['a', 'b'].map((sub) => makeRecord(sub, NOT_READ))
    expect(await captured([user('a')], () => other)).toMatchObject({ active: 1, taken: [a], missed: [] })
    const gone = await captured([user('a'), user('b')], failing('UserNotFoundException'))
    expect(gone).toMatchObject({ active: 0, taken: [a, b], missed: [], asked: { length: 2 } })
  })

  it('ends at a denial, and where nothing can be learnt, as every answer is billed', async () => {
    const users = Array.from({ length: 50 }, (_, n) => user(`sub-${n}`))
    const denied = await captured(users, failing('AccessDeniedException'))
    expect([denied.asked.length, denied.missed]).toEqual([
      1,
      ['second factors of users: AccessDeniedException'],
    ])
    const failed = await captured(users, failing('InternalErrorException'))
    expect([failed.asked.length, failed.missed]).toEqual([
      20,
      ['second factors of users: InternalErrorException'],
    ])
    await expect(captured(users, failing('ExpiredTokenException'))).rejects.toMatchObject({
      exception: 'ExpiredTokenException',
    })
  })
})

it('keeps what is said of second factors, known or not, in an order, and nothing that a listing or the profile says', () => {
  expect(
    mfaMembers({
      ...answer('a'),
      MFAOptions: [{ DeliveryMedium: 'SMS' }],
      UserMFASettingList: ['SMS_MFA', 'EMAIL_OTP'],
      PreferredMfaSetting: 'SMS_MFA',
      PigeonMfaSetting: { Loft: 'north' },
      ConfiguredUserAuthFactors: ['WEB_AUTHN', 'PASSWORD', 'SMS_OTP', 'EMAIL_OTP', 'SOFTWARE_TOKEN'],
    }),
  ).toEqual({
    UserMFASettingList: ['EMAIL_OTP', 'SMS_MFA'],
    PreferredMfaSetting: 'SMS_MFA',
    PigeonMfaSetting: { Loft: 'north' },
    ConfiguredUserAuthFactors: ['WEB_AUTHN'],
  })
  expect(mfaMembers({ UserMFASettingList: [], ConfiguredUserAuthFactors: ['PASSWORD'] })).toEqual({})
})

it('expects passkeys where they are a first factor, or a second one', () => {
  const first = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } }
  const second = { WebAuthnConfiguration: { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' } }
  expect([mayHavePasskeys(first, {}), mayHavePasskeys({}, second), mayHavePasskeys({}, {})]).toEqual([
    true,
    true,
    false,
  ])
})
