import type { Resource, Template } from './stacks.js'

type Json = Readonly<Record<string, unknown>>

/** What a deployment makes of a template: no parameter, condition or rule is left in it. */
export interface Resolved {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs: Json
}

const NOTHING = Symbol('AWS::NoValue')

/** The template with these parameters: conditions decided and parameters put in, as the User Guide of CloudFormation has it. */
export function resolved(template: Template, said: Readonly<Record<string, string>>): Resolved {
  const parameters: Readonly<Record<string, { readonly Default?: string | number }>> = template.Parameters
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
      Object.entries(parameters).map(([name, { Default }]) => [name, String(Default ?? '')]),
    ),
    ...said,
    'AWS::Region': 'eu-west-1',
    'AWS::Partition': 'aws',
  }

  function textOf(expression: unknown): string {
    const text = put(expression)
    if (typeof text !== 'string') throw new Error(`no condition has ${JSON.stringify(expression)} yet`)
    return text
  }

  function holds(expression: unknown): boolean {
    const [[name, operand] = ['', undefined]] = Object.entries(expression as Json)
    if (name === 'Condition') return isTrue(String(operand))
    const operands = operand as unknown[]
    if (name === 'Fn::Equals') return textOf(operands[0]) === textOf(operands[1])
    if (name === 'Fn::Not') return !holds(operands[0])
    if (name === 'Fn::And') return operands.every(holds)
    if (name === 'Fn::Or') return operands.some(holds)
    throw new Error(`no condition has ${name} yet`)
  }

  function isTrue(name: string): boolean {
    if (!(name in template.Conditions)) throw new Error(`the template has no condition ${name}`)
    return holds(template.Conditions[name])
  }

  function put(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(put).filter((item) => item !== NOTHING)
    if (typeof value !== 'object' || value === null) return value
    const object = value as Json
    if ('Fn::If' in object) {
      const [name, yes, no] = object['Fn::If'] as [string, unknown, unknown]
      return put(isTrue(name) ? yes : no)
    }
    if (object['Ref'] === 'AWS::NoValue') return NOTHING
    if (typeof object['Ref'] === 'string') return values[object['Ref']] ?? value
    return Object.fromEntries(
      Object.entries(object)
        .map(([key, inner]) => [key, put(inner)] as const)
        .filter(([, inner]) => inner !== NOTHING),
    )
  }

  const there = (all: Json) =>
    Object.fromEntries(
      Object.entries(all as Readonly<Record<string, { Condition?: string }>>)
        .filter(([, { Condition: name }]) => name === undefined || isTrue(name))
        .map(([id, rest]) => [id, put({ ...rest, Condition: { Ref: 'AWS::NoValue' } })]),
    )
  return { Resources: there(template.Resources) as Resolved['Resources'], Outputs: there(template.Outputs) }
}
