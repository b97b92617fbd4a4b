import { readFileSync } from 'node:fs'

/** What AWS publishes of a request's part. Patterns are Java's, and match the whole value. */
export interface Shape {
  readonly type: string
  readonly members?: Readonly<Record<string, string>>
  readonly member?: string
  readonly key?: string
  readonly value?: string
  readonly required?: readonly string[]
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly min?: number
  readonly max?: number
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input: string }>>
  readonly shapes: Readonly<Record<string, Shape>>
}

const published = JSON.parse(
  readFileSync(new URL('../../../simulator/data/cognito-constraints.json', import.meta.url), 'utf8'),
) as { 'cognito-idp': Model; 'cognito-identity': Model }

/** Begins the names of operations and shapes of identity pools, some of which user pools have too. */
const IDENTITY = 'cognito-identity:'

const identity = prefixed(published['cognito-identity'])

function prefixed({ operations, shapes }: Model): Model {
  const named = (name: string): string => `${IDENTITY}${name}`
  const each = <T, U>(of: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [named(name), change(value)]))
  return {
    operations: each(operations, ({ input }) => ({ input: named(input) })),
    shapes: each(shapes, ({ members, member, key, value, ...rest }) => ({
      ...rest,
      ...(members && { members: mapValues(members, named) }),
      ...(member === undefined ? {} : { member: named(member) }),
      ...(key === undefined ? {} : { key: named(key) }),
      ...(value === undefined ? {} : { value: named(value) }),
    })),
  }
}

function mapValues(
  of: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]))
}

/** Operations that the published constraints do not hold yet, as the API reference states them. */
const newer: Model = {
  operations: {
    SetUserPoolSessionConfiguration: { input: 'PoolSessions' },
    SetUserPoolClientSessionConfiguration: { input: 'ClientSessions' },
  },
  shapes: {
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
    TokenSession: { type: 'structure', members: { MaxPerUser: 'MaxPerUser' }, required: ['MaxPerUser'] },
    MaxPerUser: { type: 'integer', min: 1, max: 100 },
    ClientSessions: {
      type: 'structure',
      members: { UserPoolId: 'UserPoolIdType', ClientId: 'ClientIdType', SSOSession: 'SSOSession' },
      required: ['UserPoolId', 'ClientId', 'SSOSession'],
    },
    SSOSession: {
      type: 'structure',
      members: { MaxValidityMinutes: 'MaxValidityMinutes' },
      required: ['MaxValidityMinutes'],
    },
    MaxValidityMinutes: { type: 'integer', min: 0, max: 129_600 },
  },
}

const models = [published['cognito-idp'], newer, identity]
const shapes: Readonly<Record<string, Shape>> = Object.fromEntries(
  models.flatMap((model) => Object.entries(model.shapes)),
)
const operations: Model['operations'] = Object.fromEntries(
  models.flatMap((model) => Object.entries(model.operations)),
)

/** The shape of a name. */
export function shapeOf(name: string): Shape {
  const shape = shapes[name]
  if (shape === undefined) throw new Error(`the model has no shape ${name}`)
  return shape
}

/** The name of the shape of an operation's request; those of identity pools are `cognito-identity:OPERATION`. */
export function requestOf(operation: string): string {
  const known = operations[operation]
  if (known === undefined) throw new Error(`the model has no operation ${operation}`)
  return known.input
}

/** Every member of a request, at any depth, as `Operation.Member.Member`; members of lists' items and maps' values among them. */
export function membersOf(operation: string): string[] {
  const found: string[] = []
  visit(requestOf(operation), operation)
  return found

  function visit(name: string, path: string): void {
    const shape = shapeOf(name)
    if (shape.type === 'list') visit(shape.member!, path)
    if (shape.type === 'map') visit(shape.value!, path)
    if (shape.type !== 'structure' || name === 'Document') return
    for (const [member, inner] of Object.entries(shape.members ?? {})) {
      found.push(`${path}.${member}`)
      visit(inner, `${path}.${member}`)
    }
  }
}
