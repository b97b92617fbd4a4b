import { invalidParameter } from '../service-error.js'
import type { AttributeSchema, SchemaAttribute } from './attribute-schema.js'

const EMAIL = /^[^\s@]+@[^\s@]+$/u
const PHONE_NUMBER = /^\+\d{1,15}$/

/** Whether a text can be an email address to the service. */
export function isEmail(text: string): boolean {
  return EMAIL.test(text) && text.length <= 2048
}

/** Whether a text is a phone number in E.164. */
export function isPhoneNumber(text: string): boolean {
  return PHONE_NUMBER.test(text)
}

/** Why attributes are written: what may be set at creation may be fixed afterwards. */
export type WritePurpose = 'create' | 'update'

/**
 * Checks attributes that a caller wants to write against the pool's schema and returns them as they are stored.
 * An empty value removes an attribute: it stays in the result as `undefined`.
 */
export function checkAttributes(
  schema: AttributeSchema,
  attributes: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[],
  purpose: WritePurpose,
): Map<string, string | undefined> {
  const problems: string[] = []
  const checked = new Map<string, string | undefined>()
  for (const { Name: name = '', Value: value = '' } of attributes) {
    const declared = schema.get(name)
    const problem =
      declared === undefined ? 'Attribute does not exist in the schema.' : problemOf(declared, value, purpose)
    if (problem !== undefined) problems.push(`${name}: ${problem}`)
    else if (value === '') checked.set(name, undefined)
    else checked.set(name, declared?.AttributeDataType === 'Boolean' ? value.toLowerCase() : value)
  }
  if (problems.length > 0) {
    throw invalidParameter(`Attributes did not conform to the schema: ${problems.join('\n')}\n`)
  }
  const email = checked.get('email')
  if (email !== undefined && !isEmail(email)) throw invalidParameter('Invalid email address format.')
  const phoneNumber = checked.get('phone_number')
  if (phoneNumber !== undefined && !isPhoneNumber(phoneNumber))
    throw invalidParameter('Invalid phone number format.')
  return checked
}

/** Refuses attributes without one that the schema requires; `sub` is the service's own to give. */
export function checkRequired(
  schema: AttributeSchema,
  attributes: ReadonlyMap<string, string | undefined>,
): void {
  const missing = [...schema.values()]
    .filter(({ Name, Required }) => Required && Name !== 'sub' && attributes.get(Name) === undefined)
    .map(({ Name }) => `${Name}: The attribute is required`)
  if (missing.length > 0)
    throw invalidParameter(`Attributes did not conform to the schema: ${missing.join('\n')}\n`)
}

function problemOf(declared: SchemaAttribute, value: string, purpose: WritePurpose): string | undefined {
  // The service assigns sub and, from federation and links, identities: no caller writes them.
  if (declared.Name === 'sub' || declared.Name === 'identities') return 'Attribute cannot be updated.'
  if (purpose === 'update' && !declared.Mutable) return 'Attribute cannot be updated.'
  if (value === '') return purpose === 'update' && declared.Required ? 'The attribute is required' : undefined
  switch (declared.AttributeDataType) {
    case 'String':
      return textProblem(declared, value)
    case 'Number':
      return numberProblem(declared, value)
    case 'Boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'Invalid boolean value'
    case 'DateTime':
      return Number.isNaN(Date.parse(value)) && !/^\d+$/.test(value) ? 'Invalid date value' : undefined
  }
}

function textProblem(declared: SchemaAttribute, value: string): string | undefined {
  const { MinLength = '0', MaxLength = '2048' } = declared.StringAttributeConstraints ?? {}
  if (value.length < Number(MinLength)) return `String must be longer than ${MinLength} characters.`
  if (value.length > Number(MaxLength)) return `String must be no longer than ${MaxLength} characters.`
  return undefined
}

function numberProblem(declared: SchemaAttribute, value: string): string | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return 'Value must be a number.'
  const { MinValue, MaxValue } = declared.NumberAttributeConstraints ?? {}
  if (MinValue !== undefined && Number(value) < Number(MinValue)) return `Value must be at least ${MinValue}.`
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `Value must be at most ${MaxValue}.`
  return undefined
}
