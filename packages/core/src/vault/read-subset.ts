import { createHash } from 'node:crypto'
import type { Random } from '../model/clock.js'
import { CodedError } from '../model/errors.js'

/** Which part of the data a verification reads: a group of several by name, or a share at random. */
export type ReadSubset =
  | { readonly kind: 'group'; readonly group: number; readonly of: number }
  /** Above 0 and at most 1. */
  | { readonly kind: 'share'; readonly share: number }

/** More groups than that no run could be needed for. */
const MOST_GROUPS = 1_000_000

/**
 * A subset as it is written: `1/7`, the first of seven groups, which together are everything; or `5%`, at random.
 *
 * @throws CodedError `USAGE`
 */
export function parseReadSubset(text: string): ReadSubset {
  const [, group, of] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []
  if (group !== undefined && of !== undefined) {
    const [n, t] = [Number(group), Number(of)]
    if (n >= 1 && n <= t && t <= MOST_GROUPS) return { kind: 'group', group: n, of: t }
  }
  const percent = Number(/^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text)?.[1] ?? Number.NaN)
  if (percent > 0 && percent <= 100) return { kind: 'share', share: percent / 100 }
  throw new CodedError('USAGE', `--read-data-subset takes N/T or a percentage, not "${text}"`, {
    value: text,
    hint: 'for instance 5%, at random, or 1/7 today and 2/7 tomorrow, so that seven runs read everything',
  })
}

/**
 * The names that belong to the subset: of a share as many as it is, and one at least; of a group those that fall to it, which
 * may be none. A name is always of the same group, whatever else there is.
 */
export function chooseFrom(names: readonly string[], subset: ReadSubset, random: Random): Set<string> {
  if (subset.kind === 'group')
    return new Set(names.filter((name) => groupOf(name, subset.of) === subset.group))
  const left = [...names]
  const count = Math.ceil(subset.share * left.length)
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (left.length - i))
    const [a, b] = [left[i], left[other]]
    if (a !== undefined && b !== undefined) [left[i], left[other]] = [b, a]
  }
  return new Set(left.slice(0, count))
}

/** The same one name at a time, where they are not at hand all at once: of a share each with its probability. */
export function chooseEach(subset: ReadSubset, random: Random): (name: string) => boolean {
  if (subset.kind === 'group') return (name) => groupOf(name, subset.of) === subset.group
  return () => random() < subset.share
}

/** From 1 to `of`. Hashed, so that any name will do, and no two runs depend on how ids are made. */
function groupOf(name: string, of: number): number {
  return (createHash('sha256').update(name).digest().readUInt32BE(0) % of) + 1
}
