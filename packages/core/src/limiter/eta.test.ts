import { describe, expect, it } from 'vitest'
import { etaMs } from './eta.js'
import { allowedRates } from './rates.js'

describe('time for a set of operations', () => {
  it('is nothing for none', () => {
    expect(etaMs(new Map(), allowedRates({ share: 1 }))).toBe(0)
  })

  it('is that of the slowest category, as categories flow side by side', () => {
    const counts = new Map([
      ['AdminCreateUser', 1000],
      ['AdminSetUserPassword', 1000],
      ['AdminAddUserToGroup', 500],
      ['AdminDisableUser', 500],
    ])
    expect(etaMs(counts, allowedRates({ share: 1 }))).toBe(40_000)
    expect(etaMs(counts, allowedRates({ share: 0.25 }))).toBe(160_000)
  })

  it('is longer where one operation is limited on its pool', () => {
    const counts = new Map([['CreateGroup', 100]])
    expect(etaMs(counts, allowedRates({ share: 1 }))).toBe(20_000)
  })

  it('is longer where the ceiling over all categories is lower than they are together', () => {
    const counts = new Map([
      ['AdminCreateUser', 100],
      ['ListUsers', 100],
    ])
    expect(etaMs(counts, allowedRates({ share: 1, tps: 10 }))).toBe(20_000)
  })
})
