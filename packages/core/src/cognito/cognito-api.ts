import { isObject, type JsonObject } from '../model/canonical.js'

/**
 * The port to Cognito, user pools and identity pools: one call of one operation, bodies as the raw JSON that the service takes and gives, so that a
 * field newer than the SDK survives both ways. It never retries: that is the request budget's, so that no retry
 * escapes the budget or turns a timeout into a false UsernameExistsException.
 *
 * Operations are named as in the API reference (`ListUsers`). Every failure is a {@link CognitoError}, or the reason
 * of an aborted signal.
 */
export interface CognitoApi {
  readonly region: string
  call(operation: string, input: JsonObject, options?: CallOptions): Promise<JsonObject>
  /**
   * Milliseconds since the epoch by the service's own clock, as its last answer gave it (to a second, the `Date`
   * header of HTTP); `undefined` before the first answer.
   */
  serverTime(): number | undefined
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Awaited right before the request is sent, when it has waited for the budget; at every attempt. */
  readonly beforeSend?: (() => Promise<void>) | undefined
}

/** Milliseconds after which a call that was sent counts as failed, its outcome unknown. */
export const REQUEST_TIMEOUT_MS = 30_000

/** What a failure says about whether the call took effect. */
export type CallOutcome =
  /** Refused for its rate: had no effect. */
  | 'throttled'
  /** Never reached the service. */
  | 'not-sent'
  /** A timeout, a dropped connection or a server error: it may or may not have taken effect. */
  | 'ambiguous'
  /** Refused: had no effect, and will be refused again. */
  | 'refused'

/** A failed call: which operation, the service's name for the failure, and what it says about the call's effect. */
export class CognitoError extends Error {
  constructor(
    readonly operation: string,
    /** The exception as the API names it, such as `ResourceNotFoundException`. */
    readonly exception: string,
    message: string,
    readonly outcome: CallOutcome,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CognitoError'
  }
}

/** Whether `error` is the service's answer of one of these exceptions. */
export function isException(error: unknown, ...exceptions: string[]): error is CognitoError {
  return error instanceof CognitoError && exceptions.includes(error.exception)
}

/** The exceptions by which Cognito says that who calls is not known, or no longer. */
export const CREDENTIAL_EXCEPTIONS: readonly string[] = [
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'CredentialsProviderError',
  'TokenProviderError',
]

/** Whether `error` is about the caller's credentials, so that every further call would fail in the same way. */
export function isCredentialsFailure(error: unknown): boolean {
  return isException(error, ...CREDENTIAL_EXCEPTIONS)
}

/** Whether `error` says that the caller may not do this. */
export function isAccessDenied(error: unknown): boolean {
  return isException(error, 'AccessDeniedException', 'AccessDenied')
}

/** A failure of an answer that came, and does not say what it must: nothing may be concluded from it. */
export function unreadableAnswer(operation: string, reason: string): CognitoError {
  return new CognitoError(operation, 'UnreadableAnswer', reason, 'refused')
}

/**
 * The object in an answer that is all it is for.
 *
 * @throws CognitoError where there is none: that is not how the service says that a resource is gone.
 */
export function answerOf(operation: string, answer: JsonObject, member: string): JsonObject {
  const value = answer[member]
  if (isObject(value)) return value
  throw unreadableAnswer(operation, `the answer has no ${member}`)
}
