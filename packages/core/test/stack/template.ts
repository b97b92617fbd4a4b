import { readFileSync } from 'node:fs'

/** What the template's parameters, resources and conditions come to in a test's account. */
export interface StackValues {
  /** Of parameters without a default, or where another value is wanted. */
  readonly parameters: Readonly<Record<string, string>>
  /** `Ref` of resources, by logical id. */
  readonly refs: Readonly<Record<string, string>>
  /** `Fn::GetAtt` of resources, as `Id.Attribute`. */
  readonly attributes: Readonly<Record<string, string>>
}

export const ACCOUNT = '123456789012'
export const REGION = 'eu-west-1'
export const STACK = 'vault'

interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Default?: string }>>
  readonly Conditions: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>
  >
}

/** A function and a state machine as the stack makes them. */
export interface DeployedFunction {
  readonly arn: string
  readonly handler: string
  readonly env: Readonly<Record<string, string>>
}

export interface Deployed {
  /** By logical id, as `BackupFunction`. */
  readonly functions: ReadonlyMap<string, DeployedFunction>
  /** The definition of a machine (`BackupMachine`), with the ARNs of its functions in place. */
  readonly machines: ReadonlyMap<string, { readonly arn: string; readonly definition: object }>
}

/** The committed template, deployed nowhere: its values computed as CloudFormation would. */
export function deployed(values: StackValues): Deployed {
  const url = new URL('../../../../template/cognito-vault.template.json', import.meta.url)
  const template = JSON.parse(readFileSync(url, 'utf8')) as Template
  const resolve = resolver(template, values)
  const functions = new Map<string, DeployedFunction>()
  const machines = new Map<string, { arn: string; definition: object }>()
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::Lambda::Function') {
      const { Variables } = Properties['Environment'] as { Variables: object }
      const handler = String(Properties['Handler']).replace(/^index\./, '')
      functions.set(id, { arn: functionArn(id), handler, env: resolve(Variables) as Record<string, string> })
    }
    if (Type === 'AWS::StepFunctions::StateMachine') {
      const names = Properties['DefinitionSubstitutions'] as Record<
        string,
        { 'Fn::GetAtt'?: [string, string] }
      >
      let text = resolve(Properties['DefinitionString']) as string
      for (const [name, value] of Object.entries(names)) {
        const { 'Fn::GetAtt': of } = value
        text = text.replaceAll(`\${${name}}`, of === undefined ? String(resolve(value)) : functionArn(of[0]))
      }
      machines.set(id, { arn: machineArn(id), definition: JSON.parse(text) as object })
    }
  }
  return { functions, machines }
}

function functionArn(id: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`
}

function machineArn(id: string): string {
  return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${id}`
}

/** The intrinsic functions that the template uses; another one fails the test. */
function resolver(template: Template, values: StackValues): (value: unknown) => unknown {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::StackName': STACK,
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::NoValue': '',
  }

  function ref(name: string): string {
    const found =
      pseudo[name] ?? values.parameters[name] ?? template.Parameters[name]?.Default ?? values.refs[name]
    if (found === undefined) throw new Error(`the test says nothing of ${name}`)
    return found
  }

  function condition(value: unknown): boolean {
    const [[name, inner] = ['', undefined]] = Object.entries(value as object)
    switch (name) {
      case 'Condition':
        return condition(template.Conditions[inner as string])
      case 'Fn::Equals': {
        const [a, b] = inner as [unknown, unknown]
        return JSON.stringify(resolve(a)) === JSON.stringify(resolve(b))
      }
      case 'Fn::Not':
        return !condition((inner as unknown[])[0])
      case 'Fn::And':
        return (inner as unknown[]).every(condition)
      case 'Fn::Or':
        return (inner as unknown[]).some(condition)
      default:
        throw new Error(`the test does not know the condition ${name}`)
    }
  }

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve)
    if (typeof value !== 'object' || value === null) return value
    const [[name, inner] = ['', undefined], ...others] = Object.entries(value)
    if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return intrinsic(name, inner)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one)]))
  }

  function intrinsic(name: string, inner: unknown): unknown {
    switch (name) {
      case 'Ref':
        return ref(inner as string)
      case 'Fn::GetAtt': {
        const key = (inner as string[]).join('.')
        const found = values.attributes[key]
        if (found === undefined) throw new Error(`the test says nothing of ${key}`)
        return found
      }
      case 'Fn::Join': {
        const [between, parts] = inner as [string, unknown[]]
        return parts.map(resolve).join(between)
      }
      case 'Fn::Sub':
        return (inner as string).replaceAll(/\$\{([^}!]+)\}/g, (_, of: string) => ref(of))
      case 'Fn::If': {
        const [of, then, otherwise] = inner as [string, unknown, unknown]
        return resolve(condition(template.Conditions[of]) ? then : otherwise)
      }
      default:
        throw new Error(`the test does not know ${name}`)
    }
  }

  return resolve
}
