import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOrderedList } from './ordered-list.js'

const ascending = (left: number, right: number): number => left - right

test('holds what a sorted set would, whatever is inserted, appended and removed', () => {
  const change = fc.record({ kind: fc.constantFrom('insert', 'append', 'remove'), value: fc.nat(200) })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), fc.nat(200), (changes, bound) => {
      const list = createOrderedList(ascending)
      const model = new Set<number>()
      for (const { kind, value } of changes) {
        if (kind === 'remove') expect(list.remove(value)).toBe(model.delete(value))
        else if (kind === 'insert') expect(list.insert(value)).toBe(!model.has(value))
        else if (!model.has(value)) list.append(value)
        if (kind !== 'remove') model.add(value)
      }
      const sorted = [...model].sort(ascending)
      expect(list.size).toBe(sorted.length)
      expect([...list]).toEqual(sorted)
      expect([...list.from((item) => item <= bound)]).toEqual(sorted.filter((item) => item > bound))
    }),
  )
})

test('splits and empties its chunks', () => {
  const list = createOrderedList(ascending)
  const values = Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 10_007)
  for (const value of values) list.insert(value)
  expect([...list]).toEqual([...values].sort(ascending))
  for (const value of values) expect(list.remove(value)).toBe(true)
  expect(list.size).toBe(0)
  expect([...list]).toEqual([])
})
