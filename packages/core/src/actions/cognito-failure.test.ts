import { describe, expect, it } from 'vitest'
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
