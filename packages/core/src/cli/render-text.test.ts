import { describe, expect, it } from 'vitest'
import { bytes, clip, count, counted, duration, printable, table, wrap } from './render-text.js'

describe('text for people', () => {
  it('writes out what would move the cursor', () => {
    expect(printable('a\u001b[2Jb\r\nc\u202e')).toBe('a\\u001b[2Jb\\u000d\\u000ac\\u202e')
    expect(printable('Żółć 漢字')).toBe('Żółć 漢字')
  })

  it('wraps at words and keeps the first indent', () => {
    expect(wrap('  one two three', 9, '    ')).toBe('  one two\n    three')
    expect(wrap('a-word-longer-than-that b', 5)).toBe('a-word-longer-than-that\nb')
  })

  it('clips', () => {
    expect(clip('abcdef', 4)).toBe('abc…')
    expect(clip('abcd', 4)).toBe('abcd')
  })

  it('aligns tables without borders', () => {
    const drawn = table(
      [{ title: 'NAME' }, { title: 'N', right: true }],
      [
        ['a', '10'],
        ['long', '1'],
      ],
      ' ',
    )
    expect(drawn).toBe(' NAME   N\n a     10\n long   1')
  })

  it('says numbers, bytes and durations', () => {
    expect([count(1234567), counted(1, 'user'), counted(2, 'user')]).toEqual([
      '1,234,567',
      '1 user',
      '2 users',
    ])
    expect([bytes(999), bytes(1500), bytes(123_456_789)]).toEqual(['999 B', '1.5 KB', '123 MB'])
    expect([duration(420), duration(42_000), duration(425_000), duration(7_800_000)]).toEqual([
      '0.4 s',
      '42 s',
      '7 min 5 s',
      '2 h 10 min',
    ])
    expect(duration(60_000)).toBe('1 min')
    expect(duration(200_000_000)).toBe('2 days 7 h')
  })
})
