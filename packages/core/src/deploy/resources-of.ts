import { CodedError } from '../model/errors.js'
import type { ParameterValue, ResourceChange } from './stack-service.js'
import type { Template } from './template.js'

/** What a template can refer to that is no parameter. */
export interface Surroundings {
  readonly region: string
  readonly account: string
  readonly partition: string
}

/**
 * What a new stack is made of: each resource of the template whose condition holds for these values, by "Condition functions" of the
 * CloudFormation User Guide. CloudFormation is not asked.
 */
export function resourcesOf(
  { parameters, conditions, resources }: Template,
  values: Readonly<Record<string, ParameterValue>>,
  around: Surroundings,
): ResourceChange[] {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': around.region,
    'AWS::AccountId': around.account,
    'AWS::Partition': around.partition,
  }

  function valueOf(expression: unknown): string {
    if (typeof expression !== 'object' || expression === null) return String(expression)
    const { Ref: name } = expression as { Ref?: string }
    if (name === undefined) throw unknown(expression)
    const given = values[name]
    if (given !== undefined && given !== 'previous') return given.value
    const found = pseudo[name] ?? parameters[name]?.Default
    if (found === undefined) throw unknown(expression)
    return typeof found === 'string' ? found : JSON.stringify(found)
  }

  function holds(expression: unknown): boolean {
    const [[operator, operand] = ['', undefined]] = Object.entries(expression as Record<string, unknown>)
    if (operator === 'Condition') return holds(conditions[String(operand)])
    const operands = Array.isArray(operand) ? (operand as unknown[]) : []
    if (operator === 'Fn::Equals') return valueOf(operands[0]) === valueOf(operands[1])
    if (operator === 'Fn::Not') return !holds(operands[0])
    if (operator === 'Fn::And') return operands.every(holds)
    if (operator === 'Fn::Or') return operands.some(holds)
    throw unknown(expression)
  }

  return Object.entries(resources)
    .filter(([, { Condition: name }]) => name === undefined || holds({ Condition: name }))
    .map(([logicalId, { Type: type }]) => ({ action: 'Add', logicalId, type }))
}

function unknown(expression: unknown): CodedError {
  return new CodedError(
    'INTERNAL',
    `a condition of the template is not understood: ${JSON.stringify(expression)}`,
    {
      hint: 'this is a defect: please report it',
    },
  )
}
