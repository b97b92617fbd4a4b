import { expect, it } from 'vitest'
import { CodedError } from '../../model/errors.js'
import { failureOf } from '../messages/failure-text.js'
import { causesOf, thrownAs, toCoded } from './thrown.js'

it('is thrown as Lambda’s runtime takes it, and found again by whoever tells of it', () => {
  const { name, message, stack } = thrownAs(new CodedError('LOCKED', 'in use', { hint: 'wait' }))
  expect(stack).toBe('')
  const told = failureOf({ Error: name, Cause: JSON.stringify({ errorType: name, errorMessage: message }) })
  expect(told).toEqual({ code: 'LOCKED', message: 'in use', hint: 'wait' })
})

it('has no word of what a library said', () => {
  const coded = toCoded(new TypeError('ann@example.com is no function'))
  expect(coded).toMatchObject({ code: 'INTERNAL' })
  expect(JSON.stringify([coded.message, causesOf(coded)])).not.toContain('ann')
  expect(causesOf(coded)[0]).toMatch(/^TypeError at /)
})

it('is an interruption when the time was over', () => {
  expect(toCoded(new Error('aborted'), AbortSignal.abort())).toMatchObject({ code: 'INTERRUPTED' })
})
