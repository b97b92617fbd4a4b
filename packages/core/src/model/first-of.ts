/** How many of what differs, or did not succeed, a document lists one by one. */
export const MOST_LISTED = 10_000

/** The first of many items, and how many there were: what a document lists must not grow with the pool. */
export interface FirstOf<T> {
  readonly items: readonly T[]
  /** How many were added. */
  readonly total: number
  /** Whether there were more than are held. */
  readonly isCut: boolean
  add(item: T): void
}

export function firstOf<T>(most = MOST_LISTED): FirstOf<T> {
  const items: T[] = []
  let total = 0
  return {
    items,
    get total() {
      return total
    },
    get isCut() {
      return total > items.length
    },
    add: (item) => {
      total++
      if (items.length < most) items.push(item)
    },
  }
}
