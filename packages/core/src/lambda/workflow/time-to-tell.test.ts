import { expect, it } from 'vitest'
import { isTimeToTell } from './time-to-tell.js'

it('tells that a snapshot is too old at the first look after it has become so, and once a day then', () => {
  const most = 36 * 3_600
  const told = Array.from({ length: 24 * 5 }, (_, hour) => hour).filter((hour) =>
    isTimeToTell(hour * 3_600 + 60, most),
  )
  expect(told).toEqual([36, 60, 84, 108])
})
