import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHeap } from './heap.js'

describe('heap', () => {
  it('gives its items by key, whatever the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (keys) => {
        const heap = createHeap<number>()
        for (const key of keys) heap.push(key, key)
        expect(heap.size).toBe(keys.length)
        expect(keys.map(() => heap.pop())).toEqual(keys.toSorted((a, b) => a - b))
        expect(heap.pop()).toBeUndefined()
      }),
    )
  })

  it('shows the next without taking it', () => {
    const heap = createHeap<string>()
    expect(heap.peek()).toBeUndefined()
    heap.push(2, 'later')
    heap.push(1, 'sooner')
    expect(heap.peek()).toEqual({ key: 1, item: 'sooner' })
    expect(heap.size).toBe(2)
  })
})
