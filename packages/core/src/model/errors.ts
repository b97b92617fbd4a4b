/** The codes that a program may branch on. Each maps to one exit code in `cli/exit-codes.ts`. */
export type ErrorCode =
  | 'USAGE'
  | 'VAULT_NOT_FOUND'
  | 'VAULT_EXISTS'
  | 'VAULT_TOO_NEW'
  | 'VAULT_DAMAGED'
  | 'VAULT_READ_ONLY'
  | 'VAULT_NOT_ENCRYPTED'
  | 'VAULT_ROLLED_BACK'
  | 'WRONG_KEY'
  | 'KEY_NEEDED'
  | 'KEY_UNAVAILABLE'
  | 'SLOT_NOT_FOUND'
  | 'SLOT_NEEDED'
  | 'STORAGE_FAILED'
  | 'STORAGE_FULL'
  | 'STORAGE_UNSUPPORTED'
  | 'RETAINED'
  | 'LOCKED_TOO_SHORT'
  | 'SNAPSHOT_NOT_FOUND'
  | 'SNAPSHOT_INCOMPLETE'
  | 'SNAPSHOT_DIFFERS'
  | 'ERASURES_DIFFER'
  | 'NOT_IN_SNAPSHOT'
  | 'EXPORT_INCOMPLETE'
  | 'SOURCE_NOT_FOUND'
  | 'SOURCE_UNREADABLE'
  | 'POOL_HALF_RESTORED'
  | 'SHRINK_GUARD'
  | 'POOL_NOT_FOUND'
  | 'POOL_IN_OTHER_REGION'
  | 'RUN_NOT_FOUND'
  | 'PLAN_TOO_LARGE'
  | 'RESTORE_STALLED'
  | 'RUN_NOT_APPROVED'
  | 'RUN_NOT_UNDOABLE'
  | 'PLAN_OUTDATED'
  | 'REFERENCES_UNMAPPED'
  | 'REFERENCES_MISSING'
  | 'HASHES_NEEDED'
  | 'LOCKED'
  | 'LOCK_LOST'
  | 'ACCESS_DENIED'
  | 'CREDENTIALS_REJECTED'
  | 'ENDPOINT_UNREACHABLE'
  | 'COGNITO_FAILED'
  | 'CONFIRMATION_NEEDED'
  | 'NOT_INSTALLED'
  | 'BUCKET_NOT_OWN'
  | 'STACK_BROKEN'
  | 'VAULT_AT_STAKE'
  | 'DEPLOY_FAILED'
  | 'INTERRUPTED'
  | 'INTERNAL'

export interface CodedErrorOptions {
  /** The next command to run, or the next thing to do. */
  hint?: string
  /** The value that offends; never a secret and never personal data. */
  value?: string
  cause?: unknown
}

/** An error that names what offends, why, and what to do next. Code branches on `code`, never on the message. */
export class CodedError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly value: string | undefined

  constructor(code: ErrorCode, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CodedError'
    this.code = code
    this.hint = options.hint
    this.value = options.value
  }
}

/** Whether `error` is a {@link CodedError} of one of these codes. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is CodedError {
  return error instanceof CodedError && codes.includes(error.code)
}
