import { describe, expect, it } from 'vitest'
import { canonicalJson, type JsonValue, sameJson } from './canonical.js'

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

  it('compares by content, and an absent value with an absent one only', () => {
    expect(sameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true)
    expect(sameJson([1, 2], [2, 1])).toBe(false)
    expect(sameJson(undefined, undefined)).toBe(true)
    expect(sameJson(undefined, null)).toBe(false)
  })
})
