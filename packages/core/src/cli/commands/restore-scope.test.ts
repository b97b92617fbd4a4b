import { describe, expect, it } from 'vitest'
import { type ScopeFlags, scopeOf } from './restore-scope.js'

describe('the options that limit a restore', () => {
  it('are taken as they are given, users as queries and times in UTC', () => {
    const changedBetween = ['2026-11-24T09:00Z', '2026-11-24T10:00+01:00']
    expect(scopeOf({ users: ['ada', 'email^=a'], groups: ['staff'], changedBetween })).toEqual({
      users: [
        { by: 'name', value: 'ada' },
        { by: 'attribute', name: 'email', operator: '^=', value: 'a' },
      ],
      groups: ['staff'],
      changedBetween: { from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T09:00:00.000Z' },
    })
  })

  it.each<[ScopeFlags, RegExp]>([
    [{ users: ['ada', ''] }, /--users was given an empty name/],
    [{ groups: [' '] }, /--groups was given an empty name/],
    [{ only: [''] }, /--only was given an empty name/],
    [{ attributes: [''] }, /--attributes was given an empty name/],
    [{ changedBetween: ['2026-11-24T09:00Z'] }, /takes two times/],
    [{ changedBetween: ['2026-11-24T09:00', '2026-11-24T10:00Z'] }, /not a time with its zone/],
  ])('are refused: %j', (flags, message) => {
    expect(() => scopeOf(flags)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) as string }),
    )
  })
})
