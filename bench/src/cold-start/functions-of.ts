/** A function of the stack. */
export interface StackFunction {
  /** What the bundle exports it as. */
  readonly handler: string
  readonly memoryMb: number
}

/** The functions of a CloudFormation template, in its order. */
export function functionsOf(template: string): StackFunction[] {
  const { Resources } = JSON.parse(template) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>
  }
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties: { Handler, MemorySize } }) => ({
      handler: String(Handler).replace(/^index\./, ''),
      memoryMb: Number(MemorySize),
    }))
}
