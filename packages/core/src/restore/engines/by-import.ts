import type { PlannedOperation } from '../../cognito/operation.js'
import type { Step } from '../step.js'

/** What a job does of a user's operations: who is imported chooses a password by themselves. */
const DONE_BY_IMPORT = ['AdminCreateUser', 'AdminSetUserPassword']

/** Whether an import does what the operation would do, so that it is called only where the import fails. */
export function isByImport({ engine }: Step, { operation }: Pick<PlannedOperation, 'operation'>): boolean {
  return engine?.kind === 'import' && DONE_BY_IMPORT.includes(operation)
}
