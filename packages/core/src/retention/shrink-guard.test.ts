import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_GUARD, type Guarded, type GuardLimits, type GuardState, judge } from './shrink-guard.js'

const DAY = 86_400_000
const START = Date.parse('2026-01-01T00:00:00Z')
const idOf = (day: number): string => `day-${String(day).padStart(3, '0')}`

function day(n: number, users: number, more: Partial<Guarded> = {}): Guarded {
  return { id: idOf(n), time: START + n * DAY, users, memberships: 0, populatedGroups: 0, ...more }
}

function judged(
  backups: readonly Guarded[],
  acknowledged: string[] = [],
  limits: GuardLimits = DEFAULT_GUARD,
): GuardState {
  return judge(backups, acknowledged, () => limits)
}

const flaggedOf = (...args: Parameters<typeof judged>): string[] => [...judged(...args).flagged.keys()]
const days = (users: readonly number[]): Guarded[] => users.map((n, i) => day(i, n))

describe('the shrink guard', () => {
  it('flags a snapshot with less than four fifths of the best, and says what it compared', () => {
    expect(flaggedOf(days([100, 80]))).toEqual([])
    expect(judged(days([90, 100, 79])).flagged).toEqual(
      new Map([[idOf(2), [{ what: 'users', than: idOf(1), before: 100, now: 79 }]]]),
    )
  })

  it('sees five per cent a day', () => {
    const users = Array.from({ length: 12 }, (_, i) => Math.round(1000 * 0.95 ** i))
    expect(flaggedOf(days(users))).toEqual([5, 6, 7, 8, 9, 10, 11].map(idOf))
  })

  it('sees five per cent a day where all that no one needs is forgotten meanwhile', () => {
    let left: Guarded[] = []
    let first: string | undefined
    for (let n = 0; n < 12; n++) {
      left.push(day(n, Math.round(1000 * 0.95 ** n)))
      const { flagged, references } = judged(left)
      first ??= [...flagged.keys()][0]
      // The last two are all that the policy keeps.
      left = left.filter(({ id }, i) => references.has(id) || flagged.has(id) || i >= left.length - 2)
    }
    expect(first).toBe(idOf(5))
  })

  it('does not forget a loss that nobody acknowledges, however much time passes', () => {
    const users = [...Array<number>(10).fill(1000), ...Array<number>(100).fill(500)]
    expect(flaggedOf(days(users))).toHaveLength(100)
  })

  it('takes what was acknowledged for the normal, and what is older as settled', () => {
    const users = [1000, 500, 400, 410, 300]
    expect(flaggedOf(days(users))).toEqual([1, 2, 3, 4].map(idOf))
    expect(flaggedOf(days(users), [idOf(1), idOf(3)])).toEqual([idOf(4)])
    const since = days([1000, 500, 400, 410]).map((one, i) => ({ ...one, usersChanged: i }))
    const { references } = judged(since, [idOf(2)])
    expect(references).toEqual(new Set([idOf(2), idOf(3)]))
    // Also when the acknowledged one is gone.
    expect(
      flaggedOf(
        days(users).filter(({ id }) => id !== idOf(3)),
        [idOf(3)],
      ),
    ).toEqual([])
  })

  it('goes on with what has come back as good, and leaves the flag on what was bad', () => {
    expect(flaggedOf(days([1000, 100, 1000, 990]))).toEqual([idOf(1)])
  })

  it('says nothing of a loss of a few in a small pool, but of the last', () => {
    expect(flaggedOf(days([3, 2]))).toEqual([])
    expect(flaggedOf(days([9, 5]))).toEqual([])
    expect(flaggedOf(days([9, 4]))).toEqual([idOf(1)])
    expect(flaggedOf(days([3, 0]))).toEqual([idOf(1)])
    expect(flaggedOf(days([0, 0]))).toEqual([])
  })

  it('sees memberships that are gone, and groups that have emptied', () => {
    const full = { memberships: 400, populatedGroups: 4 }
    const of = (more: Partial<Guarded>): string[] =>
      (judged([day(0, 100, full), day(1, 100, { ...full, ...more })]).flagged.get(idOf(1)) ?? []).map(
        ({ what }) => what,
      )
    expect(of({})).toEqual([])
    expect(of({ memberships: 319 })).toEqual(['memberships'])
    expect(of({ populatedGroups: 3 })).toEqual(['populatedGroups'])
    expect(of({ populatedGroups: undefined })).toEqual([])
    expect(flaggedOf([day(0, 9, full), day(1, 9, { ...full, populatedGroups: 1 })])).toEqual([])
  })

  it('sums up what changed within a week', () => {
    const changing = (perDay: number): Guarded[] =>
      Array.from({ length: 60 }, (_, i) => day(i, 1000, { usersChanged: 5000 + perDay * i }))
    expect(flaggedOf(changing(10))).toEqual([])
    expect(flaggedOf(changing(25))).toEqual([])
    const [first, ...rest] = flaggedOf(changing(50))
    expect(first).toBe(idOf(5))
    // And goes on to say so: nobody has acknowledged it.
    expect(rest).toHaveLength(54)
    expect(
      judged([day(0, 1000, { usersChanged: 7 }), day(1, 1000, { usersChanged: 208 })]).flagged.get(idOf(1)),
    ).toEqual([{ what: 'changedUsers', than: idOf(0), before: 1000, now: 201 }])
    // Where forgetting has left gaps, the sum is the same.
    expect(flaggedOf([day(0, 1000, { usersChanged: 0 }), day(6, 1000, { usersChanged: 300 })])).toEqual([
      idOf(6),
    ])
  })

  it('compares with what older versions took as far as they counted', () => {
    expect(
      flaggedOf([day(0, 100, { populatedGroups: undefined }), day(1, 100, { usersChanged: 19 })]),
    ).toEqual([])
    expect(flaggedOf([day(0, 100), day(1, 100, { usersChanged: 21 })])).toEqual([idOf(1)])
  })

  it('goes by the threshold and the window that it is given', () => {
    expect(flaggedOf(days([100, 55]), [], { threshold: 0.5, windowDays: 30 })).toEqual([])
    const slow = Array.from({ length: 90 }, (_, i) => day(i, 1000 - 4 * i))
    expect(flaggedOf(slow, [], { threshold: 0.2, windowDays: 30 })).toEqual([])
    expect(flaggedOf(slow, [], { threshold: 0.2, windowDays: 60 })).not.toEqual([])
  })

  it('whatever happens day by day, what is not flagged has four fifths of the best of the month before', () => {
    const history = fc.array(fc.double({ min: 0.5, max: 1.2, noNaN: true }), { minLength: 2, maxLength: 60 })
    fc.assert(
      fc.property(history, (factors) => {
        let users = 10_000
        const backups = factors.map((factor, i) => day(i, (users = Math.round(users * factor))))
        const { flagged } = judged(backups)
        const good = backups.filter(({ id }) => !flagged.has(id))
        for (const [i, one] of good.entries()) {
          const best = Math.max(
            one.users,
            ...good
              .slice(Math.max(0, i - 30), i)
              .filter(({ time }) => time >= one.time - 30 * DAY)
              .map((b) => b.users),
          )
          expect(best - one.users <= best * 0.2 + 1e-6 || best - one.users < 5).toBe(true)
        }
      }),
    )
  })
})
