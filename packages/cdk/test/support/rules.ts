/** CloudFormation's checks of parameters, as its User Guide has them: patterns, bounds, and Rules. */
export interface CheckedTemplate {
  readonly Parameters: Readonly<Record<string, Parameter>>
  readonly Rules: Readonly<Record<string, Rule>>
}

interface Parameter {
  readonly Type: string
  readonly Default?: string | number
  readonly AllowedPattern?: string
  readonly AllowedValues?: readonly string[]
  readonly MinValue?: number
  readonly MaxValue?: number
  readonly ConstraintDescription?: string
}

interface Rule {
  readonly RuleCondition?: Expression
  readonly Assertions: readonly { readonly Assert: Expression; readonly AssertDescription: string }[]
}

type Expression = Readonly<Record<string, readonly unknown[]>>

/** Why CloudFormation refuses a deployment with these values; nothing where it accepts them. */
export function refusals(
  { Parameters, Rules }: CheckedTemplate,
  said: Readonly<Record<string, string>>,
  region: string,
): string[] {
  const values: Record<string, string> = { 'AWS::Region': region }
  const refused: string[] = []
  for (const [name, parameter] of Object.entries(Parameters)) {
    const value = said[name] ?? parameter.Default
    if (value === undefined) refused.push(`${name} must be given`)
    else if (!fits(parameter, String(value))) refused.push(parameter.ConstraintDescription ?? name)
    values[name] = String(value)
  }
  for (const { RuleCondition, Assertions } of Object.values(Rules))
    if (RuleCondition === undefined || holds(RuleCondition, values))
      for (const { Assert, AssertDescription } of Assertions)
        if (!holds(Assert, values)) refused.push(AssertDescription)
  return refused
}

/** A pattern has to match the whole value. */
function fits(parameter: Parameter, value: string): boolean {
  const { Type, AllowedPattern, AllowedValues, MinValue, MaxValue } = parameter
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) return false
  if (AllowedValues?.includes(value) === false) return false
  if (Type !== 'Number') return true
  return /^\d+$/.test(value) && Number(value) >= (MinValue ?? 0) && Number(value) <= (MaxValue ?? Infinity)
}

function holds(expression: Expression, values: Readonly<Record<string, string>>): boolean {
  const [[name, operands] = ['', []]] = Object.entries(expression)
  switch (name) {
    case 'Fn::Equals':
      return textOf(operands[0], values) === textOf(operands[1], values)
    case 'Fn::Not':
      return !holds(operands[0] as Expression, values)
    case 'Fn::And':
      return operands.every((operand) => holds(operand as Expression, values))
    default:
      throw new Error(`no rule has ${name} yet`)
  }
}

function textOf(operand: unknown, values: Readonly<Record<string, string>>): string {
  if (typeof operand === 'string') return operand
  const value = values[(operand as { Ref: string }).Ref]
  if (value === undefined) throw new Error(`${JSON.stringify(operand)} is not known in a rule`)
  return value
}
