import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type JsonObject } from '../model/canonical.js'
import { canonicalBody } from './canonical-body.js'

describe('a body in canonical form', () => {
  it('has dates to the millisecond, as text', () => {
    expect(canonicalBody({ UserCreateDate: 1_750_000_000.123, LastModifiedDate: 1_750_000_000 })).toEqual({
      UserCreateDate: '2025-06-15T15:06:40.123Z',
      LastModifiedDate: '2025-06-15T15:06:40.000Z',
    })
  })

  it('keeps dates that are text, and numbers that are no dates', () => {
    const body = { UserCreateDate: '2026-11-23', Precedence: 1_750_000_000 }
    expect(canonicalBody(body)).toEqual(body)
  })

  it('has sets in order, and leaves the order of other lists', () => {
    const body = {
      CallbackURLs: ['https://b', 'https://a'],
      Attributes: [
        { Name: 'sub', Value: '1' },
        { Name: 'email', Value: 'ann@example.com' },
      ],
      Client: { ExplicitAuthFlows: ['B', 'A'] },
      FutureList: ['b', 'a'],
    }
    expect(canonicalBody(body)).toEqual({
      CallbackURLs: ['https://a', 'https://b'],
      Attributes: [
        { Name: 'email', Value: 'ann@example.com' },
        { Name: 'sub', Value: '1' },
      ],
      Client: { ExplicitAuthFlows: ['A', 'B'] },
      FutureList: ['b', 'a'],
    })
  })

  it('keeps every member, whatever it is called and at any depth', () => {
    const body = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
    fc.assert(
      fc.property(body, (given) => {
        const own = JSON.parse(JSON.stringify(given)) as JsonObject
        expect(Object.keys(canonicalBody(own)).sort()).toEqual(Object.keys(own).sort())
      }),
    )
    const tags = JSON.parse('{"Tags":{"__proto__":"x","constructor":"y"}}') as JsonObject
    expect(canonicalJson(canonicalBody(tags))).toBe('{"Tags":{"__proto__":"x","constructor":"y"}}')
  })

  it('is the same however often it is made, and in whatever order sets come', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ Name: fc.string(), Value: fc.string() })), (Attributes) => {
        const once = canonicalBody({ Attributes })
        expect(canonicalBody(once)).toEqual(once)
        expect(canonicalBody({ Attributes: [...Attributes].reverse() })).toEqual(once)
      }),
    )
  })

  it('is not the body that was given, which stays as it is', () => {
    const body = { ReadAttributes: ['b', 'a'] }
    canonicalBody(body)
    expect(body).toEqual({ ReadAttributes: ['b', 'a'] })
  })
})
