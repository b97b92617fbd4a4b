import { expect, it } from 'vitest'
import { parseRetention } from '../../core/src/lambda/workflow/retention-setting.js'
import { matches, PATTERNS } from '../src/patterns.js'

function isTaken(text: string): boolean {
  try {
    parseRetention(text)
    return true
  } catch {
    return false
  }
}

it.each([
  ['keep-daily=30,keep-monthly=12,keep-within=30d', true],
  ['keep-last=1,keep-hourly=2,keep-weekly=3,keep-yearly=99999', true],
  ['keep-within=1y6m', true],
  ['keep-within=1y2m3w4d5h', true],
  ['keep-within=1y0d', true],
  ['keep-within=007d', true],
  ['keep-within=9000000h', true],
  ['keep-within=9000001h', false],
  ['keep-within=10000000h', false],
  ['keep-within=0d', false],
  ['keep-within=0y0h,keep-last=1', false],
  ['keep-within=1d1y', false],
  ['keep-within=1d1d', false],
  ['keep-within=30', false],
  ['keep-within=', false],
  ['keep-daily=100000', false],
  ['keep-daily=0', false],
  ['keep-daily=01', false],
  ['keep-daily=3d', false],
  ['keep-daily', false],
  ['keep-everything=1', false],
])('the template and the functions agree on the retention %s: %s', (text, is) => {
  expect([matches(PATTERNS.retention, text), isTaken(text)]).toEqual([is, is])
})
