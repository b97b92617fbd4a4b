import { CodedError } from '../../model/errors.js'
import { isClockCorrected } from './clock-skew.js'

/**
 * What it means that a service refused whoever calls, whatever was asked: the clock is wrong, or the credentials are; `undefined` for
 * all else.
 *
 * @param name the exception's
 * @param rejected those by which the service says that credentials are no good
 * @param failed what did not work, in a sentence
 */
export function refusedCaller(
  error: unknown,
  { name, rejected, failed, value }: RefusedCall,
): CodedError | undefined {
  if (isClockCorrected(error)) {
    const hint = 'set this machine’s clock, then run the same command again'
    return new CodedError('STORAGE_FAILED', failed, { value, hint, cause: error })
  }
  if (!rejected.has(name)) return undefined
  return new CodedError('CREDENTIALS_REJECTED', `no AWS credentials can be used for the vault: ${name}`, {
    value,
    hint: 'log in (aws sso login), choose another --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    cause: error,
  })
}

interface RefusedCall {
  readonly name: string
  readonly rejected: ReadonlySet<string>
  readonly failed: string
  readonly value: string
}
