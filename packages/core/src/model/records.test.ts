import { describe, expect, it } from 'vitest'
import {
  makeRecord,
  membershipKey,
  parseMembershipKey,
  parseResourceKey,
  recordValue,
  resourceKey,
} from './records.js'

describe('a record', () => {
  it('has its key and value as a canonical line', () => {
    const record = makeRecord('a"\\b', { z: 1, a: { d: null, c: 'Zoë' } })
    expect(record).toEqual({
      key: 'a"\\b',
      line: '{"key":"a\\"\\\\b","value":{"a":{"c":"Zoë","d":null},"z":1}}',
    })
    expect(recordValue(record)).toEqual({ z: 1, a: { d: null, c: 'Zoë' } })
  })

  it('keeps fields that nobody knows', () => {
    const value = { NewFeature: { Deep: [1, { Deeper: true }] }, Attributes: [] }
    expect(recordValue(makeRecord('key', value))).toEqual(value)
  })
})

describe('a key', () => {
  it.each([
    ['pool', '', 'pool'],
    ['client', 'abc', 'client/abc'],
    ['resource-server', 'https://api.example.com/v1', 'resource-server/https://api.example.com/v1'],
  ])('of a resource holds its kind and its name: %s %s', (kind, name, key) => {
    expect(resourceKey(kind, name)).toBe(key)
    expect(parseResourceKey(key)).toEqual({ kind, name })
  })

  it('of a membership holds the sub and the group, whatever the group is called', () => {
    for (const group of ['admins', 'a/b', '/', '群']) {
      expect(parseMembershipKey(membershipKey('1-2-3', group))).toEqual({ sub: '1-2-3', group })
    }
  })
})
