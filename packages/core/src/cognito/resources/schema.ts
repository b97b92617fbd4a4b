import { type JsonObject, sameJson } from '../../model/canonical.js'
import { object, objects, text, without } from '../canonical-body.js'

/** Constraints that Cognito gives standard attributes by itself, where they are not the usual 0 to 2,048 characters. */
const BIRTHDATE_LENGTH = { MinLength: '10', MaxLength: '10' }
const DEFAULT_LENGTH = { MinLength: '0', MaxLength: '2048' }
const DEFAULT_NUMBER = { MinValue: '0' }

/** The attributes that every pool has and that no request may declare. */
const RESERVED = ['sub', 'identities', 'email_verified', 'phone_number_verified']

/** The custom attributes of a schema as DescribeUserPool gives it: `custom:x` or `dev:x`. */
export function customAttributes(schema: readonly JsonObject[]): JsonObject[] {
  return schema.filter((attribute) => text(attribute, 'Name').includes(':'))
}

/**
 * The `Schema` of a CreateUserPool request that makes a pool with this schema: custom attributes without their prefix,
 * standard ones where they are not what every pool has (required, immutable, other lengths).
 */
export function schemaToCreate(schema: readonly JsonObject[]): JsonObject[] {
  return schema.filter((attribute) => !isDefault(attribute)).map(withoutPrefix)
}

/** An entry of a schema as AddCustomAttributes and CreateUserPool take it. */
export function withoutPrefix(attribute: JsonObject): JsonObject {
  return { ...attribute, Name: text(attribute, 'Name').replace(/^(dev:)?(custom:)?/, '') }
}

function isDefault(attribute: JsonObject): boolean {
  const name = text(attribute, 'Name')
  if (name.includes(':')) return false
  if (RESERVED.includes(name)) return true
  if (attribute['Required'] === true || attribute['Mutable'] === false) return false
  const usual = name === 'birthdate' ? BIRTHDATE_LENGTH : DEFAULT_LENGTH
  return (
    isUsual(object(attribute, 'StringAttributeConstraints'), usual) &&
    isUsual(object(attribute, 'NumberAttributeConstraints'), DEFAULT_NUMBER)
  )
}

function isUsual(constraints: JsonObject | undefined, usual: JsonObject): boolean {
  return constraints === undefined || sameJson(constraints, usual)
}

/** Whether two schemas differ in what cannot be added: entries are never changed nor removed. */
export function differsForGood(wanted: JsonObject, current: JsonObject): boolean {
  const byName = (body: JsonObject): Map<string, JsonObject> =>
    new Map(objects(body, 'SchemaAttributes').map((attribute) => [text(attribute, 'Name'), attribute]))
  const [a, b] = [byName(wanted), byName(current)]
  return [...b].some(([name, attribute]) => !sameJson(attribute, a.get(name)))
}

/** The custom attributes that the wanted schema has and the current one lacks, as AddCustomAttributes takes them. */
export function missingAttributes(wanted: JsonObject, current: JsonObject): JsonObject[] {
  const present = new Set(objects(current, 'SchemaAttributes').map((attribute) => text(attribute, 'Name')))
  return customAttributes(objects(wanted, 'SchemaAttributes'))
    .filter((attribute) => !present.has(text(attribute, 'Name')))
    .map(withoutPrefix)
    .map((attribute) => (attribute['Required'] === true ? without(attribute, ['Required']) : attribute))
}
