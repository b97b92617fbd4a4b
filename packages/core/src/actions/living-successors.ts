import type { StreamRecord } from '../model/records.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'

/** An id that a run gave in the place of another. */
export interface Renaming {
  readonly old: string
  readonly new: string
}

export interface LivingSuccessorsOptions {
  /** What runs renamed, in no order; read once a round. */
  readonly renamings: () => AsyncIterable<Renaming>
  /** The ids that live, ascending; read once a round. */
  readonly living: () => AsyncIterable<{ readonly key: string }>
  /** Links that a chain of renamings can have: the number of runs. */
  readonly longestChain: number
  readonly tempDirectory: string
  /** Of each of the sorters. */
  readonly charactersInMemory?: number
}

const DEFAULT_CHARACTERS = 4 * 1024 * 1024

/**
 * For each id that was renamed, ascending, the one that it lives under: itself, or what it has become by the fewest
 * renamings; nothing for those of whom none lives. An id may come again with another: the first counts. Memory does not grow
 * with the renamings: each round follows all chains by one link, through sorted files.
 */
export async function* livingSuccessors(
  options: LivingSuccessorsOptions,
): AsyncGenerator<{ readonly key: string; readonly now: string }> {
  const { renamings, living, longestChain, tempDirectory } = options
  const charactersInMemory = options.charactersInMemory ?? DEFAULT_CHARACTERS
  const sorters: Sorter[] = []

  function sorter(): Sorter {
    const made = createSorter({ tempDirectory, charactersInMemory, duplicates: 'keep' })
    sorters.push(made)
    return made
  }

  /** By what an id has become so far: the id itself. */
  let open = sorter()
  const found = sorter()
  try {
    for await (const { old } of renamings()) await open.add(link(old, old))
    for (let round = 0; round <= longestChain && open.added > 0; round++) {
      const dead = sorter()
      for await (const { record, matches } of withMatches(distinct(open.sorted()), living())) {
        if (matches.length > 0) await found.add(link(parsed(record), record.key))
        else await dead.add(record)
      }
      open = sorter()
      const links = sorter()
      for await (const renaming of renamings()) await links.add(link(renaming.old, renaming.new))
      for await (const { record, matches } of withMatches(dead.sorted(), distinct(links.sorted()))) {
        for (const next of matches) await open.add(link(parsed(next), parsed(record)))
      }
    }
    for await (const record of found.sorted()) yield { key: record.key, now: parsed(record) }
  } finally {
    for (const made of sorters) await made.clear()
  }
}

/** A line has no newline, whatever the id is. */
function link(key: string, id: string): StreamRecord {
  return { key, line: JSON.stringify(id) }
}

function parsed({ line }: Pick<StreamRecord, 'line'>): string {
  return JSON.parse(line) as string
}

/** Each record with those of the other side that have its key; both ascending, each with a key any number of times. */
async function* withMatches<T extends { readonly key: string }>(
  records: AsyncIterable<StreamRecord>,
  others: AsyncIterable<T>,
): AsyncGenerator<{ readonly record: StreamRecord; readonly matches: readonly T[] }> {
  const source = others[Symbol.asyncIterator]()
  let next = await source.next()
  let matches: T[] = []
  let key: string | undefined
  try {
    for await (const record of records) {
      if (record.key !== key) {
        key = record.key
        matches = []
        while (next.done !== true && next.value.key < key) next = await source.next()
        for (; next.done !== true && next.value.key === key; next = await source.next())
          matches.push(next.value)
      }
      yield { record, matches }
    }
  } finally {
    await source.return?.()
  }
}

/** Most runs say again what those before them said. */
async function* distinct(records: AsyncIterable<StreamRecord>): AsyncGenerator<StreamRecord> {
  let key: string | undefined
  const seen = new Set<string>()
  for await (const record of records) {
    if (record.key !== key) seen.clear()
    key = record.key
    if (seen.has(record.line)) continue
    seen.add(record.line)
    yield record
  }
}
