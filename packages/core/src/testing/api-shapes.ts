import { readFileSync } from 'node:fs'
import { isObject, type JsonObject, type JsonValue } from '../model/canonical.js'

interface Shape {
  readonly type: string
  readonly members?: Readonly<Record<string, string>>
  readonly required?: readonly string[]
  readonly member?: string
  readonly value?: string
  readonly enum?: readonly string[]
  readonly pattern?: string
}

const model = JSON.parse(
  readFileSync(new URL('../../../simulator/data/cognito-constraints.json', import.meta.url), 'utf8'),
) as Record<string, { shapes: Record<string, Shape> } | undefined>

function shapeOf(name: string | undefined): Shape {
  const shape = model['cognito-idp']?.shapes[name ?? '']
  if (shape === undefined) throw new Error(`the API has no shape ${name ?? ''}`)
  return shape
}

/** The kinds of resource whose descriptions have members for ARNs, and the shapes of these. For tests. */
export const SHAPES_WITH_ARNS: Readonly<Record<string, string>> = {
  pool: 'UserPoolType',
  mfa: 'GetUserPoolMfaConfigResponse',
  client: 'UserPoolClientType',
  risk: 'RiskConfigurationType',
  'log-delivery': 'LogDeliveryConfigurationType',
  domain: 'DomainDescriptionType',
  group: 'GroupType',
}

/** A body of a shape in which every member is set, and each that takes an ARN has one of its own, which are returned. For tests. */
export function bodyWithArns(shape: string, service: () => string): { body: JsonObject; arns: string[] } {
  const arns: string[] = []
  const body = sample(shape, arns, service)
  if (!isObject(body)) throw new Error(`${shape} is no structure`)
  return { body, arns }
}

function sample(name: string, arns: string[], service: () => string): JsonValue {
  const shape = shapeOf(name)
  const inner = (of = ''): JsonValue => sample(of, arns, service)
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).map(([member, of]) => [member, inner(of)]),
      )
    case 'list':
      return [inner(shape.member), inner(shape.member)]
    case 'map':
      return { key: inner(shape.value) }
    case 'boolean':
      return true
    case 'integer':
    case 'long':
    case 'timestamp':
      return 1
    default: {
      if (!/^\(?arn:/.test(shape.pattern ?? '')) return shape.enum?.[0] ?? 'text'
      const place = shape.pattern?.includes(':::') === true ? '::' : ':eu-west-1:123456789012'
      const arn = `arn:aws:${service()}${place}:thing${arns.length}`
      arns.push(arn)
      return arn
    }
  }
}

/** The members that a value lacks and that its shape requires, at any depth. For tests. */
export function requiredMembersMissing(value: JsonValue, shapeName: string, path = shapeName): string[] {
  const shape = shapeOf(shapeName)
  if (Array.isArray(value))
    return value.flatMap((item, at) => requiredMembersMissing(item, shape.member ?? '', `${path}[${at}]`))
  if (!isObject(value) || shape.type !== 'structure') return []
  const missing = (shape.required ?? []).filter((member) => !(member in value))
  return [
    ...missing.map((member) => `${path}.${member}`),
    ...Object.entries(value).flatMap(([member, inner]) => {
      const of = shape.members?.[member]
      return of === undefined ? [] : requiredMembersMissing(inner, of, `${path}.${member}`)
    }),
  ]
}
