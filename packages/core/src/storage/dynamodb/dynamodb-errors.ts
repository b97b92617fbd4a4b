import { CodedError, type ErrorCode } from '../../model/errors.js'
import { refusedCaller } from '../aws/refused-caller.js'

/** The name of the exception that DynamoDB answered with, or of what kept it from being asked. */
export function exceptionOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown failure'
}

/** The condition of a write did not hold. */
export function isConditionFailed(error: unknown): boolean {
  return exceptionOf(error) === 'ConditionalCheckFailedException'
}

/** Why each part of a transaction did not go through; `None` for those that would have. */
export function cancellationReasons(error: unknown): readonly string[] | undefined {
  if (exceptionOf(error) !== 'TransactionCanceledException') return undefined
  const { CancellationReasons: reasons = [] } = error as { CancellationReasons?: { Code?: string }[] }
  return reasons.map(({ Code = 'None' }) => Code)
}

const REJECTED = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
  'ExpiredTokenException',
  'ExpiredToken',
  'InvalidClientTokenId',
  'CredentialsProviderError',
])
const DENIED = new Set(['AccessDeniedException', 'KMSAccessDeniedException', 'AccessDenied'])

/** What a failed call means to whoever keeps a vault in `table`; `value` is the key or prefix that it was about. */
export function dynamodbError(error: unknown, operation: string, value: string, table: string): CodedError {
  if (error instanceof CodedError) return error
  const name = exceptionOf(error)
  const what = value === '' ? table : value
  const failed = `${operation} of ${what} failed: ${name}`
  const coded = (code: ErrorCode, message: string, hint: string): CodedError =>
    new CodedError(code, message, { value: what, hint, cause: error })

  if (name === 'ResourceNotFoundException') {
    return coded(
      'VAULT_NOT_FOUND',
      `there is no table ${table} in this Region`,
      `check the name and --storage-region, or make it: cognito-vault init --vault dynamodb://${table}`,
    )
  }
  const refused = refusedCaller(error, { name, rejected: REJECTED, failed, value: what })
  if (refused !== undefined) return refused
  if (DENIED.has(name)) {
    return coded(
      'ACCESS_DENIED',
      `access denied: ${operation} of ${what}`,
      `allow dynamodb:${operation === 'TransactWriteItems' ? 'PutItem and dynamodb:ConditionCheckItem' : operation} on the table ${table}: see docs/storage.md`,
    )
  }
  if (name === 'ValidationException') {
    return coded(
      'STORAGE_UNSUPPORTED',
      failed,
      `see whether ${table} is a table that init made, with the keys pk and sk: see docs/storage.md`,
    )
  }
  return coded(
    'STORAGE_FAILED',
    failed,
    `see whether DynamoDB can be reached, then run the same command again`,
  )
}
