import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSpan } from './calendar.js'
import { applyPolicy, type Candidate, type Policy } from './policy.js'

const stamp = (time: number): string => new Date(time).toISOString().slice(0, 16)

function taken(when: string, more: Partial<Candidate> = {}): Candidate {
  const time = Date.parse(`${when}Z`)
  return { id: stamp(time), time, takenFor: 'backup', complete: true, ...more }
}

/** What is kept, and why, a line a snapshot. */
function kept(candidates: readonly Candidate[], policy: Policy): string[] {
  return applyPolicy(candidates, policy).flatMap(({ id, reasons }) =>
    reasons.length === 0 ? [] : [`${id}: ${reasons.join(', ')}`],
  )
}

const days = (from: string, count: number): Candidate[] =>
  Array.from({ length: count }, (_, i) => taken(stamp(Date.parse(`${from}Z`) + i * 86_400_000)))

describe('a policy', () => {
  it('keeps of each period the newest', () => {
    const snapshots = [
      taken('2026-11-22T08:00'),
      taken('2026-11-23T07:10'),
      taken('2026-11-23T07:50'),
      taken('2026-11-23T08:00'),
      taken('2026-11-24T00:00'),
    ]
    expect(kept(snapshots, { hourly: 3 })).toEqual([
      '2026-11-24T00:00: hourly snapshot, latest complete snapshot',
      '2026-11-23T08:00: hourly snapshot',
      '2026-11-23T07:50: hourly snapshot',
    ])
    expect(kept(snapshots, { daily: 2 })).toEqual([
      '2026-11-24T00:00: daily snapshot, latest complete snapshot',
      '2026-11-23T08:00: daily snapshot',
    ])
  })

  it('goes by days of UTC, weeks that begin on Monday, and calendar months and years', () => {
    expect(
      kept(days('2026-10-25T12:00', 31), { last: 2, daily: 3, weekly: 4, monthly: 2, yearly: 1 }),
    ).toEqual([
      '2026-11-24T12:00: last snapshot, daily snapshot, weekly snapshot, monthly snapshot, yearly snapshot, latest complete snapshot',
      '2026-11-23T12:00: last snapshot, daily snapshot',
      '2026-11-22T12:00: daily snapshot, weekly snapshot',
      '2026-11-15T12:00: weekly snapshot',
      '2026-11-08T12:00: weekly snapshot',
      '2026-10-31T12:00: monthly snapshot',
    ])
  })

  it('keeps the oldest where periods are left over, so that the history is as long as it can be', () => {
    expect(kept(days('2026-11-20T12:00', 5), { weekly: 4 })).toEqual([
      '2026-11-24T12:00: weekly snapshot, latest complete snapshot',
      '2026-11-22T12:00: weekly snapshot',
      '2026-11-20T12:00: oldest weekly snapshot',
    ])
  })

  it('does not count periods without a snapshot', () => {
    const snapshots = [taken('2024-01-01T00:00'), taken('2025-06-01T00:00'), taken('2026-11-24T00:00')]
    expect(kept(snapshots, { daily: 3 })).toHaveLength(3)
  })

  it('goes back from the newest snapshot, not from now', () => {
    expect(kept(days('2020-01-01T12:00', 40), { within: parseSpan('2d') })).toEqual([
      '2020-02-09T12:00: within 2d, latest complete snapshot',
      '2020-02-08T12:00: within 2d',
    ])
  })

  it('counts complete backups only, and never lets go of the newest of them', () => {
    const snapshots = [
      taken('2026-11-20T12:00'),
      taken('2026-11-21T12:00', { complete: false }),
      taken('2026-11-22T12:00', { takenFor: 'diff' }),
      taken('2026-11-23T12:00', { takenFor: 'restore' }),
      taken('2026-11-24T12:00', { complete: false }),
    ]
    expect(kept(snapshots, { last: 1 })).toEqual([
      '2026-11-24T12:00: incomplete, and newer than all complete ones',
      '2026-11-23T12:00: taken for a restore, within 30d',
      '2026-11-22T12:00: taken for a diff, within 7d',
      '2026-11-21T12:00: incomplete, and newer than all complete ones',
      '2026-11-20T12:00: last snapshot, latest complete snapshot',
    ])
  })

  it('keeps for a time what it does not count', () => {
    const old = [
      taken('2026-10-25T12:00', { takenFor: 'restore' }),
      taken('2026-10-26T12:00', { takenFor: 'restore' }),
      taken('2026-11-17T11:00', { takenFor: 'diff' }),
      taken('2026-11-17T13:00', { takenFor: 'diff' }),
      taken('2026-11-17T12:00', { complete: false }),
      taken('2026-11-24T12:00'),
    ]
    expect(kept(old, { last: 1 })).toEqual([
      '2026-11-24T12:00: last snapshot, latest complete snapshot',
      '2026-11-17T13:00: taken for a diff, within 7d',
      '2026-10-26T12:00: taken for a restore, within 30d',
    ])
  })

  it('keeps the newest that has second factors: reading them was paid for', () => {
    const [older, newer] = ['2026-11-21T12:00', '2026-11-22T12:00'].map((time) =>
      taken(time, { hasMfa: true }),
    )
    expect(kept([older!, newer!, taken('2026-11-24T12:00')], { last: 1 })).toEqual([
      '2026-11-24T12:00: last snapshot, latest complete snapshot',
      '2026-11-22T12:00: newest with second factors',
    ])
  })

  it('keeps what was imported however old it gets: there is no other of it', () => {
    const imported = taken('2024-01-01T12:00', { complete: false, imported: true })
    expect(kept([imported, taken('2026-11-23T12:00'), taken('2026-11-24T12:00')], { last: 1 })).toEqual([
      '2026-11-24T12:00: last snapshot, latest complete snapshot',
      '2024-01-01T12:00: imported, forgotten by name only',
    ])
  })
})

const START = Date.parse('2025-11-01T00:00:00Z')
const someSnapshots = fc
  .uniqueArray(fc.integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 60 })
  .chain((hours) =>
    fc.tuple(
      ...hours.map((hour) =>
        fc
          .record({
            takenFor: fc.constantFrom(
              'backup' as const,
              'backup' as const,
              'restore' as const,
              'diff' as const,
            ),
            complete: fc.boolean(),
          })
          .map((more): Candidate => ({
            id: stamp(START + hour * 3_600_000),
            time: START + hour * 3_600_000,
            ...more,
          })),
      ),
    ),
  )
const number = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined })
const somePolicy = fc.record({
  last: number,
  hourly: number,
  daily: number,
  weekly: number,
  monthly: number,
  yearly: number,
  within: fc.option(
    fc.integer({ min: 1, max: 90 }).map((n) => parseSpan(`${n}d`)),
    { nil: undefined },
  ),
})
const keptIds = (candidates: readonly Candidate[], policy: Policy): Set<string> =>
  new Set(applyPolicy(candidates, policy).flatMap(({ id, reasons }) => (reasons.length > 0 ? [id] : [])))

describe('whatever is asked for', () => {
  it('the newest complete backup is kept, and so is all that a stricter policy keeps', () => {
    fc.assert(
      fc.property(someSnapshots, somePolicy, (snapshots, policy) => {
        const ids = keptIds(snapshots, policy)
        const complete = snapshots.filter(({ takenFor, complete }) => takenFor === 'backup' && complete)
        const newest = complete.reduce((id, one) => (one.id > id ? one.id : id), '')
        if (complete.length > 0) expect(ids).toContain(newest)
        // Also of a pool without a complete backup something is.
        expect(ids.size).toBeGreaterThan(0)
        // What is counted for one period is kept at least as long with more periods.
        const more = { ...policy, daily: (policy.daily ?? 0) + 3, last: (policy.last ?? 0) + 2 }
        const wider = keptIds(snapshots, more)
        const within = (id: string): boolean =>
          applyPolicy(snapshots, policy).some(
            (one) => one.id === id && one.reasons.every((why) => !why.startsWith('oldest')),
          )
        for (const id of ids) if (within(id)) expect(wider).toContain(id)
      }),
    )
  })

  it('what was kept is kept when the policy is applied to what is left, and again', () => {
    fc.assert(
      fc.property(someSnapshots, somePolicy, (snapshots, policy) => {
        const ids = keptIds(snapshots, policy)
        const left = snapshots.filter(({ id }) => ids.has(id))
        expect(keptIds(left, policy)).toEqual(ids)
      }),
    )
  })

  it('no more complete backups are kept than were asked for', () => {
    fc.assert(
      fc.property(someSnapshots, somePolicy, (snapshots, policy) => {
        const counts = { ...policy, within: undefined }
        const asked = Object.values(counts).reduce((sum: number, n) => sum + (n ?? 0), 0)
        const complete = new Set(
          snapshots.flatMap((one) => (one.takenFor === 'backup' && one.complete ? [one.id] : [])),
        )
        const ids = [...keptIds(snapshots, counts)].filter((id) => complete.has(id))
        expect(ids.length).toBeLessThanOrEqual(Math.max(1, asked))
      }),
    )
  })
})
