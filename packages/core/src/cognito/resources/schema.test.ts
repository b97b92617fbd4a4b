import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../model/canonical.js'
import { without } from '../canonical-body.js'
import { differsForGood, missingAttributes, schemaToCreate } from './schema.js'

const USUAL = { MinLength: '0', MaxLength: '2048' }

const attribute = (Name: string, more: JsonObject = {}): JsonObject => ({
  Name,
  AttributeDataType: 'String',
  Mutable: true,
  Required: false,
  ...more,
})
const lengths = (StringAttributeConstraints: JsonObject): JsonObject => ({ StringAttributeConstraints })

describe('the schema of a new pool', () => {
  it.each<[what: string, JsonObject]>([
    ['a standard attribute', attribute('nickname', lengths(USUAL))],
    ['one without constraints', attribute('nickname')],
    ['a birthdate of its own length', attribute('birthdate', lengths({ MinLength: '10', MaxLength: '10' }))],
    [
      'the time of the last update',
      attribute('updated_at', { NumberAttributeConstraints: { MinValue: '0' } }),
    ],
    [
      'the sub',
      attribute('sub', { Mutable: false, Required: true, ...lengths({ MinLength: '1', MaxLength: '2048' }) }),
    ],
    ['identities', attribute('identities', lengths({ MinLength: '1' }))],
    ['the flag of the email', attribute('email_verified', { Mutable: false })],
    ['the flag of the phone number', attribute('phone_number_verified', { Mutable: false })],
  ])('does not say what every pool has: %s', (_, usual) => {
    expect(schemaToCreate([usual])).toEqual([])
  })

  it('says that a standard attribute has empty constraints, which are not the usual ones', () => {
    const unbounded = attribute('nickname', lengths({}))
    expect(schemaToCreate([unbounded])).toEqual([unbounded])
  })

  it.each<[what: string, JsonObject]>([
    ['required', attribute('nickname', { Required: true, ...lengths(USUAL) })],
    ['immutable', attribute('nickname', { Mutable: false, ...lengths(USUAL) })],
    ['of another length', attribute('nickname', lengths({ MinLength: '0', MaxLength: '99' }))],
    ['a birthdate of the usual length', attribute('birthdate', lengths(USUAL))],
    ['a number from elsewhere', attribute('updated_at', { NumberAttributeConstraints: { MinValue: '1' } })],
  ])('says of a standard attribute that it is %s', (_, special) => {
    expect(schemaToCreate([special])).toEqual([special])
  })

  it.each([
    ['custom:plan', 'plan'],
    ['dev:custom:plan', 'plan'],
    ['dev:plan', 'plan'],
    ['custom:custom:plan', 'custom:plan'],
  ])('has custom attributes without their prefix: %s', (described, sent) => {
    expect(schemaToCreate([attribute(described)])).toEqual([attribute(sent)])
  })
})

describe('the attributes that a pool lacks', () => {
  const schema = (...SchemaAttributes: JsonObject[]): JsonObject => ({ SchemaAttributes })

  it('are the custom ones, none of them required, which a pool that lives cannot be given', () => {
    const wanted = schema(
      attribute('nickname', { Required: true }),
      attribute('custom:a'),
      attribute('custom:b', { Required: true }),
    )
    expect(missingAttributes(wanted, schema(attribute('custom:a')))).toEqual([
      without(attribute('b'), ['Required']),
    ])
  })

  it('are no difference for good; what came or is otherwise is', () => {
    const one = schema(attribute('custom:a'))
    expect(differsForGood(one, schema())).toBe(false)
    expect(differsForGood(schema(), one)).toBe(true)
    expect(differsForGood(one, schema(attribute('custom:a', { Mutable: false })))).toBe(true)
    expect(
      differsForGood(
        schema(attribute('custom:a'), attribute('b')),
        schema(attribute('b'), attribute('custom:a')),
      ),
    ).toBe(false)
  })
})
