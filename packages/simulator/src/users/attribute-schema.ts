import type { JsonObject } from '../json.js'
import { invalidParameter } from '../service-error.js'

/** A declared attribute, as DescribeUserPool shows it. */
export interface SchemaAttribute {
  readonly Name: string
  readonly AttributeDataType: 'String' | 'Number' | 'DateTime' | 'Boolean'
  readonly DeveloperOnlyAttribute: boolean
  readonly Mutable: boolean
  readonly Required: boolean
  readonly StringAttributeConstraints?: { readonly MinLength?: string; readonly MaxLength?: string }
  readonly NumberAttributeConstraints?: { readonly MinValue?: string; readonly MaxValue?: string }
}

/** The declared attributes of a pool, by their full name. */
export type AttributeSchema = ReadonlyMap<string, SchemaAttribute>

const CUSTOM_ATTRIBUTES_LIMIT = 50

function standardText(Name: string, MinLength = '0', MaxLength = '2048'): SchemaAttribute {
  return {
    Name,
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: Name !== 'sub',
    Required: Name === 'sub',
    StringAttributeConstraints: { MinLength, MaxLength },
  }
}

function standardBoolean(Name: string): SchemaAttribute {
  return { Name, AttributeDataType: 'Boolean', DeveloperOnlyAttribute: false, Mutable: true, Required: false }
}

const standardAttributes: readonly SchemaAttribute[] = [
  standardText('profile'),
  standardText('address'),
  standardText('birthdate', '10', '10'),
  standardText('gender'),
  standardText('preferred_username'),
  {
    Name: 'updated_at',
    AttributeDataType: 'Number',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    NumberAttributeConstraints: { MinValue: '0' },
  },
  standardText('website'),
  standardText('picture'),
  { ...standardText('identities'), StringAttributeConstraints: {} },
  standardText('sub', '1'),
  standardText('phone_number'),
  standardBoolean('phone_number_verified'),
  standardText('zoneinfo'),
  standardText('locale'),
  standardText('email'),
  standardBoolean('email_verified'),
  standardText('given_name'),
  standardText('family_name'),
  standardText('middle_name'),
  standardText('name'),
  standardText('nickname'),
]

/** Whether a name is one of OpenID Connect's standard attributes. */
export function isStandardAttribute(name: string): boolean {
  return standardAttributes.some((attribute) => attribute.Name === name)
}

/** The schema of a new pool: the standard attributes, changed and extended by CreateUserPool's `Schema`. */
export function createSchema(declared: readonly JsonObject[]): AttributeSchema {
  const schema = new Map(standardAttributes.map((attribute) => [attribute.Name, attribute]))
  for (const entry of declared) {
    const standard = schema.get(nameOf(entry))
    if (standard === undefined || !isStandardAttribute(standard.Name)) continue
    const retyped =
      entry.AttributeDataType !== undefined && entry.AttributeDataType !== standard.AttributeDataType
    if (retyped || entry.DeveloperOnlyAttribute === true) {
      throw invalidParameter(
        `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${standard.Name}`,
      )
    }
    if (standard.Name === 'sub') continue
    schema.set(standard.Name, {
      ...standard,
      Mutable: entry.Mutable === undefined ? standard.Mutable : entry.Mutable === true,
      Required: entry.Required === true,
      ...constraints(entry, standard.AttributeDataType),
    })
  }
  return extendSchema(
    schema,
    declared.filter((entry) => !isStandardAttribute(nameOf(entry))),
  )
}

/** The schema with custom attributes added. They can be neither changed nor removed afterwards. */
export function extendSchema(schema: AttributeSchema, custom: readonly JsonObject[]): AttributeSchema {
  const extended = new Map(schema)
  for (const entry of custom) {
    if (nameOf(entry) === '') throw invalidParameter('Attribute name is required.')
    if (entry.Required === true)
      throw invalidParameter('Required custom attributes are not supported currently.')
    const developerOnly = entry.DeveloperOnlyAttribute === true
    const name = `${developerOnly ? 'dev:custom:' : 'custom:'}${nameOf(entry)}`
    if (extended.has(name)) throw invalidParameter(`${name}: Existing attribute already has name ${name}.`)
    const type = (entry.AttributeDataType ?? 'String') as SchemaAttribute['AttributeDataType']
    const given = constraints(entry, type)
    extended.set(name, {
      Name: name,
      AttributeDataType: type,
      DeveloperOnlyAttribute: developerOnly,
      Mutable: entry.Mutable === undefined ? true : entry.Mutable === true,
      Required: false,
      ...(type === 'String' ? { StringAttributeConstraints: {} } : {}),
      ...(type === 'Number' ? { NumberAttributeConstraints: {} } : {}),
      ...given,
    })
  }
  if (extended.size - standardAttributes.length > CUSTOM_ATTRIBUTES_LIMIT) {
    throw invalidParameter(`A user pool can have at most ${CUSTOM_ATTRIBUTES_LIMIT} custom attributes.`)
  }
  return extended
}

function nameOf(entry: JsonObject): string {
  return typeof entry.Name === 'string' ? entry.Name : ''
}

function constraints(entry: JsonObject, type: string): Partial<SchemaAttribute> {
  const text = entry.StringAttributeConstraints
  const number = entry.NumberAttributeConstraints
  if ((text !== undefined && type !== 'String') || (number !== undefined && type !== 'Number')) {
    throw invalidParameter(`Invalid constraints for an attribute of type ${type}.`)
  }
  if (text !== undefined) {
    const constraint = text as NonNullable<SchemaAttribute['StringAttributeConstraints']>
    checkBounds(constraint.MinLength ?? '0', constraint.MaxLength ?? '2048', 0, 2048)
    return { StringAttributeConstraints: constraint }
  }
  if (number !== undefined) {
    const constraint = number as NonNullable<SchemaAttribute['NumberAttributeConstraints']>
    checkBounds(constraint.MinValue ?? '-Infinity', constraint.MaxValue ?? 'Infinity', -Infinity, Infinity)
    return { NumberAttributeConstraints: constraint }
  }
  return {}
}

function checkBounds(low: string, high: string, least: number, most: number): void {
  const [minimum, maximum] = [Number(low), Number(high)]
  // Written so that NaN fails.
  if (!(minimum >= least && maximum <= most && minimum <= maximum)) {
    throw invalidParameter('Attribute constraints are out of range.')
  }
}
