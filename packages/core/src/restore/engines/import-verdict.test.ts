import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../model/canonical.js'
import type { ImportJob } from './import-jobs.js'
import { jobThatMade, namesOf, type PlannedRow, type RunJob, wasRead } from './import-verdict.js'

const START = 1_700_000_000_000

function ran(change: Partial<ImportJob> = {}, rows = 3): RunJob {
  const job: ImportJob = {
    id: 'import-1',
    ordinal: 1,
    status: 'Succeeded',
    url: '',
    imported: 3,
    skipped: 0,
    failed: 0,
    startedAt: START,
    completedAt: START + 60_000,
    ...change,
  }
  return { job, record: { ordinal: job.ordinal, from: '19-000000/000', to: '19-000000/009', rows } }
}

const ann: PlannedRow = {
  place: '19-000000/004',
  user: {
    login: 'ann',
    attributes: new Map([
      ['email', 'ann@example.com'],
      ['email_verified', 'true'],
    ]),
  },
  status: 'RESET_REQUIRED',
}

function found(change: JsonObject = {}, attributes: Record<string, string> = {}): JsonObject {
  const all = { sub: 'sub-1', email: 'ann@example.com', email_verified: 'true', ...attributes }
  const created = (START + 30_000) / 1000
  return {
    Username: 'ann',
    UserStatus: 'RESET_REQUIRED',
    Enabled: true,
    UserCreateDate: created,
    UserLastModifiedDate: created,
    Attributes: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
    ...change,
  }
}

const isOurs = (user: JsonObject, job: RunJob, row = ann): boolean =>
  jobThatMade(user, row, [job], []) === job

describe('whoever has the name of a row after a job that took all', () => {
  it.each<[boolean, string, JsonObject]>([
    [true, 'is as the import left them', found()],
    [true, 'has another date of change', found({ UserLastModifiedDate: 1_700_000_040 })],
    [
      false,
      'has chosen a password, as whoever signed up under the name has',
      found({ UserStatus: 'CONFIRMED', UserLastModifiedDate: 1_700_000_040 }),
    ],
    [false, 'is disabled', found({ Enabled: false })],
    [false, 'has another address', found({}, { email: 'other@example.com' })],
    [false, 'has more', found({}, { name: 'Ann' })],
    [true, 'was made within the grain of two clocks', found({ UserCreateDate: START / 1000 - 1 })],
    [false, 'was there before', found({ UserCreateDate: START / 1000 - 3 })],
    [false, 'came afterwards', found({ UserCreateDate: START / 1000 + 63 })],
    [false, 'has no date', found({ UserCreateDate: 'today' })],
  ])('is ours (%s) who %s', (ours, _, user) => {
    expect(isOurs(user, ran())).toBe(ours)
  })

  it('is not ours outside what the job was sent', () => {
    expect(isOurs(found(), ran(), { ...ann, place: '19-000001/000' })).toBe(false)
  })
})

describe('whoever has the name of a row after a job that skipped or failed some', () => {
  it.each<[boolean, string, JsonObject]>([
    [true, 'is as the import left them', found()],
    [false, 'has another state', found({ UserStatus: 'CONFIRMED' })],
    [false, 'was changed since', found({ UserLastModifiedDate: 1_700_000_040 })],
    [false, 'is disabled', found({ Enabled: false })],
    [false, 'has another address', found({}, { email: 'other@example.com' })],
    [false, 'has more', found({}, { name: 'Ann' })],
  ])('is ours (%s) who %s', (ours, _, user) => {
    for (const job of [
      ran({ skipped: 1 }),
      ran({ failed: 1 }),
      ran({ status: 'Failed' }),
      ran({ imported: 2 }),
    ])
      expect(isOurs(user, job)).toBe(ours)
  })

  it('may have the address that the service adds where it makes usernames', () => {
    const attributes = new Map([['email_verified', 'True']])
    const row = { ...ann, user: { login: 'ann@example.com', attributes } }
    expect(jobThatMade(found(), row, [ran({ failed: 1 })], ['email'])?.job.ordinal).toBe(1)
    expect(jobThatMade(found(), row, [ran({ failed: 1 })], [])).toBeUndefined()
  })
})

it('of a job that failed as a whole, the first rows were read, as many as it counts', () => {
  const failed = ran({ status: 'Failed', imported: 1, skipped: 2, failed: 3 })
  expect([0, 5, 6].map((index) => wasRead(failed, index))).toEqual([true, true, false])
  expect(wasRead(ran(), 1_000)).toBe(true)
})

it('users stand in the way under what they sign in with, as the pool compares it', () => {
  const user = found({ Username: 'Ann' }, { email: 'Ann@Example.com', phone_number: '+49123' })
  expect(namesOf(user, { usernameAttributes: [], caseSensitive: true })).toEqual(['Ann'])
  expect(namesOf(user, { usernameAttributes: [], caseSensitive: false })).toEqual(['ann'])
  const both = { usernameAttributes: ['email', 'phone_number'], caseSensitive: false }
  expect(namesOf(user, both)).toEqual(['ann@example.com', '+49123'])
  expect(namesOf({ ...user, UserStatus: 'EXTERNAL_PROVIDER' }, both)).toEqual([])
})
