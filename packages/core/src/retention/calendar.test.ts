import { describe, expect, it } from 'vitest'
import { before, parseSpan, PERIODS } from './calendar.js'

const at = (text: string): number => Date.parse(text)
const back = (from: string, span: string): string => new Date(before(at(from), parseSpan(span))).toISOString()

describe('a length of time', () => {
  it.each([
    ['2026-11-24T10:00:00.000Z', '30d', '2026-10-25T10:00:00.000Z'],
    ['2026-03-31T10:00:00.000Z', '1m', '2026-02-28T10:00:00.000Z'],
    ['2024-02-29T23:59:59.999Z', '1y', '2023-02-28T23:59:59.999Z'],
    ['2026-01-15T01:00:00.000Z', '1y2m3w4d5h', '2024-10-20T20:00:00.000Z'],
    ['2026-01-15T01:00:00.000Z', '36h', '2026-01-13T13:00:00.000Z'],
  ])('%s less %s is %s', (from, span, to) => {
    expect(back(from, span)).toBe(to)
  })

  it.each(['', '30', 'd', '0d', '-1d', '1d1y', '1.5d', '30 d', '99999999y'])('%j is none', (text) => {
    expect(() => parseSpan(text)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error)
  })
})

it.each([
  ['2026-01-01', '2026-W01'],
  ['2027-01-01', '2026-W53'],
  ['2024-12-30', '2025-W01'],
  ['2023-01-01', '2022-W52'],
  ['2026-11-22', '2026-W47'],
  ['2026-11-23', '2026-W48'],
])('%s lies in the ISO week %s', (day, week) => {
  expect(PERIODS.weekly(at(`${day}T23:59:59Z`))).toBe(week)
})
