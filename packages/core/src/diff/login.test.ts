import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../model/canonical.js'
import { makeRecord } from '../model/records.js'
import { loginKey, loginOf, loginRules, type LoginRules } from './login.js'

const user = (username: string, attributes: Record<string, string> = {}): JsonObject => ({
  Username: username,
  Attributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
})
const keyOf = (body: JsonObject, rules: LoginRules): string =>
  loginKey({ key: 's', sub: 's', record: makeRecord('s', body), groups: [] }, rules)

const byName = { usernameAttributes: [], caseSensitive: true }
const byEmail = { usernameAttributes: ['email'], caseSensitive: false }

describe('the rules of a pool', () => {
  it.each([
    [{}, byName],
    [{ UsernameConfiguration: { CaseSensitive: true } }, byName],
    [{ UsernameConfiguration: {} }, byName],
    [{ UsernameAttributes: ['email'], UsernameConfiguration: { CaseSensitive: false } }, byEmail],
    [{ UsernameAttributes: [] }, byName],
    // Aliases are further names of people who have a username of their own.
    [{ AliasAttributes: ['email'] }, byName],
  ])('come from its record: %j', (pool, rules) => {
    expect(loginRules(pool)).toEqual(rules)
  })
})

describe('a login', () => {
  it('is the username where people choose it, whatever their email is', () => {
    expect(loginOf(user('Ann', { email: 'ann@example.com' }), byName)).toBe('Ann')
  })

  it('is the email or phone number where Cognito makes the username', () => {
    const both = { usernameAttributes: ['email', 'phone_number'], caseSensitive: false }
    expect(loginOf(user('uuid', { email: 'a@example.com', phone_number: '+1' }), both)).toBe('a@example.com')
    expect(loginOf(user('uuid', { email: '', phone_number: '+1' }), both)).toBe('+1')
    expect(loginOf(user('uuid'), both)).toBeUndefined()
  })

  it('is none where there is no username', () => {
    expect(loginOf({}, byName)).toBeUndefined()
  })
})

describe('the key of a user in another pool', () => {
  it('heeds case where the pool does, and only there', () => {
    expect(keyOf(user('Ann'), byName)).not.toBe(keyOf(user('ann'), byName))
    const email = (value: string): string => keyOf(user('uuid', { email: value }), byEmail)
    expect(email('Ann@Example.com')).toBe(email('ann@example.com'))
  })

  it('is the sub of a user without a login, and never that of a user called so', () => {
    expect(keyOf({}, byName)).toBe('sub:s')
    expect(keyOf(user('sub:s'), byName)).not.toBe('sub:s')
    expect(keyOf(user('s'), byName)).not.toBe(keyOf({}, byName))
  })

  it('of whoever comes through a provider is never that of an account of one’s own', () => {
    const email = { email: 'ann@example.com' }
    const federated = { ...user('Google_1', email), UserStatus: 'EXTERNAL_PROVIDER' }
    expect(keyOf(federated, byEmail)).toBe('federated:Google_1')
    expect(keyOf(federated, byEmail)).not.toBe(keyOf(user('uuid', email), byEmail))
    expect(keyOf(federated, byName)).not.toBe(keyOf(user('Google_1'), byName))
  })
})
