import { describe, expect, it } from 'vitest'
import { IDENTITY_CSV_HEADER, identityCsvLine } from './identity-csv.js'

const line = (oldUsername: string): string =>
  identityCsvLine({ kind: 'user', old: 'sub-1', new: 'sub-2', oldUsername, newUsername: 'n' })

it('has the columns that scripts rely on', () => {
  expect(IDENTITY_CSV_HEADER).toBe('kind,old,new,oldUsername,newUsername\r\n')
  expect(line('ann')).toBe('user,sub-1,sub-2,ann,n\r\n')
  expect(identityCsvLine({ kind: 'client', old: 'a', new: 'b' })).toBe('client,a,b,,\r\n')
})

describe('a field', () => {
  it.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['two\rlines', '"two\rlines"'],
    ['zoë 🌲', 'zoë 🌲'],
    ['a;b', 'a;b'],
  ])('with %j is written as RFC 4180 has it', (given, written) => {
    expect(line(given)).toBe(`user,sub-1,sub-2,${written},n\r\n`)
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+4915112345', "'+4915112345"],
    ['-ann', "'-ann"],
    ['@ann', "'@ann"],
    ['＝1', "'＝1"],
    ['\tann', "'\tann"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    // So that taking one apostrophe away gives back every value.
    ["'ann", "''ann"],
  ])('that begins like the formula %j is none to a spreadsheet', (given, written) => {
    expect(line(given)).toBe(`user,sub-1,sub-2,${written},n\r\n`)
  })

  it('is left alone where only its middle looks like a formula', () => {
    expect(line('ann=1@b')).toBe('user,sub-1,sub-2,ann=1@b,n\r\n')
  })
})
