import { expect, it } from 'vitest'
import { createFileFill, type FillRow } from './file-fill.js'

const COLUMNS = ['cognito:username', 'email']
const PLENTY = { rows: 100, bytes: 1_000 }

const row = (place: string, more: Partial<FillRow> = {}): FillRow => ({
  place,
  user: { login: `user-${place}`, attributes: new Map() },
  algorithm: undefined,
  hash: undefined,
  ...more,
})

it('begins with the header, and sends all from the first place to the last', () => {
  const fill = createFileFill(COLUMNS, PLENTY)
  expect(fill.record()).toBeUndefined()
  expect([fill.take(row('1')), fill.take(row('2'))]).toEqual([
    ['cognito:username,email', 'user-1,'],
    ['user-2,'],
  ])
  expect([fill.record(), fill.left]).toEqual([{ from: '1', to: '2', rows: 2 }, 2])
})

it.each([
  ['users', { rows: 2, bytes: 1_000 }],
  // The header takes 23 bytes with its newline, a line 8.
  ['bytes', { rows: 100, bytes: 23 + 2 * 8 }],
])('whoever comes when there is no room for more %s waits, and so do all after them', (_, limits) => {
  const fill = createFileFill(COLUMNS, limits)
  const taken = ['1', '2', '3', '4'].map((place) => fill.take(row(place)).length)
  expect(taken).toEqual([2, 1, 0, 0])
  expect([fill.record(), fill.left]).toEqual([{ from: '1', to: '2', rows: 2 }, 4])
})

it('sends those of one algorithm, with their hashes in a column that the file is given if it has none', () => {
  const bcrypt = (place: string): FillRow => row(place, { algorithm: 'BCRYPT', hash: `hash-${place}` })
  const fill = createFileFill(COLUMNS, PLENTY)
  expect(
    [bcrypt('1'), row('2'), row('3', { algorithm: 'SCRYPT', hash: 'x' }), bcrypt('4')].map(fill.take),
  ).toEqual([['cognito:username,email,password_hash', 'user-1,,hash-1'], [], [], ['user-4,,hash-4']])
  expect([fill.record(), fill.left]).toEqual([{ from: '1', to: '4', rows: 2, algorithm: 'BCRYPT' }, 4])
  const listed = createFileFill(['password_hash', 'cognito:username'], PLENTY)
  expect(listed.take(bcrypt('1'))).toEqual(['password_hash,cognito:username', 'hash-1,user-1'])
})
