import { compareKeys } from '../model/canonical.js'

interface Keyed {
  readonly key: string
}

interface Head<T extends Keyed> {
  value: T
  readonly order: number
  readonly source: AsyncIterator<T>
}

/**
 * Merges streams that are each ascending by key into one that is. Of equal keys the earlier source's come first.
 * Holds one item of each source.
 */
export async function* mergeSorted<T extends Keyed>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const heap: Head<T>[] = []
  try {
    for (const [order, iterable] of sources.entries()) {
      const source = iterable[Symbol.asyncIterator]()
      const first = await source.next()
      if (first.done !== true) push(heap, { value: first.value, order, source })
    }
    for (let head = heap[0]; head !== undefined; head = heap[0]) {
      yield head.value
      const next = await head.source.next()
      if (next.done === true) removeTop(heap)
      else {
        head.value = next.value
        sink(heap)
      }
    }
  } finally {
    for (const head of heap) await head.source.return?.()
  }
}

function before<T extends Keyed>(a: Head<T>, b: Head<T>): boolean {
  const byKey = compareKeys(a.value.key, b.value.key)
  return byKey < 0 || (byKey === 0 && a.order < b.order)
}

function push<T extends Keyed>(heap: Head<T>[], head: Head<T>): void {
  let at = heap.push(head) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] as Head<T>
    if (!before(head, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = head
}

function removeTop<T extends Keyed>(heap: Head<T>[]): void {
  const last = heap.pop()
  if (heap.length === 0 || last === undefined) return
  heap[0] = last
  sink(heap)
}

function sink<T extends Keyed>(heap: Head<T>[]): void {
  const head = heap[0] as Head<T>
  let at = 0
  for (;;) {
    const left = at * 2 + 1
    if (left >= heap.length) break
    const right = left + 1
    const child = right < heap.length && before(heap[right] as Head<T>, heap[left] as Head<T>) ? right : left
    if (!before(heap[child] as Head<T>, head)) break
    heap[at] = heap[child] as Head<T>
    at = child
  }
  heap[at] = head
}
