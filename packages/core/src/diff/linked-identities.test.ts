import { describe, expect, it } from 'vitest'
import { areSameIdentities, identitiesOf } from './linked-identities.js'

const entry = (userId: string, dateCreated = '1'): object => ({ userId, providerName: 'Corp', dateCreated })

describe('the identities of a user', () => {
  it.each([
    [JSON.stringify([entry('42')]), [{ provider: 'Corp', userId: '42' }]],
    ['[]', []],
    ['[1]', []],
    ['{}', []],
    ['not JSON', []],
  ])('in %s', (Value, expected) => {
    expect(identitiesOf({ Attributes: [{ Name: 'identities', Value }] })).toEqual(expected)
  })
})

describe('two values of the attribute identities', () => {
  const both = JSON.stringify([entry('1'), entry('2')])
  it.each([
    [both, JSON.stringify([entry('2', '7'), entry('1', '8')]), true],
    [undefined, undefined, true],
    [undefined, '[]', true],
    [both, JSON.stringify([entry('1')]), false],
    [JSON.stringify([entry('1'), entry('1')]), both, false],
    [both, undefined, false],
    // Of what nobody understands nothing is said to be the same.
    ['[1]', '[2]', false],
    ['[1]', undefined, false],
    [both, `${both} `, true],
  ])('%s and %s are of the same: %s', (a, b, expected) => {
    expect(areSameIdentities(a, b)).toBe(expected)
    expect(areSameIdentities(b, a)).toBe(expected)
  })
})
