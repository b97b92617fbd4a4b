import { expect, it } from 'vitest'
import { firstOf } from './first-of.js'

it('holds the first items, counts all, and says whether that is fewer', () => {
  const list = firstOf<number>(2)
  expect([list.items, list.total, list.isCut]).toEqual([[], 0, false])
  list.add(1)
  list.add(2)
  expect([list.items, list.total, list.isCut]).toEqual([[1, 2], 2, false])
  list.add(3)
  expect([list.items, list.total, list.isCut]).toEqual([[1, 2], 3, true])
})
