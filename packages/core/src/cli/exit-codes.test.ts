import { describe, expect, it } from 'vitest'
import { EXIT, exitCodeOf, mostSerious } from './exit-codes.js'

describe('the exit code', () => {
  it('of several pools is the most serious one', () => {
    expect(mostSerious([])).toBe(EXIT.done)
    expect(mostSerious([EXIT.done, EXIT.incomplete])).toBe(EXIT.incomplete)
    expect(mostSerious([EXIT.incomplete, EXIT.failed])).toBe(EXIT.failed)
    expect(mostSerious([EXIT.failed, EXIT.locked, EXIT.notFound])).toBe(EXIT.notFound)
    expect(mostSerious([EXIT.notFound, EXIT.accessDenied])).toBe(EXIT.accessDenied)
    expect(mostSerious([EXIT.accessDenied, EXIT.damaged])).toBe(EXIT.damaged)
    expect(mostSerious([EXIT.damaged, EXIT.interrupted])).toBe(EXIT.interrupted)
  })

  it('ranks every code there is', () => {
    for (const code of Object.values(EXIT)) expect(mostSerious([EXIT.done, code])).toBe(code)
  })

  it('of an error is the one that is written down', () => {
    expect(exitCodeOf('CONFIRMATION_NEEDED')).toBe(2)
    expect(exitCodeOf('POOL_IN_OTHER_REGION')).toBe(10)
    expect(exitCodeOf('LOCK_LOST')).toBe(11)
    expect(exitCodeOf('CREDENTIALS_REJECTED')).toBe(13)
    expect(exitCodeOf('VAULT_TOO_NEW')).toBe(1)
  })
})
