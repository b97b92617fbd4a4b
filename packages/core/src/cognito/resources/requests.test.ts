import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isObject, type JsonObject, type JsonValue } from '../../model/canonical.js'
import type { PlannedOperation } from '../operation.js'
import type { FoundResource, ResourceKind } from './resource-kind.js'
import { RESOURCE_KINDS } from './resource-kinds.js'

interface Shape {
  type: string
  members?: Record<string, string>
  member?: string
  value?: string
  required?: string[]
  enum?: string[]
  min?: number
  max?: number
}

/** The API as AWS publishes it: what each request may and must hold. */
const model = (
  JSON.parse(
    readFileSync(new URL('../../../../simulator/data/cognito-constraints.json', import.meta.url), 'utf8'),
  ) as Record<
    string,
    { operations: Record<string, { input: string; output?: string }>; shapes: Record<string, Shape> }
  >
)['cognito-idp']!

/** Operations that the published model does not hold yet, as the reference states them. */
function addOperations(
  operations: Readonly<Record<string, string>>,
  shapes: Readonly<Record<string, Shape>>,
): void {
  for (const [operation, input] of Object.entries(operations)) model.operations[operation] = { input }
  Object.assign(model.shapes, shapes)
}

addOperations(
  {
    SetUserPoolSessionConfiguration: 'PoolSessions',
    SetUserPoolClientSessionConfiguration: 'ClientSessions',
  },
  {
    PoolSessions: {
      type: 'structure',
      members: {
        UserPoolId: 'UserPoolIdType',
        UserSessionTracking: 'UserSessionTracking',
        TokenSession: 'TokenSession',
      },
      required: ['UserPoolId', 'UserSessionTracking', 'TokenSession'],
    },
    UserSessionTracking: { type: 'string', enum: ['ENABLED', 'DISABLED'] },
    TokenSession: { type: 'structure', members: { MaxPerUser: 'IntegerType' } },
    ClientSessions: {
      type: 'structure',
      members: { UserPoolId: 'UserPoolIdType', ClientId: 'ClientIdType', SSOSession: 'SSOSession' },
      required: ['UserPoolId', 'ClientId', 'SSOSession'],
    },
    SSOSession: { type: 'structure', members: { MaxValidityMinutes: 'IntegerType' } },
  },
)

/** How each kind is described, and what a description has that no request of its kind takes. */
const KINDS: Readonly<Record<string, { shape: string; outputOnly: readonly string[] }>> = {
  pool: {
    shape: 'UserPoolType',
    outputOnly: [
      'Arn',
      'CreationDate',
      'CustomDomain',
      'Domain',
      'EmailConfigurationFailure',
      'EstimatedNumberOfUsers',
      'Id',
      'LastModifiedDate',
      'SmsConfigurationFailure',
      'Status',
    ],
  },
  mfa: { shape: 'GetUserPoolMfaConfigResponse', outputOnly: [] },
  'identity-provider': {
    shape: 'IdentityProviderType',
    outputOnly: ['CreationDate', 'LastModifiedDate', 'UserPoolId'],
  },
  'resource-server': { shape: 'ResourceServerType', outputOnly: ['UserPoolId'] },
  client: {
    shape: 'UserPoolClientType',
    outputOnly: ['ClientId', 'CreationDate', 'LastModifiedDate', 'UserPoolId'],
  },
  session: { shape: 'PoolSessions', outputOnly: ['UserPoolId'] },
  'client-session': { shape: 'ClientSessions', outputOnly: ['UserPoolId', 'ClientId'] },
  risk: { shape: 'RiskConfigurationType', outputOnly: ['UserPoolId', 'ClientId', 'LastModifiedDate'] },
  'log-delivery': { shape: 'LogDeliveryConfigurationType', outputOnly: ['UserPoolId'] },
  ui: {
    shape: 'UICustomizationType',
    outputOnly: ['UserPoolId', 'ClientId', 'ImageUrl', 'CSSVersion', 'CreationDate', 'LastModifiedDate'],
  },
  branding: {
    shape: 'ManagedLoginBrandingType',
    outputOnly: ['ManagedLoginBrandingId', 'UserPoolId', 'CreationDate', 'LastModifiedDate'],
  },
  terms: {
    shape: 'TermsType',
    outputOnly: ['TermsId', 'UserPoolId', 'ClientId', 'CreationDate', 'LastModifiedDate'],
  },
  domain: {
    shape: 'DomainDescriptionType',
    outputOnly: ['AWSAccountId', 'CloudFrontDistribution', 'S3Bucket', 'Status', 'UserPoolId', 'Version'],
  },
  group: { shape: 'GroupType', outputOnly: ['CreationDate', 'LastModifiedDate', 'UserPoolId'] },
  tags: { shape: 'ListTagsForResourceResponse', outputOnly: [] },
}
/** What a request takes that no other step of a restore sets: the rest comes elsewhere, or cannot be changed. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  // Triggers and protection come last, MFA by an operation of its own.
  CreateUserPool: ['LambdaConfig', 'DeletionProtection', 'MfaConfiguration'],
  CreateUserPoolClient: ['GenerateSecret'],
  UpdateUserPool: ['UserPoolTags'],
}

/** A value of a shape with every member in it. */
function sample(shapeName: string, variant: number): JsonValue {
  const shape = model.shapes[shapeName]!
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).map(([name, inner]) => [name, sample(inner, variant)]),
      )
    case 'list':
      return [sample(shape.member!, variant)]
    case 'map':
      return { key: sample(shape.value!, variant) }
    case 'boolean':
      return variant === 1
    case 'integer':
    case 'long':
    case 'timestamp':
      return variant
    default:
      return shape.enum?.[variant % shape.enum.length] ?? `${'x'.repeat(30)}${variant}`
  }
}

function described(kind: ResourceKind, variant: number): FoundResource {
  const body = sample(KINDS[kind.kind]!.shape, variant) as JsonObject
  if (kind.kind === 'mfa') body['MfaConfiguration'] = 'OPTIONAL'
  // The image comes from its address, and only without the service's own values is there anything to write.
  if (kind.kind === 'ui') body['ImageFile'] = `aW1hZ2U${variant}`
  if (kind.kind === 'branding') body['UseCognitoProvidedValues'] = false
  return { name: 'name', body: kind.normalise(body) }
}

function inputShape(operation: string): Shape {
  return model.shapes[model.operations[operation]!.input]!
}

const isRef = (value: JsonValue): boolean => isObject(value) && typeof value['$ref'] === 'string'

/** The members that a request holds and its operation does not know, at any depth. */
function unknownMembers(value: JsonValue, shapeName: string, path: string): string[] {
  const shape = model.shapes[shapeName]!
  if (isRef(value)) return []
  if (Array.isArray(value)) return value.flatMap((item) => unknownMembers(item, shape.member!, `${path}[]`))
  if (!isObject(value) || shape.type !== 'structure') return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const member = shape.members?.[name]
    return member === undefined ? [`${path}.${name}`] : unknownMembers(inner, member, `${path}.${name}`)
  })
}

function expectTaken({ operation, input, patch }: PlannedOperation, base: JsonObject = {}): void {
  const request = { ...base, ...patch, ...input }
  expect(unknownMembers(request, model.operations[operation]!.input, operation)).toEqual([])
  expect(Object.keys(request)).toEqual(expect.arrayContaining(inputShape(operation).required ?? []))
}

/** Kinds that no operation writes, and identity pools, which another service has: they have a test of their own. */
const OTHERS = ['client-secrets', 'replica', 'signing-certificate', 'identity-pool']
const written = RESOURCE_KINDS.filter(({ kind }) => !OTHERS.includes(kind))

describe.each(written.map((kind) => [kind.kind, kind] as const))('requests for %s', (name, kind) => {
  it('that make one hold all that is described and nothing that the API does not take', () => {
    const operations = kind.create(described(kind, 1), {
      lives: false,
      noWidening: false,
      clientId: 'client',
    })
    for (const operation of operations) expectTaken(operation)
    const [create] = operations
    const { members = {} } = inputShape(create!.operation)
    const missing = Object.keys(members).filter((member) => !(member in create!.input))
    expect(missing.sort()).toEqual([...(ELSEWHERE[create!.operation] ?? [])].sort())
  })

  it('that change one hold the members that differ, and what must be sent beside', () => {
    const [wanted, current] = [described(kind, 1), described(kind, 2)]
    for (const operation of kind.update(wanted, current)) {
      expectTaken(operation, operation.patch === undefined ? {} : kind.updateRequest(current.body))
    }
  })

  it('that would leave one as it is hold all that a request of the kind holds', () => {
    const current = described(kind, 2)
    const [update] = kind.update(described(kind, 1), current).filter(({ patch }) => patch !== undefined)
    if (update === undefined) return
    const request = kind.updateRequest(current.body)
    const { members = {} } = inputShape(update.operation)
    const missing = Object.keys(members).filter((member) => !(member in request) && !(member in update.input))
    expect(missing).toEqual(ELSEWHERE[update.operation] ?? [])
  })

  it('take no account of what only the service writes', () => {
    const { outputOnly } = KINDS[name]!
    const current = described(kind, 1)
    const other = described(kind, 2).body
    const renewed = Object.fromEntries(outputOnly.map((member) => [member, other[member] ?? null]))
    const wanted = { ...current, body: { ...current.body, ...renewed } }
    expect(kind.settable(wanted.body)).toEqual(kind.settable(current.body))
    expect(kind.update(wanted, current)).toEqual([])
  })
})
