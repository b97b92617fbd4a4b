import { expect, it } from 'vitest'
import { type ViewedUser, viewOf } from '../testing/user-views.js'
import { type Sighting, userHistory } from './user-history.js'

const at = (point: number, ...users: ViewedUser[]): Sighting<number> => ({
  point,
  views: users.map(viewOf),
  usersKnown: true,
  groupsKnown: true,
})

it('tells how a user differs from the restore point before at which the user was there', () => {
  const ann = { attributes: { email: 'ann@example.com' }, groups: ['staff'] }
  const states = userHistory([
    at(1),
    at(2, ann),
    at(3, ann),
    at(4, { ...ann, enabled: false, groups: ['admins', 'staff'], attributes: { email: 'a@example.com' } }),
    at(5),
    at(6, { ...ann, enabled: false, groups: [] }),
  ])
  expect(states.map(({ point, change, fields }) => [point, change, fields])).toEqual([
    [1, 'absent', []],
    [2, 'first', []],
    [3, 'same', []],
    [
      4,
      'changed',
      [
        { name: 'Enabled', was: 'true', now: 'false' },
        { name: 'email', was: 'ann@example.com', now: 'a@example.com' },
        { name: 'groups', was: 'staff', now: 'admins, staff' },
      ],
    ],
    [5, 'absent', []],
    [
      6,
      'changed',
      [
        { name: 'email', was: 'a@example.com', now: 'ann@example.com' },
        { name: 'groups', was: 'admins, staff', now: null },
      ],
    ],
  ])
  expect(states[4]).not.toHaveProperty('user')
  expect(states[5]).toMatchObject({ user: { Username: 'ann' }, groups: [] })
})

it('knows a user who was made again by another sub', () => {
  const states = userHistory([at(1, { sub: 'old' }), at(2, { sub: 'new', attributes: { nickname: 'A' } })])
  expect(states[1]).toMatchObject({
    change: 'made-again',
    fields: [{ name: 'nickname', was: null, now: 'A' }],
  })
})

it('compares each of two accounts of one person with itself', () => {
  const states = userHistory([
    at(1, { sub: 'a' }, { sub: 'b', username: 'ben' }),
    at(2, { sub: 'a' }, { sub: 'b', username: 'ben' }),
  ])
  expect(states.map(({ change }) => change)).toEqual(['first', 'made-again', 'same', 'same'])
})

it('says nothing of what an incomplete snapshot lacks', () => {
  const states = userHistory([
    at(1, { groups: ['staff'] }),
    { ...at(2), usersKnown: false },
    { ...at(3, {}), groupsKnown: false },
    at(4, { groups: ['staff'] }),
  ])
  expect(states.map(({ change, fields }) => [change, fields])).toEqual([
    ['first', []],
    ['unknown', []],
    ['same', []],
    ['same', []],
  ])
  expect(states[2]?.groups).toBeNull()
})
