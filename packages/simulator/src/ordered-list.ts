const CHUNK_LIMIT = 1024

/**
 * A sorted list of distinct items that stays cheap to change at a million: arrays of at most 1,024 items, found
 * by binary search. Listing resumes after an item's position in the order, never after a count, so inserts and
 * deletes between two pages neither repeat nor skip anybody else.
 */
export interface OrderedList<Item> {
  readonly size: number
  /** Adds an item; does nothing if one that compares equal is there. Returns whether it was added. */
  insert(item: Item): boolean
  /** Adds an item known to be new; sorted in only when the list is next read, many at once if many came. */
  append(item: Item): void
  /** Removes the item that compares equal. Returns whether there was one. */
  remove(item: Item): boolean
  /** Items in order, from the first for which `isBefore` is false. `isBefore` must be true for a prefix only. */
  from(isBefore: (item: Item) => boolean): IterableIterator<Item>
  [Symbol.iterator](): IterableIterator<Item>
}

/** Makes a list in the order of `compare`, filled with `items` (sorted here, once). */
export function createOrderedList<Item>(
  compare: (left: Item, right: Item) => number,
  items: Iterable<Item> = [],
): OrderedList<Item> {
  let chunks: Item[][] = []
  let size = 0
  let appended: Item[] = []

  const fill = (all: Item[]): void => {
    all.sort(compare)
    chunks = []
    for (let start = 0; start < all.length; start += CHUNK_LIMIT / 2) {
      chunks.push(all.slice(start, start + CHUNK_LIMIT / 2))
    }
    size = all.length
  }
  fill([...items])

  /** The first chunk whose last item is not before the place searched for. */
  const chunkAt = (isBefore: (item: Item) => boolean): number => {
    let low = 0
    let high = chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const chunk = chunks[middle] as Item[]
      if (isBefore(chunk[chunk.length - 1] as Item)) low = middle + 1
      else high = middle
    }
    return low
  }
  const placeIn = (chunk: Item[], isBefore: (item: Item) => boolean): number => {
    let low = 0
    let high = chunk.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(chunk[middle] as Item)) low = middle + 1
      else high = middle
    }
    return low
  }

  function* from(isBefore: (item: Item) => boolean): IterableIterator<Item> {
    let chunkIndex = chunkAt(isBefore)
    let chunk = chunks[chunkIndex]
    let index = chunk === undefined ? 0 : placeIn(chunk, isBefore)
    while (chunk !== undefined) {
      for (; index < chunk.length; index++) yield chunk[index] as Item
      chunkIndex++
      chunk = chunks[chunkIndex]
      index = 0
    }
  }

  const insert = (item: Item): boolean => {
    const isBefore = (other: Item): boolean => compare(other, item) < 0
    const chunkIndex = Math.min(chunkAt(isBefore), Math.max(0, chunks.length - 1))
    const chunk = chunks[chunkIndex]
    if (chunk === undefined) {
      chunks.push([item])
      size++
      return true
    }
    const index = placeIn(chunk, isBefore)
    if (index < chunk.length && compare(chunk[index] as Item, item) === 0) return false
    chunk.splice(index, 0, item)
    size++
    if (chunk.length > CHUNK_LIMIT) chunks.splice(chunkIndex + 1, 0, chunk.splice(CHUNK_LIMIT / 2))
    return true
  }
  const settle = (): void => {
    if (appended.length === 0) return
    const items = appended
    appended = []
    if (items.length * 8 < size) for (const item of items) insert(item)
    else fill(chunks.flat().concat(items))
  }

  return {
    get size() {
      return size + appended.length
    },
    insert: (item) => {
      settle()
      return insert(item)
    },
    append: (item) => {
      appended.push(item)
    },
    remove: (item) => {
      settle()
      const isBefore = (other: Item): boolean => compare(other, item) < 0
      const chunkIndex = chunkAt(isBefore)
      const chunk = chunks[chunkIndex]
      if (chunk === undefined) return false
      const index = placeIn(chunk, isBefore)
      if (index >= chunk.length || compare(chunk[index] as Item, item) !== 0) return false
      chunk.splice(index, 1)
      size--
      if (chunk.length === 0) chunks.splice(chunkIndex, 1)
      return true
    },
    from: (isBefore) => {
      settle()
      return from(isBefore)
    },
    [Symbol.iterator]: () => {
      settle()
      return from(() => false)
    },
  }
}
