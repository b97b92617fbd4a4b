import { describe, expect, it } from 'vitest'
import { REQUEST_TIMEOUT_MS } from '../cognito/cognito-api.js'
import type { LoginRules } from '../diff/login.js'
import type { JsonObject } from '../model/canonical.js'
import { INTENT_VALID_MS, isOwnUser } from './own-user.js'

/** A moment in whole seconds, as the service's dates are. */
const INTENT = 1_800_000_000_000

const byName: LoginRules = { usernameAttributes: [], caseSensitive: true }
const byEmail: LoginRules = { usernameAttributes: ['email'], caseSensitive: true }

const named = (values: JsonObject): JsonObject[] =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }))

const ATTRIBUTES = { email: 'ann@x', 'custom:plan': 'gold' }

interface Doubtful {
  readonly user?: JsonObject
  readonly created?: number
  readonly attributes?: JsonObject
  readonly asked?: JsonObject
  readonly login?: string
  readonly rules?: LoginRules
  readonly intents?: readonly (number | null)[]
}

/** Whether a user whom the run may have made counts as its own: in every way as it asked, unless told otherwise. */
function isOwn({
  user = {},
  created = INTENT / 1000,
  attributes = ATTRIBUTES,
  asked = ATTRIBUTES,
  login = 'ann',
  rules = byName,
  intents = [INTENT],
}: Doubtful = {}): boolean {
  const found = {
    Username: 'ann',
    UserStatus: 'FORCE_CHANGE_PASSWORD',
    Enabled: true,
    UserCreateDate: created,
    UserLastModifiedDate: created,
    Attributes: named({ sub: 's', ...attributes }),
    ...user,
  }
  return isOwnUser(found, { Username: login, UserAttributes: named(asked) }, rules, intents)
}

describe('the run’s own user', () => {
  it('is as the run asked, untouched, and made when it may have asked', () => {
    expect(isOwn()).toBe(true)
    expect(isOwn({ attributes: {}, asked: {} })).toBe(true)
  })

  it.each<[what: string, Doubtful]>([
    ['who has signed up', { user: { UserStatus: 'UNCONFIRMED' } }],
    ['who has signed up and confirmed, or has a password', { user: { UserStatus: 'CONFIRMED' } }],
    ['who came through a provider', { user: { UserStatus: 'EXTERNAL_PROVIDER' } }],
    ['who has no status', { user: { UserStatus: null } }],
    ['who was disabled', { user: { Enabled: false } }],
    ['of whom it is not known whether disabled', { user: { Enabled: null } }],
    ['who was modified since', { user: { UserLastModifiedDate: INTENT / 1000 + 1 } }],
    ['who has no dates', { user: { UserCreateDate: null, UserLastModifiedDate: null } }],
    ['who lacks an attribute', { attributes: { email: 'ann@x' } }],
    ['who has one more', { attributes: { ...ATTRIBUTES, nickname: 'A' } }],
    ['who has another in the place of one', { attributes: { email: 'ann@x', nickname: 'gold' } }],
    ['who has another value', { attributes: { email: 'ann@x', 'custom:plan': 'none' } }],
  ])('is nobody %s', (_, doubtful) => {
    expect(isOwn(doubtful)).toBe(false)
  })

  it('is nobody without a date, even where a null counts as the moment of an intent', () => {
    expect(isOwn({ user: { UserCreateDate: null, UserLastModifiedDate: null }, intents: [0] })).toBe(false)
  })
})

describe('the moment at which a run may have made a user', () => {
  const LATEST = INTENT_VALID_MS + REQUEST_TIMEOUT_MS

  it.each<[what: string, after: number, boolean]>([
    ['the grain of the clock before an intent', -2_000, true],
    ['more than that before it', -3_000, false],
    ['while calls may be sent', INTENT_VALID_MS, true],
    ['when the last may be answered', LATEST, true],
    ['the grain of the clock after that', LATEST + 2_000, true],
    ['later', LATEST + 3_000, false],
  ])('%s', (_, after, expected) => {
    expect(isOwn({ created: (INTENT + after) / 1000 })).toBe(expected)
  })

  it('is that of any intent', () => {
    expect(isOwn({ intents: [INTENT - 3_600_000, INTENT, null] })).toBe(true)
  })

  it('is none where no intent has a time', () => {
    expect(isOwn({ intents: [] })).toBe(false)
    expect(isOwn({ intents: [null] })).toBe(false)
  })
})

describe('where the service makes usernames', () => {
  it('the address that it adds is no difference, only if it is the one that was asked for', () => {
    const attributes = { email: 'ann@x' }
    expect(isOwn({ rules: byEmail, login: 'ann@x', attributes, asked: {} })).toBe(true)
    expect(isOwn({ rules: byEmail, login: 'ann@x', attributes: { email: 'eve@x' }, asked: {} })).toBe(false)
    expect(isOwn({ rules: byName, login: 'ann@x', attributes, asked: {} })).toBe(false)
  })

  it('the address that was asked for as an attribute too counts as one', () => {
    const same = { email: 'ann@x' }
    expect(isOwn({ rules: byEmail, login: 'ann@x', attributes: same, asked: same })).toBe(true)
    expect(isOwn({ rules: byEmail, login: 'ann@x', attributes: {}, asked: same })).toBe(false)
  })
})
