import { CognitoError, isAccessDenied, isCredentialsFailure, isException } from '../cognito/cognito-api.js'
import { failureWords } from '../cognito/failure-words.js'
import { permissionFor } from '../cognito/services.js'
import { CodedError, hasCode } from '../model/errors.js'

/**
 * Runs what calls Cognito and writes to the vault, and turns what it throws into an error that says what to mend, and
 * how to go on then: a restore that was approved by its run's id, all else by the same command. The service's own words are not in
 * it: they may name a user.
 */
export async function explainingFailures<T>(
  where: {
    poolId?: string | undefined
    region: string
    signal?: AbortSignal | undefined
    resume?: string | undefined
  },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (where.signal?.aborted === true) throw interrupted(where.resume, error)
    if (error instanceof CognitoError) throw explain(error, where)
    throw hasCode(error, ...VAULT_FAILURES) ? goingOn(error, where.resume) : error
  }
}

function interrupted(resume: string | undefined, cause: unknown): CodedError {
  return new CodedError('INTERRUPTED', 'stopped before the end', {
    hint:
      resume === undefined
        ? 'nothing half-done is visible in the vault; run the same command again'
        : resumeHint(resume),
    cause,
  })
}

const VAULT_FAILURES = ['STORAGE_FULL', 'STORAGE_FAILED', 'ACCESS_DENIED', 'LOCKED', 'LOCK_LOST'] as const

/** Whoever found the vault at fault knows what to mend, and not what was under way. */
function goingOn({ code, message, hint, value, cause }: CodedError, resume: string | undefined): CodedError {
  const next = resume === undefined ? 'run the same command again' : resumeHint(resume)
  return new CodedError(code, message, {
    hint: hint === undefined ? next : `${hint}, then ${next}`,
    ...(value === undefined ? {} : { value }),
    cause,
  })
}

function explain(
  error: CognitoError,
  where: { poolId?: string | undefined; region: string; resume?: string | undefined },
): CodedError {
  const after = where.resume === undefined ? '' : `, then ${resumeHint(where.resume)}`
  if (isCredentialsFailure(error)) {
    return new CodedError('CREDENTIALS_REJECTED', `${error.operation} was refused: ${failureWords(error)}`, {
      value: error.exception,
      hint: `renew the credentials (for instance: aws sso login)${after}`,
      cause: error,
    })
  }
  if (isAccessDenied(error)) {
    return new CodedError('ACCESS_DENIED', `the caller may not do ${error.operation}`, {
      value: permissionFor(error.operation),
      hint: `allow ${permissionFor(error.operation)} on the pool${after}`,
      cause: error,
    })
  }
  if (where.poolId !== undefined && isException(error, 'ResourceNotFoundException')) {
    return new CodedError('POOL_NOT_FOUND', `there is no user pool ${where.poolId} in ${where.region}`, {
      value: where.poolId,
      hint: 'check the id, --region and --profile (aws cognito-idp list-user-pools --max-results 60)',
      cause: error,
    })
  }
  if (error.outcome === 'not-sent') {
    return new CodedError(
      'ENDPOINT_UNREACHABLE',
      `${error.operation} could not be sent: ${failureWords(error)}`,
      {
        value: error.exception,
        hint: `check the network, --region and --endpoint-url${after}`,
        cause: error,
      },
    )
  }
  return new CodedError('COGNITO_FAILED', `${error.operation} failed: ${failureWords(error)}`, {
    value: error.exception,
    hint: where.resume === undefined ? 'run the same command again' : resumeHint(where.resume),
    cause: error,
  })
}

function resumeHint(runId: string): string {
  return `go on with: cognito-vault resume ${runId}`
}
