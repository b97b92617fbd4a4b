import { describe, expect, it } from 'vitest'
import { CREDENTIAL_EXCEPTIONS, type CallOutcome, CognitoError, unreadableAnswer } from './cognito-api.js'
import { failureWords } from './failure-words.js'

const wordsOf = (exception: string, message: string, outcome: CallOutcome = 'refused'): string =>
  failureWords(new CognitoError('AdminCreateUser', exception, message, outcome))

describe('a refusal of the service', () => {
  it.each([
    ['InvalidParameterException', 'Invalid email address format: ann@example.com', 'a value of the request'],
    ['ResourceNotFoundException', 'Group friends-of-ann@example.com not found.', 'not there'],
    ['ResourceConflictException', 'ann@example.com is busy', /^ResourceConflictException$/],
    ['toString', 'ann@example.com', /^toString$/],
  ])('%s is told by its name and what it means, without its words', (exception, message, words) => {
    const told = wordsOf(exception, message)
    expect(told).not.toContain('ann')
    expect(told.startsWith(exception)).toBe(true)
    expect(told).toMatch(words)
  })

  it.each(['throttled', 'ambiguous', 'not-sent'] as const)(
    'that is %s has none of its words either',
    (outcome) => {
      for (const exception of [
        'TooManyRequestsException',
        'InternalErrorException',
        'ServiceBusy',
        ...CREDENTIAL_EXCEPTIONS,
      ])
        if (!exception.endsWith('ProviderError'))
          expect(wordsOf(exception, 'Token ann@example.com', outcome)).not.toContain('ann@')
    },
  )
})

describe('the words are repeated', () => {
  it.each([
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9', 'not-sent'],
    ['CERT_HAS_EXPIRED', 'certificate has expired', 'ambiguous'],
    ['TimeoutError', 'a socket request was not answered in 30000 ms', 'ambiguous'],
    ['CredentialsProviderError', 'Could not load credentials from any providers', 'refused'],
    ['HTTP 502', 'the answer is not JSON', 'ambiguous'],
  ] as const)('of the system, the SDK and this program: %s', (exception, message, outcome) => {
    expect(wordsOf(exception, `${message}\nat somewhere`, outcome)).toBe(`${exception}: ${message}`)
  })

  it('of an answer that does not say what it must', () => {
    expect(failureWords(unreadableAnswer('ListUsers', 'Users is not a list'))).toBe(
      'UnreadableAnswer: Users is not a list',
    )
  })
})
