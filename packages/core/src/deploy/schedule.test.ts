import { describe, expect, it } from 'vitest'
import { scheduleFault } from './schedule.js'

describe('a schedule', () => {
  it.each([
    'EVERY_DAY',
    'EVERY_7_DAYS',
    'EVERY_30_DAYS',
    'rate(1 day)',
    'rate(12 hours)',
    'rate(90 minutes)',
    // Examples of the User Guide.
    'cron(15 10 * * ? *)',
    'cron(0 18 ? * MON-FRI *)',
    'cron(0 8 1 * ? *)',
    'cron(0/10 * ? * MON-FRI *)',
    'cron(0/5 8-17 ? * MON-FRI *)',
    'cron(0 9 ? * 2#1 *)',
    'cron(15 10 ? * 6L 2022-2023)',
    'cron(0 0 L * ? *)',
    'cron(0 0 3W * ? *)',
    'cron(0 0 LW JAN,APR,JUL,OCT ? *)',
    'cron(0 22 ? * SAT,SUN 2026/2)',
  ])('%s is one', (text) => {
    expect(scheduleFault(text)).toBeUndefined()
  })

  it.each([
    ['', 'none of'],
    ['DAILY', 'none of'],
    ['every_day', 'none of'],
    ['at(2026-11-20T13:00:00)', 'none of'],
    ['rate(0 days)', 'whole number'],
    ['rate(1.5 days)', 'whole number'],
    ['rate(2 weeks)', 'whole number'],
    ['rate(1 days)', 'write rate(1 day)'],
    ['rate(2 day)', 'write rate(2 days)'],
    ['rate(2 days', 'none of'],
    ['cron(0 3 * * ?)', 'six fields'],
    ['cron(0 3 * * ? * *)', 'six fields'],
    ['cron( 0 3 * * ? *)', 'six fields'],
    ['cron(60 3 * * ? *)', 'minutes'],
    ['cron(0 24 * * ? *)', 'hours'],
    ['cron(0 3 0 * ? *)', 'day of month'],
    ['cron(0 3 32W * ? *)', 'day of month'],
    ['cron(0 3 * 13 ? *)', 'month'],
    ['cron(0 3 ? * 0 *)', 'day of week'],
    ['cron(0 3 ? * 2#6 *)', 'day of week'],
    ['cron(0 3 ? * MONDAY *)', 'day of week'],
    ['cron(0 3 * * ? 1969)', 'year'],
    ['cron(0/0 3 * * ? *)', 'minutes'],
    ['cron(1-2-3 3 * * ? *)', 'minutes'],
    ['cron(1,,2 3 * * ? *)', 'minutes'],
    ['cron(0 3 * * * *)', 'has to be ?'],
    ['cron(0 3 ? * ? *)', 'has to be ?'],
  ])('%s is none', (text, why) => {
    expect(scheduleFault(text)).toContain(why)
  })
})
