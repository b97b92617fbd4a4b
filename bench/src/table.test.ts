import { describe, expect, it } from 'vitest'
import { judge, ratioTo } from './figure.js'
import { figureTable, shownNumber } from './table.js'

describe('the table', () => {
  const figures = [
    ratioTo(
      'first snapshot, encrypted',
      30_000_000,
      { name: 'gzip -9', value: 29_000_000 },
      { unit: 'bytes', goal: { atMost: 1.1 } },
    ),
    ratioTo(
      'first snapshot, encrypted, and something more about it',
      30_000_000,
      { name: 'restic --compression auto', value: null },
      {
        unit: 'bytes',
        why: 'restic is not installed (Debian: apt-get install restic): nothing was measured',
      },
    ),
    { name: 'worst day', value: 6.25, unit: '%', goal: { atMost: 6 }, note: 'day 37' },
    { name: 'objects that a restore reads', value: 1_938, unit: 'objects' },
  ].map(judge)

  it('shows each figure with its goal, whether it holds, and what it is made of', () => {
    expect(figureTable('stored-bytes: 20 users', figures).split('\n')).toEqual([
      'stored-bytes: 20 users',
      'first snapshot, encrypted                        1.034 x gzip -9  ≤ 1.1  yes',
      '    30,000,000 bytes; gzip -9: 29,000,000',
      'first snapshot, encrypted, and something more about it',
      '                                                    not measured',
      '    30,000,000 bytes; restic --compression auto: none',
      '    restic is not installed (Debian: apt-get install restic): nothing was',
      '    measured',
      'worst day                                                6.250 %  ≤ 6  NO',
      '    day 37',
      'objects that a restore reads                       1,938 objects',
      '',
      '',
    ])
  })

  it('fits 80 columns', () => {
    for (const line of figureTable('a title', figures).split('\n'))
      expect(line.length).toBeLessThanOrEqual(80)
  })

  it('groups digits', () => {
    expect([0, 999, 1_000, 1_234_567, 12_345.6, 0.0151, -2.5].map(shownNumber)).toEqual([
      '0',
      '999',
      '1,000',
      '1,234,567',
      '12,346',
      '0.015',
      '-2.500',
    ])
  })
})
