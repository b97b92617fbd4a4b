/** A template as the stand-in reads it: JSON, with the intrinsic functions that the project's own has in conditions and outputs. */
export interface StoodInTemplate {
  readonly Parameters?: Record<
    string,
    { Default?: unknown; AllowedPattern?: string; AllowedValues?: unknown[] }
  >
  readonly Conditions?: Record<string, unknown>
  readonly Resources: Record<string, StoodInResource>
  readonly Outputs?: Record<string, { Value: unknown; Condition?: string }>
}

export interface StoodInResource {
  readonly Type: string
  readonly Condition?: string
  readonly Properties?: Record<string, unknown>
}

export interface Surroundings {
  readonly region: string
  readonly account: string
  readonly stackName: string
}

/** Resolves what a template says, from the User Guide's "Intrinsic function reference". */
export function resolver(
  { Conditions = {} }: StoodInTemplate,
  parameters: Readonly<Record<string, string>>,
  around: Surroundings,
): {
  readonly holds: (condition: string | undefined) => boolean
  readonly value: (expression: unknown) => unknown
} {
  const pseudo: Record<string, string> = {
    'AWS::Region': around.region,
    'AWS::AccountId': around.account,
    'AWS::Partition': 'aws',
    'AWS::StackName': around.stackName,
  }

  /** What Ref gives of a resource is its physical id. */
  const reference = (name: string): string => parameters[name] ?? pseudo[name] ?? physicalId(name, around)

  function test(expression: unknown): boolean {
    const [[name, operand]] = Object.entries(expression as object) as [[string, unknown]]
    const list = operand as unknown[]
    if (name === 'Condition') return test(Conditions[operand as string])
    if (name === 'Fn::Equals') return String(value(list[0])) === String(value(list[1]))
    if (name === 'Fn::Not') return !test(list[0])
    if (name === 'Fn::And') return list.every(test)
    if (name === 'Fn::Or') return list.some(test)
    throw new Error(`no condition function ${name}`)
  }

  function value(expression: unknown): unknown {
    if (Array.isArray(expression)) return expression.map(value)
    if (typeof expression !== 'object' || expression === null) return expression
    const entries = Object.entries(expression)
    const [[name, operand] = ['', undefined], second] = entries
    if (second === undefined) {
      if (name === 'Ref') return reference(operand as string)
      if (name === 'Fn::GetAtt') {
        const [id, attribute] = operand as [string, string]
        const type = attribute === 'Arn' ? 'arn' : attribute
        return type === 'arn' ? arnOf(id, around) : `${id}.${type}`
      }
      if (name === 'Fn::Join') {
        const [separator, parts] = value(operand) as [string, unknown[]]
        return parts.map(String).join(separator)
      }
      if (name === 'Fn::Split') {
        const [separator, text] = value(operand) as [string, string]
        return text.split(separator)
      }
      if (name === 'Fn::If') {
        const [condition, yes, no] = operand as [string, unknown, unknown]
        return value(test(Conditions[condition]) ? yes : no)
      }
    }
    return Object.fromEntries(entries.map(([key, inner]) => [key, value(inner)]))
  }

  return { holds: (condition) => condition === undefined || test(Conditions[condition]), value }
}

export function physicalId(logicalId: string, { stackName, region }: Surroundings): string {
  return `${stackName}-${region}-${logicalId}`.toLowerCase()
}

/** Of a bucket and of a key, as the two kinds whose ARNs are outputs. */
function arnOf(logicalId: string, around: Surroundings): string {
  if (logicalId === 'Key')
    return `arn:aws:kms:${around.region}:${around.account}:key/00000000-0000-4000-8000-00000000000a`
  return `arn:aws:s3:::${physicalId(logicalId, around)}`
}
