import { describe, expect, it } from 'vitest'
import { CognitoError } from '../cognito/cognito-api.js'
import { CodedError, type ErrorCode } from '../model/errors.js'
import { explainingFailures } from './cognito-failure.js'

async function hintAfter(code: ErrorCode, resume?: string): Promise<string | undefined> {
  const failure = new CodedError(code, 'no', { hint: 'free space', value: 'a/b', cause: new Error('why') })
  const found: unknown = await explainingFailures({ region: 'eu-west-1', resume }, () =>
    Promise.reject(failure),
  ).catch((error: unknown) => error)
  expect(found).toMatchObject({ code, message: 'no', value: 'a/b', cause: failure.cause })
  return (found as CodedError).hint
}

describe('a failure of the vault', () => {
  it.each(['STORAGE_FULL', 'STORAGE_FAILED', 'ACCESS_DENIED', 'LOCKED', 'LOCK_LOST'] as const)(
    '%s says how to go on when it is mended: a restore under way is not begun again',
    async (code) => {
      expect(await hintAfter(code)).toBe('free space, then run the same command again')
      expect(await hintAfter(code, 'run-1')).toBe('free space, then go on with: cognito-vault resume run-1')
    },
  )

  it('that says itself what to do is left as it is', async () => {
    expect(await hintAfter('PLAN_OUTDATED', 'run-1')).toBe('free space')
  })
})

describe('a failure of Cognito', () => {
  const ANN = 'ann@example.com'
  const thrownOf = (error: CognitoError, poolId?: string): Promise<unknown> =>
    explainingFailures({ poolId, region: 'eu-west-1' }, () => Promise.reject(error)).catch(
      (thrown: unknown) => thrown,
    )

  it.each([
    ['COGNITO_FAILED', 'InvalidParameterException', 'refused'],
    ['COGNITO_FAILED', 'SomeNewException', 'ambiguous'],
    ['COGNITO_FAILED', 'TooManyRequestsException', 'throttled'],
    ['CREDENTIALS_REJECTED', 'UnrecognizedClientException', 'refused'],
    ['ACCESS_DENIED', 'AccessDeniedException', 'refused'],
    ['POOL_NOT_FOUND', 'ResourceNotFoundException', 'refused'],
    ['ENDPOINT_UNREACHABLE', 'RequestInTheFuture', 'not-sent'],
  ] as const)(
    '%s of %s (%s) repeats no word of the service, which may name a user',
    async (code, exception, outcome) => {
      const error = new CognitoError('AdminGetUser', exception, `Invalid email: ${ANN}`, outcome)
      const found = (await thrownOf(error, 'eu-west-1_Ab12Cd34E')) as CodedError
      expect(found.code).toBe(code)
      expect([found.message, found.hint, found.value].join()).not.toContain(ANN)
    },
  )

  it('says which call failed, and with what', async () => {
    const error = new CognitoError('CreateGroup', 'LimitExceededException', 'no', 'refused')
    expect(await thrownOf(error)).toMatchObject({
      message: 'CreateGroup failed: LimitExceededException: a quota is used up',
    })
  })
})
