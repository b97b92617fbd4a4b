/** The name of an execution, from its ARN, as far as a run's id may hold it. */
export function executionName(execution: string): string {
  return (execution.split(':').at(-1) ?? '').replaceAll(/[^\w.-]/g, '-').slice(0, 100)
}
