import { describe, expect, it } from 'vitest'
import { dateOf, fourHex, isoOf, threeDigits } from './quick-text.js'

describe('quick text', () => {
  it('writes moments as Date does, also before 1970 and at the ends of days', () => {
    const moments = [0, -1, -86_400_000, 1_767_225_599_999, 1_767_225_600_000, 1_709_210_096_007]
    for (let ms = -1e12; ms < 2e12; ms += 7_777_777_777) moments.push(ms)
    for (const ms of moments) {
      expect(isoOf(ms)).toBe(new Date(ms).toISOString())
      expect(dateOf(ms)).toBe(new Date(ms).toISOString().slice(0, 10))
    }
  })

  it('pads numbers', () => {
    expect([fourHex(0), fourHex(0xabc), fourHex(65_535)]).toEqual(['0000', '0abc', 'ffff'])
    expect([threeDigits(0), threeDigits(42), threeDigits(999)]).toEqual(['000', '042', '999'])
  })
})
