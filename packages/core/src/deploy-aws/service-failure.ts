import { CodedError } from '../model/errors.js'
import { withoutAddresses } from '../deploy/service-words.js'

/** A call that failed, as code may rely on it. */
export interface ServiceFailure {
  /** The exception's name; of an answer without a body the SDK's own. */
  readonly name: string
  readonly status: number | undefined
  /** The service's own words, which may quote the request. */
  readonly words: string
}

export function failureOf(error: unknown): ServiceFailure {
  const { name, Code, code, message, $metadata } = error as {
    name?: string
    Code?: string
    code?: string
    message?: string
    $metadata?: { httpStatusCode?: number }
  }
  const status = $metadata?.httpStatusCode
  return {
    name: Code ?? (status === undefined ? (code ?? name) : name) ?? 'unknown failure',
    status,
    words: message ?? '',
  }
}

const REJECTED =
  /^(UnrecognizedClient|ExpiredToken|InvalidToken|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|InvalidClientTokenId|InvalidAccessKeyId|MissingAuthenticationToken|CredentialsProvider|TokenProvider|RequestExpired|RequestTimeTooSkewed|OptInRequired)/

/**
 * What it means that a call of a deployment failed.
 *
 * @param operation as its service's reference has it
 * @param permission the IAM action for it
 * @param what it was about: a stack, a bucket
 */
export function serviceError(
  error: unknown,
  {
    operation,
    permission,
    what,
    region,
  }: { operation: string; permission: string; what: string; region: string },
): CodedError {
  if (error instanceof CodedError) return error
  const { name, status, words } = failureOf(error)
  const failed = `${operation} of ${what} in ${region} failed: ${name}`
  if (REJECTED.test(name))
    return new CodedError('CREDENTIALS_REJECTED', `no AWS credentials can be used in ${region}: ${name}`, {
      value: what,
      hint: 'log in (aws sso login), choose another --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; of a Region that is off by default also that it is on for the account',
      cause: error,
    })
  if (status === 403 || /AccessDenied|NotAuthorized|UnauthorizedOperation/.test(name))
    return new CodedError('ACCESS_DENIED', `access denied: ${operation} of ${what} in ${region}`, {
      value: what,
      hint: `allow ${permission}: docs/deploy.md has all that a deployment needs`,
      cause: error,
    })
  if (status === undefined)
    return new CodedError('ENDPOINT_UNREACHABLE', failed, {
      value: what,
      hint: `see whether ${region} is a Region that can be reached from here, then run the same command again`,
      cause: error,
    })
  return new CodedError('DEPLOY_FAILED', words === '' ? failed : `${failed}: ${withoutAddresses(words)}`, {
    value: what,
    hint: 'mend what it names, then run the same command again',
    cause: error,
  })
}
