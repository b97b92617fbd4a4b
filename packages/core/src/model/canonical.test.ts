import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, compareKeys, type JsonValue, sameJson } from './canonical.js'

describe('canonical JSON', () => {
  it('orders keys by code unit, at every depth, and leaves arrays as they are', () => {
    const value = { b: [{ z: 1, a: 2 }], a: null, Z: true, é: 1, '10': 1, '9': 1 }
    expect(canonicalJson(value)).toBe('{"10":1,"9":1,"Z":true,"a":null,"b":[{"a":2,"z":1}],"é":1}')
  })

  it('keeps text as it is: no normalisation, lone surrogates escaped', () => {
    expect(canonicalJson(['e\u0301', '\ud800', 'a\nb'])).toBe('["e\u0301","\\ud800","a\\nb"]')
  })

  it('leaves out members that are not there', () => {
    expect(canonicalJson({ a: undefined as unknown as JsonValue, b: 1 })).toBe('{"b":1}')
  })

  it('orders keys by code unit, not by code point or alphabet', () => {
    // U+FB00 is greater than a surrogate half, though its code point is less than that of the pair.
    expect(canonicalJson({ '\ufb00': 1, '\u{1f600}': 2, z: 3, Z: 4 })).toBe(
      '{"Z":4,"z":3,"\u{1f600}":2,"\ufb00":1}',
    )
    expect(['\ufb00', '\u{1f600}', 'a', ''].sort(compareKeys)).toEqual(['', 'a', '\u{1f600}', '\ufb00'])
  })

  it('writes numbers as ECMAScript does', () => {
    expect(canonicalJson([1.0, -0, 1e21, 1e-7, 0.1, 2 ** 53])).toBe('[1,0,1e+21,1e-7,0.1,9007199254740992]')
  })

  it('keeps members whatever they are called', () => {
    const value = JSON.parse('{"toString":1,"__proto__":{"b":1,"a":2},"":3}') as JsonValue
    expect(canonicalJson(value)).toBe('{"":3,"__proto__":{"a":2,"b":1},"toString":1}')
  })

  it('is read back as what it was, and is the same for the same content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as JsonValue)
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text)
        expect(sameJson(JSON.parse(text) as JsonValue, JSON.parse(JSON.stringify(value)) as JsonValue)).toBe(
          true,
        )
      }),
    )
  })

  it('compares by content, and an absent value with an absent one only', () => {
    expect(sameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true)
    expect(sameJson([1, 2], [2, 1])).toBe(false)
    expect(sameJson(undefined, undefined)).toBe(true)
    expect(sameJson(undefined, null)).toBe(false)
  })
})
