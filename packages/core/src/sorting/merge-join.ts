import { compareKeys } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'

/** What stands under one key on the left, on the right, or on both. */
export type Joined<L, R> =
  | { key: string; left: L; right: R }
  | { key: string; left: L; right?: undefined }
  | { key: string; left?: undefined; right: R }

/**
 * Joins two streams, each ascending by key, holding one item of each. Where a side has a key more than once, the first
 * of it is joined, and the others stand alone.
 *
 * @throws CodedError `INTERNAL` when a stream is not ascending: what it would be joined with was passed by already.
 */
export async function* mergeJoin<L extends { key: string }, R extends { key: string }>(
  leftItems: AsyncIterable<L>,
  rightItems: AsyncIterable<R>,
): AsyncGenerator<Joined<L, R>> {
  const lefts = ascending(leftItems)
  const rights = ascending(rightItems)
  try {
    let left = await lefts.next()
    let right = await rights.next()
    while (left.done !== true || right.done !== true) {
      const order =
        left.done === true ? 1 : right.done === true ? -1 : compareKeys(left.value.key, right.value.key)
      const l = left.done !== true && order <= 0 ? left.value : undefined
      const r = right.done !== true && order >= 0 ? right.value : undefined
      if (l !== undefined && r !== undefined) yield { key: l.key, left: l, right: r }
      else if (l !== undefined) yield { key: l.key, left: l }
      else if (r !== undefined) yield { key: r.key, right: r }
      if (l !== undefined) left = await lefts.next()
      if (r !== undefined) right = await rights.next()
    }
  } finally {
    await lefts.return(undefined)
    await rights.return(undefined)
  }
}

async function* ascending<T extends { key: string }>(items: AsyncIterable<T>): AsyncGenerator<T> {
  let last: string | undefined
  for await (const item of items) {
    if (last !== undefined && item.key < last) {
      throw new CodedError('INTERNAL', 'two streams to be joined were not both sorted by key', {
        hint: 'this is a defect of cognito-vault: please report it; nothing was changed',
      })
    }
    last = item.key
    yield item
  }
}
