/** A binary heap: the smallest key first. A key must not change while its item is in the heap. */
export interface Heap<T> {
  readonly size: number
  push(key: number, item: T): void
  peek(): { readonly key: number; readonly item: T } | undefined
  pop(): T | undefined
}

interface Entry<T> {
  key: number
  item: T
}

export function createHeap<T>(): Heap<T> {
  const entries: Entry<T>[] = []

  const keyAt = (index: number): number => entries[index]?.key ?? Infinity

  function swap(a: number, b: number): void {
    const first = entries[a]
    const second = entries[b]
    if (first === undefined || second === undefined) return
    entries[a] = second
    entries[b] = first
  }

  function rise(start: number): void {
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (keyAt(parent) <= keyAt(index)) return
      swap(parent, index)
      index = parent
    }
  }

  function sink(): void {
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const child = keyAt(left + 1) < keyAt(left) ? left + 1 : left
      if (keyAt(child) >= keyAt(index)) return
      swap(child, index)
      index = child
    }
  }

  return {
    get size() {
      return entries.length
    },
    peek: () => entries[0],
    push(key, item) {
      entries.push({ key, item })
      rise(entries.length - 1)
    },
    pop() {
      const top = entries[0]
      const last = entries.pop()
      if (last !== undefined && last !== top) {
        entries[0] = last
        sink()
      }
      return top?.item
    },
  }
}
