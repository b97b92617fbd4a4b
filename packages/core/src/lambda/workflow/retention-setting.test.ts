import { expect, it } from 'vitest'
import { parseRetention } from './retention-setting.js'

it('reads the parts of a retention', () => {
  expect(parseRetention('keep-daily=30, keep-monthly=12, keep-within=30d')).toEqual({
    daily: 30,
    monthly: 12,
    within: { years: 0, months: 0, days: 30, hours: 0, text: '30d' },
  })
})

it('names the part of a retention that is none', () => {
  expect(() => parseRetention('keep-daily=30,keep-all')).toThrow('"keep-all"')
})
