import { describe, expect, it } from 'vitest'
import { allowedRates } from './rates.js'

describe('allowed rates', () => {
  it('are a share of each quota', () => {
    const rates = allowedRates({ share: 0.5 })
    expect(rates.ratePerSecond('UserList')).toBe(15)
    expect(rates.operationOnPoolPerSecond('UserPoolClientRead')).toBe(2.5)
    expect(rates.operationOnPoolPerSecond('UserList')).toBe(Infinity)
    expect(rates.overallPerSecond).toBe(Infinity)
  })

  it('follow what the account has bought', () => {
    const rates = allowedRates({ share: 0.5, tps: 40, quotas: { UserCreation: 200 } })
    expect(rates.ratePerSecond('UserCreation')).toBe(100)
    expect(rates.ratePerSecond('UserRead')).toBe(60)
    expect(rates.overallPerSecond).toBe(40)
  })

  it.each([
    { share: 0 },
    { share: 1.1 },
    { share: Number.NaN },
    { share: 1, tps: 0 },
    { share: 1, quotas: { UserRead: -1 } },
  ])('refuse %o', (allowance) => {
    expect(() => allowedRates(allowance)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})
