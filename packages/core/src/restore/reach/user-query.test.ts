import { expect, it } from 'vitest'
import { userOf } from '../../diff/user-view.js'
import { type ViewedUser, viewOf } from '../../testing/user-views.js'
import { matchUsers, parseUserQuery } from './user-query.js'

const fits = (query: string, user: ViewedUser, caseSensitive = false): boolean =>
  matchUsers([parseUserQuery(query)], { caseSensitive })(userOf(viewOf(user))).length > 0

const ANN: ViewedUser = {
  sub: 'sub-1',
  username: 'Ann',
  status: 'FORCE_CHANGE_PASSWORD',
  enabled: false,
  attributes: {
    email: 'ann@example.com',
    phone_number: '+15550100',
    'custom:plan': 'gold-2',
    nickname: 'a=b',
  },
}

it.each(['sub-1', 'Ann', 'ann@example.com', '+15550100'])('finds a user by the whole of %s', (query) => {
  expect(fits(query, ANN)).toBe(true)
  expect(fits(query.slice(0, -1), ANN)).toBe(false)
})

it('heeds case in names where the pool does', () => {
  expect(fits('ann', ANN)).toBe(true)
  expect(fits('ann', ANN, true)).toBe(false)
})

it.each([
  ['custom:plan=gold-2', true],
  ['custom:plan=gold', false],
  ['custom:plan^=gold', true],
  ['custom:plan=GOLD-2', false],
  ['nickname=a=b', true],
  ['nickname=', false],
  ['email^=ann@', true],
  ['username=Ann', true],
  ['cognito:user_status=FORCE_CHANGE_PASSWORD', true],
  ['status=Disabled', true],
  ['status=Enabled', false],
  ['custom:unknown=x', false],
  ['custom:unknown^=', false],
])('takes %s for a query on attributes', (query, expected) => {
  expect(fits(query, ANN)).toBe(expected)
})

it('says which of the queries a user fits', () => {
  const matcher = matchUsers(['bob', 'ann', 'email^=ann', 'ANN'].map(parseUserQuery), {
    caseSensitive: false,
  })
  expect([...matcher(userOf(viewOf(ANN)))].sort()).toEqual([1, 2, 3])
})
